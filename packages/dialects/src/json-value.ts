/** JSON as every dialect takes it: plain data, which reads back as it was. */
import { describe, type ParameterNode } from '@quern/expression'
import { InvalidValueError } from '@quern/sql'

/** JSON text of plain data. What JSON.stringify would change in silence (NaN to null, a Date to text, a Map to {}) is refused by its path. */
export function jsonValue(value: unknown, parameter: ParameterNode, deepest = 1000): string {
  try {
    checkJson(value, parameter, '', [], deepest)
    return JSON.stringify(value)
  } catch (cause) {
    if (cause instanceof InvalidValueError) throw cause
    // a getter of the program's own may throw what it wants to
    throw new InvalidValueError(parameter, 'a value that JSON has', value, { cause })
  }
}

function checkJson(value: unknown, parameter: ParameterNode, path: string, above: readonly unknown[], deepest: number): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    // JSON.stringify writes half a surrogate pair as an escape, which PostgreSQL and MySQL refuse
    if (!value.isWellFormed()) refuseJson(parameter, 'well-formed text (this has half a surrogate pair)', path, value)
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuseJson(parameter, 'finite numbers', path, value)
  } else if (typeof value !== 'object' || isExotic(value)) refuseJson(parameter, 'plain JSON data', path, value)
  else if (above.includes(value)) refuseJson(parameter, 'data without circles', path, value)
  else if (above.length >= deepest) refuseJson(parameter, `data of at most ${deepest} levels`, path, value)
  else checkMembers(value, parameter, path, [...above, value], deepest)
}

function checkMembers(value: object, parameter: ParameterNode, path: string, above: readonly unknown[], deepest: number): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i], parameter, `${path}[${i}]`, above, deepest)
    return
  }
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) refuseJson(parameter, 'well-formed keys (one has half a surrogate pair)', path, value)
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) checkJson(member, parameter, `${path}.${key}`, above, deepest)
  }
}

/** Objects of a class, which would read back as plain ones, and those that say themselves what JSON shall see instead of them. */
function isExotic(value: object): boolean {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return true
  if (Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // by its looks, because every realm has a prototype of plain objects of its own
  return prototype !== null && Object.getPrototypeOf(prototype) !== null
}

function refuseJson(parameter: ParameterNode, expected: string, path: string, value: unknown): never {
  const place = path === '' ? '' : ` (at ${path.slice(0, 80)}: ${describe(value)})`
  throw new InvalidValueError(parameter, `${expected}${place}; convert it first, or give the column a codec`, value)
}
