import type { QuernError } from '@quern/expression'
import type { Dialect } from '@quern/sql'
import { settledWithin } from './deadline.js'
import type { DriverConnection } from './driver.js'
import {
  CommitUnknownError,
  ConnectionLostError,
  ImplicitCommitError,
  lostError,
  TransactionClosedError,
  TransactionRolledBackError,
} from './errors.js'
import { answerWithin, ask, type Context, control, rollbackLimit } from './execute.js'
import { Executor } from './executor.js'
import { noteHealth } from './health.js'
import type { IdleWatch } from './idle.js'
import { Lane } from './lane.js'
import { OptionError } from './options.js'
import type { Lease } from './pool-slot.js'
import { conduct } from './scope.js'

/** `committing`, `rolling back`: asked for, waiting for the statements before it. `over`: the server ended it without being asked. */
type State = 'open' | 'committing' | 'rolling back' | 'committed' | 'rolled back' | 'over'

/** Shared by a transaction and its savepoints. */
export interface Family {
  /** How many savepoints there have been: none of them has another's name. */
  savepoints: number
  idle: IdleWatch | undefined
}

/** Where a transaction stands and what becomes of the place when it has ended. */
interface Place {
  readonly context: Context
  readonly lease: Lease<DriverConnection>
  /** The transaction around a savepoint. */
  readonly parent: Transaction | undefined
  /** The savepoint's name; savepoints of one transaction never share one. */
  readonly savepointName: string | undefined
  /** What the transaction and all its savepoints share. */
  readonly family: Family
  /** Whether to ask what became of it where its COMMIT is lost. */
  readonly verify: boolean
  /** Begun by hand: no callback tells which calls come from inside. */
  readonly explicit: boolean
  /** Frees the connection or the parent's lane. */
  readonly release: () => Promise<void> | undefined | void
}

/** An open transaction, or a savepoint inside one. Made by `begin`, `transaction` and `savepoint`. */
export class Transaction extends Executor {
  readonly #place: Place
  readonly #lane: Lane
  #state: State = 'open'
  /** The first failure of a statement, which explains a rollback that nobody asked for. */
  #first: unknown
  /** Why the transaction is over. */
  #reason: QuernError | undefined
  #ending: Promise<void> | undefined
  #released = false
  #undoFailure: unknown
  /** Where it ended: shown to who uses it afterwards. */
  #ended: Error | undefined
  /** The rollback of a transaction in which nothing had run for too long. */
  #expiring: Promise<void> | undefined
  /** By what another session can ask what became of it. */
  #token: unknown

  /** @internal */
  constructor(place: Place) {
    super()
    this.#place = place
    this.#lane = new Lane(place.context.patience)
    this.#tell('begin')
  }

  /** @internal */
  get context(): Context {
    return this.#place.context
  }
  get dialect(): Dialect {
    return this.#place.lease.connection.dialect
  }
  /** @internal */
  get lease(): Lease<DriverConnection> {
    return this.#place.lease
  }
  /** @internal */
  override get inTransaction(): boolean {
    return true
  }
  /** @internal */
  get explicit(): boolean {
    return this.#place.explicit
  }
  /** @internal */
  get savepointName(): string | undefined {
    return this.#place.savepointName
  }
  /** Whether the connection may be somebody else's by now. @internal */
  get released(): boolean {
    return this.#released
  }

