/** Ranges that PostgreSQL would refuse after they were sent, or give back as what its own bounds cannot be. */
import type { SqlType } from '@quern/expression'

/** Bounds as the server compares them; undefined where only the server knows how. */
function order(a: unknown, b: unknown, type: SqlType): number | undefined {
  if (typeof a === 'number' || typeof a === 'bigint')
    return Number(BigInt(a) > BigInt(b as bigint)) - Number(BigInt(a) < BigInt(b as bigint))
  if (typeof a !== 'string' || typeof b !== 'string') return undefined
  if (type.name === 'numeric') return orderOfDecimals(a, b)
  // days and moments of four-digit years stand in the order of their text, and fewer decimals before more
  if (type.family !== 'datetime') return undefined
  const [left, right] = [a.replace(/\+00$/, ''), b.replace(/\+00$/, '')]
  return left < right ? -1 : left > right ? 1 : 0
}

function orderOfDecimals(a: string, b: string): number {
  const scale = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0))
  const [left, right] = [a, b].map((text) => {
    const [whole, fraction = ''] = text.split('.')
    return BigInt(whole! + fraction.padEnd(scale, '0'))
  }) as [bigint, bigint]
  return left < right ? -1 : left > right ? 1 : 0
}

/** The last values of types whose ranges are kept as `[)`: the bound behind them would be no value of the type. */
const last: Readonly<Record<string, unknown>> = { integer: 2147483647, bigint: 2n ** 63n - 1n, date: '9999-12-31' }

/** What is wrong with a range of these encoded bounds, as the end of a sentence. */
export function faultOf(lower: unknown, upper: unknown, bounds: string, type: SqlType): string | undefined {
  if (lower !== null && upper !== null && (order(lower, upper, type) ?? 0) > 0)
    return 'a range whose lower bound is not above its upper one'
  const end = last[type.name]
  if (end === undefined) return undefined
  const touches = (bound: unknown, included: boolean) => included && bound !== null && bound === end
  if (touches(upper, bounds[1] === ']') || touches(lower, bounds[0] === '('))
    return 'a range that ends before the last value of its type (the server keeps it as [lower, upper)); leave the bound out with null'
  return undefined
}
