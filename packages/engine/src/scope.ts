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

export function runInside<T>(transaction: Transaction, work: () => T): T {
  return current.run({ transaction, outer: current.getStore() }, work)
}

export function isInside(transaction: Transaction): boolean {
  for (let scope = current.getStore(); scope; scope = scope.outer) if (scope.transaction === transaction) return true
  return false
}

/** The transactions around the caller. */
export function* enclosing(): IterableIterator<Transaction> {
  for (let scope = current.getStore(); scope; scope = scope.outer) yield scope.transaction
}