  /** Runs `work` in a savepoint, which is rolled back alone when it throws. Savepoints started at the same time run one after the other. */
  async savepoint<T>(work: (savepoint: Transaction) => Promise<T>, options?: undefined): Promise<T> {
    refuseOptions(options)
    const lease = await this.enter(undefined)
    let child: Transaction
    try {
      const name = `quern_${++this.#place.family.savepoints}`
      await control(this.context, lease, lease.connection.dialect.transaction.savepoint(name))
      const release = () => this.leave()
      child = new Transaction({ ...this.#place, parent: this, savepointName: name, explicit: false, release })
    } catch (error) {
      this.leave()
      this.ran(lease, error)
      throw error
    }
    this.#lane.hold(child)
    this.#place.family.idle?.rest()
    return conduct(child, work)
  }

  /** The same as `savepoint`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: undefined): Promise<T> {
    return this.savepoint(work, options)
  }

  /** Waits for the statements already given, then commits; a savepoint is released. */
  async commit(): Promise<void> {
    if (this.#state !== 'over') this.#refuseUnlessOpen()
    this.#ending = this.#end('committing', () => this.#commit()).catch((error) => this.#verified(error))
    await this.#ending
  }

  /** Refuses the statements that have not started, then rolls back. Later statements throw `TransactionClosedError`. */
  async rollback(): Promise<void> {
    if (this.#state !== 'over') this.#refuseUnlessOpen()
    this.#ending = this.#end('rolling back', () => this.#rollback())
    await this.#ending
  }

  /** Rolls back what was not committed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.abandon()
  }

  /** Why the rollback failed, where it did. @internal */
  get undoFailure(): unknown {
    return this.#undoFailure
  }

  /** Ends the transaction whatever happens; for when there is an error already that must not be hidden. @internal */
  async abandon(): Promise<void> {
    await this.#ending?.catch(() => {})
    if (this.#released) return
    try {
      await this.rollback()
    } catch (error) {
      if (this.#released) return
      // Something still runs inside and does not come to an end: nothing may be committed, so the connection goes.
      await this.#giveUp(error)
      await this.#release('rolled back')
    }
  }

  /** Commits unless the callback has ended the transaction itself. @internal */
  async conclude(): Promise<void> {
    if (this.#state === 'committing' || this.#state === 'rolling back') await this.#ending
    if (this.#released) return
    if (this.#state === 'open') this.#warnOfLoose()
    try {
      await this.commit()
    } finally {
      await this.abandon()
    }
  }

  /** @internal */
  enter(signal: AbortSignal | undefined): Lease<DriverConnection> | Promise<Lease<DriverConnection>> {
    this.#refuseUnlessOpen()
    const queued = this.#lane.enter(signal)
    if (queued !== undefined) return this.#turn(queued)
    this.#place.family.idle?.busy()
    return this.#place.lease
  }

  async #turn(queued: Promise<void>): Promise<Lease<DriverConnection>> {
    await queued
    // COMMIT waits for the statements that were given before it; everything else that ended the transaction meanwhile refuses them.
    if (this.#state === 'open' || this.#state === 'committing') {
      this.#place.family.idle?.busy()
      return this.#place.lease
    }
    this.#lane.leave()
    throw this.#closedError()
  }

  /** @internal */
  leave(): void {
    this.#place.family.idle?.rest()
    this.#lane.leave()
  }

  /** @internal */
  streaming(end: (() => Promise<void>) | undefined): void {
    this.#lane.hold(end === undefined ? 'statement' : 'stream', end)
  }

  /** Notices when the server ended the transaction: deadlocks do on MySQL, some conflicts on SQLite, definitions commit on MySQL. @internal */
  ran(lease: Lease<DriverConnection>, error: unknown): void {
    if (error !== undefined) this.#first ??= error
    noteHealth(lease, error)
    const { connection } = lease
    let lost = error instanceof ConnectionLostError ? error : undefined
    if (connection.lost !== undefined) lost ??= this.#lostError()
    if (lost) {
      lease.health = 'lost'
      this.#isOver(lost)
    } else if (connection.status() === 'idle' && this.#reason === undefined) {
      const reason =
        error === undefined
          ? new ImplicitCommitError()
          : new TransactionRolledBackError('the server rolled the transaction back after an error', { cause: error })
      this.#isOver(reason)
      if (error === undefined) throw reason
    }
  }

  /** The whole transaction ends at once, whichever savepoint noticed. */
  #isOver(reason: QuernError): void {
    this.#reason ??= reason
    if (this.#state === 'open' || this.#state === 'committing') this.#state = 'over'
    const { parent } = this.#place
    if (parent) parent.#isOver(reason)
  }

  /** Nothing has run for too long: rolls back, so that nobody waits for the locks any more. @internal */
  expire(limit: number): void {
    if (this.#state !== 'open') return
    let deepest: Transaction = this
    for (let child: Transaction | undefined = this; child; child = child.#lane.child) deepest = child
    const reason = `nothing ran in the transaction for ${limit} ms (idleInTransactionTimeout), so it was rolled back`
    deepest.#isOver(new TransactionRolledBackError(reason))
    const { context, lease } = this.#place
    if (deepest.#nothingSent()) return
    this.#expiring = control(context, lease, lease.connection.dialect.transaction.rollback, rollbackLimit(context)).then(
      () => {},
      (error) => this.#giveUp(error),
    )
  }

  /** Statements that nobody awaits fail where nobody sees it, or are lost where the program ends. */
  #warnOfLoose(): void {
    const { context, lease } = this.#place
    if (!this.#lane.busy || !context.events.heard('warning')) return
    const what = this.#lane.streams ? 'a stream was left half read' : 'statements were not awaited'
    const message = `${what} when the callback of their transaction ended; await them inside`
    context.events.emit('warning', {
      kind: 'not awaited',
      message,
      connection: lease.connection.id,
      sql: undefined,
      milliseconds: undefined,
    })
  }

  #lostError(): ConnectionLostError {
    this.#place.lease.health = 'lost'
    return lostError('the connection was lost inside the transaction, which was not committed', this.#place.lease.connection.lost)
  }

  #refuseUnlessOpen(): void {
    if (this.#state !== 'open') throw this.#closedError()
  }

  #closedError(): QuernError {
    // Whoever repeats work after a loss looks for this class, whichever statement was the first to meet it.
    if (this.#state === 'over' && this.#reason instanceof ConnectionLostError) return this.#reason
    const what = this.savepointName === undefined ? 'transaction' : 'savepoint'
    const how = { committing: 'is being committed', 'rolling back': 'is being rolled back', over: 'was ended by the server' } as Record<
      State,
      string
    >
    return new TransactionClosedError(`the ${what} ${how[this.#state] ?? `is ${this.#state}`}; nothing more can run in it`, {
      cause: this.#reason ?? this.#ended,
    })
  }

  async #end(asked: 'committing' | 'rolling back', work: () => Promise<'committed' | 'rolled back'>): Promise<void> {
    this.#lane.refuseInside()
    const before = this.#state
    if (before === 'open') this.#state = asked
    try {
      // A cursor ends with its transaction; SQLite refuses to commit beside an open one.
      if (this.#lane.streams) await settledWithin(this.#lane.endStream(), this.context.patience)
      await this.#lane.enter()
      await this.#expiring
    } catch (error) {
      // Whoever is inside was not done in time: nothing has happened yet.
      if (this.#state === asked) this.#state = before
      throw error
    }
    let outcome: 'committed' | 'rolled back' = 'rolled back'
    this.#place.family.idle?.busy()
    try {
      if (this.#reason === undefined) outcome = await work()
      else if (asked === 'committing' || this.#reason instanceof ImplicitCommitError) throw this.#reason
    } finally {
      this.#place.family.idle?.rest()
      this.#lane.leave()
      await this.#release(outcome)
    }
  }

  async #commit(): Promise<'committed' | 'rolled back'> {
    const { connection } = this.#place.lease
    // Lost before COMMIT was sent: that it did not happen is known.
    if (connection.lost !== undefined) throw this.#lostError()
    if (this.#nothingSent()) return 'committed'
    if (connection.status() === 'aborted') {
      await this.#undo()
      throw this.#rolledBack()
    }
    if (this.#place.verify && this.savepointName === undefined) await this.#noteToken()
    let answer: string | undefined
    try {
      answer = await control(this.context, this.#place.lease, this.#commitText())
    } catch (error) {
      const lost = error instanceof ConnectionLostError || connection.lost !== undefined
      if (lost) this.#place.lease.health = 'lost'
      if (lost && this.savepointName === undefined) throw new CommitUnknownError(error)
      // The server refused: a deferred constraint, a busy file.
      if (!lost && connection.status() !== 'idle') await this.#undo()
      throw error
    }
    if (answer === 'ROLLBACK') throw this.#rolledBack()
    return 'committed'
  }

  /** Where that fails COMMIT is not sent. */
  async #noteToken(): Promise<void> {
    const { context, lease } = this.#place
    const { connection } = lease
    try {
      const asking = ask(context, connection, { text: connection.dialect.outcome!.token, values: [] })
      this.#token = await answerWithin(lease, asking, "for the transaction's number", context.statementTimeout)
    } catch (error) {
      if (connection.lost !== undefined) throw this.#lostError()
      await this.#undo()
      throw error
    }
  }

  /** Its connection has been given back by now: whoever asks needs one. */
  async #verified(error: unknown): Promise<void> {
    if (!(error instanceof CommitUnknownError) || typeof this.#token !== 'string') throw error
    const outcome = await this.context.outcomeOf(this.#token)
    if (outcome === 'committed') return
    if (outcome === 'aborted') throw lostError('the connection was lost during COMMIT, and the transaction was rolled back', error.cause)
    throw error
  }

  async #rollback(): Promise<'rolled back'> {
    await this.#undo()
    return 'rolled back'
  }

  #rolledBack(): TransactionRolledBackError {
    const what = this.savepointName === undefined ? 'transaction' : 'savepoint'
    return new TransactionRolledBackError(`the ${what} was rolled back: a statement in it had failed and the error was not passed on`, {
      cause: this.#first,
    })
  }

  /** BEGIN was to go out with the first statement, and there has been none. A savepoint is a statement. */
  #nothingSent(): boolean {
    return this.#place.lease.connection.notBegun?.() === true
  }

  /** Rolls back. Where that fails the connection is closed, which rolls back too; the failure is told to listeners, never to the caller. */
  async #undo(): Promise<void> {
    const { lease } = this.#place
    const { connection } = lease
    const texts = connection.dialect.transaction
    const name = this.savepointName
    const limit = rollbackLimit(this.context)
    try {
      if (connection.lost === undefined && connection.status() === 'idle') return
      if (this.#nothingSent()) return
      if (name === undefined) await control(this.context, lease, texts.rollback, limit)
      else for (const text of [texts.rollbackTo(name), texts.release(name)]) await control(this.context, lease, text, limit)
    } catch (error) {
      await this.#giveUp(error)
    }
  }

  async #giveUp(error: unknown): Promise<void> {
    const { lease, context } = this.#place
    this.#undoFailure ??= error
    if (lease.health === 'sound') lease.health = 'doubtful'
    context.events.emit('error', { error })
    const { parent } = this.#place
    if (parent) parent.#isOver(lostError('the connection was closed because a savepoint could not be rolled back', error))
    await lease.connection.close()
  }

  #commitText(): string {
    const texts = this.#place.lease.connection.dialect.transaction
    return this.savepointName === undefined ? texts.commit : texts.release(this.savepointName)
  }

  async #release(outcome: 'committed' | 'rolled back'): Promise<void> {
    if (this.#released) return
    this.#released = true
    this.#state = outcome
    this.#ended = new Error(`the ${this.savepointName === undefined ? 'transaction' : 'savepoint'} ended here`)
    if (this.savepointName === undefined) this.#place.family.idle?.stop()
    this.#tell(outcome === 'committed' ? 'commit' : 'rollback')
    await this.#place.release()
  }

  #tell(event: 'begin' | 'commit' | 'rollback'): void {
    this.context.events.emit(event, { connection: this.#place.lease.connection.id, savepoint: this.savepointName })
  }
}

/** Callers without types may try what only whole transactions have. */
function refuseOptions(options: unknown): void {
  if (options === undefined || (typeof options === 'object' && options !== null && Object.keys(options).length === 0)) return
  if (typeof options === 'object' && options !== null && 'retries' in options)
    throw new OptionError('a savepoint cannot be repeated: what failed is its whole transaction; give retries to engine.transaction()')
  throw new OptionError('a savepoint takes no options; isolation and readOnly belong to its transaction')
}
