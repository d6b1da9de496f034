import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction } from './transaction.js'

/**
 * The transactions whose callbacks we are in, innermost first. It serves to notice that a call would wait for itself and never to find a
 * connection: those are always values that a caller has in its hand.
 */
interface Scope {
  readonly transaction: Transaction
  readonly outer: Scope | undefined
}
const current = new AsyncLocalStorage<Scope>()

/** Runs a callback in a transaction: committed when it resolves, rolled back when it throws, left alone where it has ended it itself. */
export async function conduct<T>(transaction: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let value: T
  try {
    value = await current.run({ transaction, outer: current.getStore() }, () => work(transaction))
  } catch (error) {
    await transaction.abandon()
    noteSuppressed(error, transaction.undoFailure)
    throw error
  }
  await transaction.conclude()
  return value
}

/** The first error is the one that counts; what failed because of it is its `suppressed`, as in JavaScript's own disposal. */
function noteSuppressed(error: unknown, suppressed: unknown): void {
  if (suppressed === undefined || !(error instanceof Error) || !Object.isExtensible(error) || 'suppressed' in error) return
  Object.defineProperty(error, 'suppressed', { value: suppressed, configurable: true, writable: true })
}

/** Whether the caller is inside this transaction's callback. */
export function isInside(transaction: Transaction): boolean {
  for (let scope = current.getStore(); scope; scope = scope.outer) if (scope.transaction === transaction) return true
  return false
}

/** Whether the caller is inside any transaction's callback. */
export const insideAny = (): boolean => current.getStore() !== undefined

/** The transactions around the caller. */
export function* enclosing(): IterableIterator<Transaction> {
  for (let scope = current.getStore(); scope; scope = scope.outer) yield scope.transaction
}
