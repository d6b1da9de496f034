import type { Dialect } from '@quern/sql'
import { UnsupportedFeatureError } from '@quern/sql/errors'
import { settledWithin } from './deadline.js'
import type { DriverConnection } from './driver.js'
import { lockTimeoutError, QueryCanceledError } from './errors.js'
import { ask, type Context } from './execute.js'
import { OptionError } from './options.js'
import type { Lease } from './pool-slot.js'

export interface AdvisoryLockOptions {
  /** How long to wait for it, in milliseconds (no limit); 0 asks once. */
  readonly timeout?: number
}

/** What a lock is about: a word, or a number of 64 bits. */
export type LockKey = string | number | bigint

/** A lock on a word, held by a connection until it is released; `await using` does that. */
export class AdvisoryLock {
  readonly key: LockKey
  readonly #release: () => Promise<void>
  #released: Promise<void> | undefined

  /** @internal */
  constructor(key: LockKey, release: () => Promise<void>) {
    this.key = key
    this.#release = release
  }

  /** Gives it up; a second time does nothing. It ends with its connection, too. */
  release(): Promise<void> {
    this.#released ??= this.#release()
    return this.#released
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release()
  }
}

/** How long a cancelled request for a lock may take to end before its connection is given up. */
const endsWithin = 5_000

/** The key as the dialect takes it; refuses what cannot be one before anything is sent. */
export function lockKey(key: unknown, dialect: Dialect, timeout: unknown): string | bigint {
  if (dialect.advisoryLocks === undefined)
    throw new UnsupportedFeatureError(
      dialect,
      'advisoryLocks',
      'advisory locks',
      'it has one writer at a time: a transaction with mode: "immediate" keeps all others out',
    )
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0))
    throw new OptionError('timeout must be milliseconds from 0 on')
  if (typeof key === 'string' && key !== '' && !key.includes('\0') && !/\p{Surrogate}/u.test(key)) return key
  if (Number.isSafeInteger(key)) return BigInt(key as number)
  if (typeof key === 'bigint' && BigInt.asIntN(64, key) === key) return key
  throw new OptionError('the key of a lock is a text that is not empty, or a whole number of 64 bits')
}

/** Takes the lock or throws `LockTimeoutError`. The deadline cancels on the server, where the lock may have been granted meanwhile. */
export async function takeLock(context: Context, lease: Lease<DriverConnection>, key: string | bigint, timeout: number): Promise<void> {
  const { connection } = lease
  const locks = connection.dialect.advisoryLocks!
  const late = () => lockTimeoutError(`the lock ${JSON.stringify(String(key))} was not to be had within ${timeout} ms`)
  if (timeout === 0) {
    if (!isYes(await ask(context, connection, locks.attempt(key)))) throw late()
    return
  }
  const taking = ask(context, connection, locks.take(key))
  const settled = taking.then(
    () => {},
    () => {},
  )
  if (timeout !== Number.POSITIVE_INFINITY && !(await settledWithin(settled, timeout))) {
    const cancelled = connection.cancel().catch(() => {})
    if (!(await settledWithin(Promise.all([settled, cancelled]), endsWithin))) {
      lease.health = 'doubtful'
      await connection.close()
    }
  }
  const taken = await taking.catch((error) => {
    throw error instanceof QueryCanceledError ? late() : error
  })
  if (!isYes(taken)) throw late()
}

/** Whether the session really had it. */
export async function dropLock(context: Context, connection: DriverConnection, key: string | bigint): Promise<boolean> {
  return isYes(await ask(context, connection, connection.dialect.advisoryLocks!.release(key)))
}

const isYes = (value: unknown): boolean => ['1', 'true', 't'].includes(String(value))
