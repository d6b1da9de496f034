/** When two values are the same, seen by the program, and seen by a server. */

type Fields = Readonly<Record<string, unknown>>

/** Deep equality that tells −0 from 0 and takes NaN for itself; the order of an object's keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && a.getTime() === b.getTime()
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])
  if (a instanceof Set && b instanceof Set) return same([...a], [...b])
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [keysOfA, keysOfB] = [Object.keys(a), Object.keys(b)]
  if (keysOfA.length !== keysOfB.length) return false
  return keysOfA.every((key) => Object.hasOwn(b, key) && same((a as Fields)[key], (b as Fields)[key]))
}

/** One text per value that a server takes for equal: 0 and −0 are, an object's keys stand in order. */
export function keyOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return `number ${value === 0 ? 0 : value}`
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`
  if (value instanceof Date) return `date ${value.getTime()}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof Set) return `set ${[...value].map(keyOf)}`
  if (Array.isArray(value)) return `[${value.map(keyOf).join(',')}]`
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${keyOf((value as Fields)[key])}`)
    .join(',')}}`
}

/** A value as a failed test shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (typeof value === 'object' && value !== null) return keyOf(value).slice(0, 200)
  return (typeof value === 'string' ? JSON.stringify(value) : String(value)).slice(0, 200)
}
