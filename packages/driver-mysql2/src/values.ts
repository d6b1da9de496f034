import { Buffer } from 'node:buffer'
import type { DriverValue } from '@quern/sql'
import mysql from 'mysql2'

const { TypedParameter } = mysql
const largestSigned = 2n ** 63n - 1n

/**
 * What mysql2 is given for a value. It would send every number as DOUBLE, which makes `price * ?` inexact, and a bigint as text,
 * which compares with a BIGINT column as DOUBLE; integers go as integers.
 */
export function bindValue(value: DriverValue): unknown {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number') return integerOr(value)
  if (typeof value === 'bigint') return value > largestSigned ? TypedParameter.BIGINT.unsigned(value) : TypedParameter.BIGINT(value)
  if (typeof value === 'boolean') return value
  return Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
}

function integerOr(value: number): unknown {
  if (value === (value | 0) && !Object.is(value, -0)) return TypedParameter.INT(value)
  return Number.isSafeInteger(value) && value !== 0 ? TypedParameter.BIGINT(value) : value
}
