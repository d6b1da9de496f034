/** Addresses in the one text that PostgreSQL writes for them, so that they read back as they were sent. */
import type { ParameterNode } from '@quern/expression'
import { reject } from './values.js'

/** The sixteen-bit words of an address, two or eight of them. */
function wordsOf(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return quad(text)
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const last = dotted ? quad(dotted[2]!) : []
  if (last === undefined) return undefined
  const rest = dotted ? (dotted[1]!.endsWith('::') ? dotted[1]! : dotted[1]!.slice(0, -1)) : text
  const halves = rest.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (![...head!, ...(tail ?? [])].every((word) => /^[\da-f]{1,4}$/i.test(word))) return undefined
  const [before, after] = [head!.map(hex), [...(tail ?? []).map(hex), ...last]]
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...before, ...new Array<number>(missing).fill(0), ...after]
}
const hex = (word: string): number => Number.parseInt(word, 16)

function quad(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
  return [a * 256 + b, c * 256 + d]
}
const dots = (words: readonly number[]): string => words.map((word) => `${word >> 8}.${word & 255}`).join('.')

/** As the server writes it: the first of the longest runs of zeros left out, an address of version 4 inside one of version 6 with dots. */
function textOf(words: readonly number[]): string {
  if (words.length === 2) return dots(words)
  const [start, length] = longestZeros(words)
  if (start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff)))
    return `::${length === 5 ? 'ffff:' : ''}${dots(words.slice(6))}`
  const text = (part: readonly number[]) => part.map((word) => word.toString(16)).join(':')
  return length < 2 ? text(words) : `${text(words.slice(0, start))}::${text(words.slice(start + length))}`
}

function longestZeros(words: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [-1, 0]
  for (let i = 0; i < words.length; i++) {
    let length = 0
    while (words[i + length] === 0) length++
    if (length > best[1]) best = [i, length]
    i += length
  }
  return best
}

interface Address {
  readonly words: readonly number[]
  readonly mask: number
}
function addressOf(value: unknown): Address | undefined {
  const match = typeof value === 'string' && value.length < 60 ? /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) : null
  const words = match ? wordsOf(match[1]!) : undefined
  if (!match || words === undefined) return undefined
  const mask = match[2] === undefined ? words.length * 16 : Number(match[2])
  return mask <= words.length * 16 ? { words, mask } : undefined
}

/** An address, with the length of its network where that is not the address alone. */
export function inetValue(value: unknown, parameter: ParameterNode): string {
  const address = addressOf(value)
  if (!address) return reject(parameter, "an IP address such as '192.168.0.1', '10.0.0.1/8' or '::1'", value)
  return address.mask === address.words.length * 16 ? textOf(address.words) : `${textOf(address.words)}/${address.mask}`
}

/** A network, whose address has nothing to the right of it. */
export function cidrValue(value: unknown, parameter: ParameterNode): string {
  const address = addressOf(value)
  const beyond = address?.words.some((word, i) => (word & (0xffff >> Math.min(16, Math.max(0, address.mask - i * 16)))) !== 0)
  if (!address || beyond) return reject(parameter, "a network such as '10.0.0.0/8' or 'fe80::/10', without bits to the right of it", value)
  return `${textOf(address.words)}/${address.mask}`
}

const macText =
  /^(?:[\da-f]{12}|[\da-f]{6}[:-][\da-f]{6}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}|[\da-f]{4}-[\da-f]{4}-[\da-f]{4}|(?:[\da-f]{2}:){5}[\da-f]{2}|(?:[\da-f]{2}-){5}[\da-f]{2})$/i
export function macaddrValue(value: unknown, parameter: ParameterNode): string {
  if (typeof value !== 'string' || !macText.test(value)) return reject(parameter, "a MAC address such as '08:00:2b:01:02:03'", value)
  return value
    .toLowerCase()
    .replace(/[^\da-f]/g, '')
    .replace(/(..)(?=.)/g, '$1:')
}
