/** The messages that run a prepared statement, as one piece: each piece more is work for the stream, and pg's Bind asks for all columns in one format. */
import { Buffer } from 'node:buffer'
import type { WireValue } from './wire.js'

const letter = { parse: 0x50, bind: 0x42, describe: 0x44, execute: 0x45, sync: 0x53, flush: 0x48 } as const

/** How the conversation goes on: to its end, or so far that the server answers. */
export type Ending = 'sync' | 'flush' | undefined

export interface Run {
  readonly statement: string
  readonly values: readonly WireValue[]
  /** A format code for each column, in place of text for all; the server then says what it is going to send. */
  readonly formats: readonly number[] | undefined
  /** The most rows; 0 for all. */
  readonly rows: number
  readonly ending: Ending
}

/** Bind, Describe where not all is text, Execute, and Sync or Flush. The portal has no name. */
export function runMessages({ statement, values, formats, rows, ending }: Run): Buffer {
  const lengths = lengthsOf(values)
  let bind = 4 + 1 + statement.length + 1 + 2 + 2 + 6 * values.length + 2 + 2 * (formats?.length ?? 0)
  for (const length of lengths) bind += length
  const out = Buffer.allocUnsafe(1 + bind + (formats ? 7 : 0) + 10 + (ending ? 5 : 0))
  let at = begin(out, 0, letter.bind, bind)
  out[at++] = 0
  for (let i = 0; i < statement.length; i++) out[at++] = statement.charCodeAt(i)
  out[at++] = 0
  at = writeValues(out, at, values, lengths)
  at = int16(out, at, formats?.length ?? 0)
  if (formats) {
    for (const format of formats) at = int16(out, at, format)
    at = begin(out, at, letter.describe, 6)
    out[at++] = 0x50
    out[at++] = 0
  }
  at = begin(out, at, letter.execute, 9)
  out[at++] = 0
  at = int32(out, at, rows)
  if (ending) begin(out, at, letter[ending], 4)
  return out
}

const none: readonly number[] = []

function lengthsOf(values: readonly WireValue[]): readonly number[] {
  if (values.length === 0) return none
  return values.map((value) => (value === null ? 0 : typeof value === 'string' ? Buffer.byteLength(value) : value.length))
}

/** Bytes in binary, all else as text. */
function writeValues(out: Buffer, from: number, values: readonly WireValue[], lengths: readonly number[]): number {
  const { length } = values
  let at = int16(out, from, length)
  for (let i = 0; i < length; i++) at = int16(out, at, typeof values[i] === 'object' && values[i] !== null ? 1 : 0)
  at = int16(out, at, length)
  for (let i = 0; i < length; i++) {
    const value = values[i]!
    at = int32(out, at, value === null ? -1 : lengths[i]!)
    if (typeof value === 'string') at += out.write(value, at)
    else if (value !== null) at += value.copy(out, at)
  }
  return at
}

let opening: { readonly text: string; readonly messages: Buffer } | undefined

/** Prepares a text without values under no name, and runs it: what begins a transaction, which is the same for nearly all of them. */
export function openingMessages(text: string): Buffer {
  if (opening?.text !== text) opening = { text, messages: unnamedMessages(text) }
  return opening.messages
}

function unnamedMessages(text: string): Buffer {
  const parse = Buffer.alloc(1 + 4 + 1 + Buffer.byteLength(text) + 1 + 2)
  parse.write(text, begin(parse, 0, letter.parse, parse.length - 1) + 1)
  return Buffer.concat([parse, runMessages({ statement: '', values: [], formats: undefined, rows: 0, ending: undefined })])
}

function begin(out: Buffer, at: number, code: number, length: number): number {
  out[at] = code
  return int32(out, at + 1, length)
}

function int16(out: Buffer, at: number, value: number): number {
  out[at] = value >> 8
  out[at + 1] = value
  return at + 2
}

function int32(out: Buffer, at: number, value: number): number {
  out[at] = value >> 24
  out[at + 1] = value >> 16
  out[at + 2] = value >> 8
  out[at + 3] = value
  return at + 4
}
