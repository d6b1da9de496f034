/** JSON as every dialect takes it: plain data, which reads back as it was. */
import { describe, type ParameterNode } from '@quern/expression'
import { InvalidValueError } from '@quern/sql'

/** JSON text of plain data. What JSON.stringify would change in silence (NaN to null, a Date to text, a Map to {}) is refused by its path. */
export function jsonValue(value: unknown, parameter: ParameterNode): string {
  try {
    checkJson(value, parameter, '', [])
    return JSON.stringify(value)
  } catch (cause) {
    if (cause instanceof InvalidValueError) throw cause
    // a getter of the program's own may throw what it wants to
    throw new InvalidValueError(parameter, 'a value that JSON has', value, { cause })
  }
}

/** Deeper than any server's own limit. */
const deepestJson = 1000

function checkJson(value: unknown, parameter: ParameterNode, path: string, above: readonly unknown[]): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    // JSON.stringify writes half a surrogate pair as an escape, which PostgreSQL and MySQL refuse
    if (!value.isWellFormed()) refuseJson(parameter, 'well-formed text (this has half a surrogate pair)', path, value)
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuseJson(parameter, 'finite numbers', path, value)
  } else if (typeof value !== 'object' || isExotic(value)) refuseJson(parameter, 'plain JSON data', path, value)
  else if (above.includes(value) || above.length > deepestJson) refuseJson(parameter, 'data without circles', path, value)
  else checkMembers(value, parameter, path, [...above, value])
}

function checkMembers(value: object, parameter: ParameterNode, path: string, above: readonly unknown[]): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i], parameter, `${path}[${i}]`, above)
    return
  }
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) refuseJson(parameter, 'well-formed keys (one has half a surrogate pair)', path, value)
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) checkJson(member, parameter, `${path}.${key}`, above)
  }
}

/** Objects that are not the sum of their own properties, or that say themselves what JSON shall see instead of them. */
const isExotic = (value: object): boolean =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function' ||
  value instanceof Map ||
  value instanceof Set ||
  value instanceof RegExp ||
  value instanceof Error ||
  value instanceof Promise ||
  value instanceof String ||
  value instanceof Number ||
  value instanceof Boolean ||
  ArrayBuffer.isView(value) ||
  value instanceof ArrayBuffer

function refuseJson(parameter: ParameterNode, expected: string, path: string, value: unknown): never {
  const place = path === '' ? '' : ` (at ${path.slice(0, 80)}: ${describe(value)})`
  throw new InvalidValueError(parameter, `${expected}${place}; convert it first, or give the column a codec`, value)
}
