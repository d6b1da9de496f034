import type { KeyObject } from 'node:crypto'

export interface Authority {
  readonly name: string
  readonly key: KeyObject
  readonly certificate: string
}
export interface Pair {
  readonly certificate: string
  readonly key: string
}
export function makeAuthority(name: string): Authority
/** A certificate for these hosts and addresses, for so many days from now; below 0: expired. */
export function makeCertificate(authority: Authority, names: readonly string[], days?: number): Pair
