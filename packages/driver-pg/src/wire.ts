import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { DriverValue } from '@quern/sql'

/**
 * What the driver uses of pg's `Connection`, the object that writes protocol messages. It is what pg hands to every submittable
 * (pg-cursor and pg-copy-streams live on it), but pg's type declarations leave most of it out.
 */
export interface Wire {
  readonly stream: Socket
  /** Makes pg listen to a stream; not in every version. */
  attachListeners?: (stream: Duplex) => void
  query(text: string): void
  parse(message: { readonly name: string; readonly text: string }): void
  describe(message: { readonly type: 'S' | 'P'; readonly name: string }): void
  execute(message: { readonly rows: number }): void
  close(message: { readonly type: 'S' | 'P'; readonly name: string }): void
  sync(): void
  flush(): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
  cancel(processId: number, secretKey: number): void
  requestSsl(): void
  connect(port: number, host: string): void
  on(event: string, listener: (message: any) => void): unknown
  /** Whether anybody listens. */
  emit(event: string, message: unknown): boolean
}

/** A parameter as it is sent: text, or bytes in binary format. */
export type WireValue = string | Buffer | null

export interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number; readonly format?: string }[]
}
export interface DataRow {
  readonly fields: (string | null)[]
}
export interface CommandComplete {
  readonly text: string
}
/** What the server tells about a failure. */
export interface ServerError {
  readonly code?: string
  readonly routine?: string
}

/** Text for everything but bytes: the server reads it as the parameter's type, and pg converts nothing. */
export function wireValue(value: DriverValue): WireValue {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'object') return Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
  return String(value)
}

/** `INSERT 0 5`, `SELECT 3`, `CREATE TABLE`: the words and the number of rows. */
export function readTag(tag: string): { readonly command: string; readonly count: number } {
  const last = tag.lastIndexOf(' ')
  const count = last < 0 ? Number.NaN : Number(tag.slice(last + 1))
  if (Number.isNaN(count)) return { command: tag, count: 0 }
  return { command: tag.slice(0, tag.indexOf(' ')), count }
}
