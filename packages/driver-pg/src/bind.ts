import { Buffer } from 'node:buffer'
import type { WireValue } from './wire.js'

/** pg's own Bind asks for all columns in one format. Values in this one: bytes in binary, all else as text. */
export function bindMessage(statement: string, values: readonly WireValue[], formats: readonly number[]): Buffer {
  const lengths = values.map((value) => (value === null ? 0 : typeof value === 'string' ? Buffer.byteLength(value) : value.length))
  const length = 4 + 1 + statement.length + 1 + 4 + 6 * values.length + lengths.reduce((sum, one) => sum + one, 0) + 2 + 2 * formats.length
  const out = Buffer.allocUnsafe(1 + length)
  out[0] = 0x42
  let at = out.writeInt32BE(length, 1)
  // The portal has no name.
  at = out.writeUInt8(0, at)
  at += out.write(statement, at, 'latin1')
  at = out.writeUInt8(0, at)
  at = out.writeUInt16BE(values.length, at)
  for (const value of values) at = out.writeUInt16BE(typeof value === 'object' && value !== null ? 1 : 0, at)
  at = out.writeUInt16BE(values.length, at)
  for (const [i, value] of values.entries()) {
    at = out.writeInt32BE(value === null ? -1 : lengths[i]!, at)
    if (typeof value === 'string') at += out.write(value, at)
    else if (value !== null) at += value.copy(out, at)
  }
  at = out.writeUInt16BE(formats.length, at)
  for (const format of formats) at = out.writeUInt16BE(format, at)
  return out
}
