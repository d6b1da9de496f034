/** IP addresses and networks as PostgreSQL reads them, fully written out: `10.1.2.3`, `10.0.0.0/8`, `2001:db8::1/64`, `::ffff:10.1.2.3`. */

interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
  /** The length of the mask; all bits where the text has none. */
  readonly mask: number
}

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const four = new RegExp(`^${byte}(?:\\.${byte}){3}$`)
const embedded = new RegExp(`:(${byte}(?:\\.${byte}){3})$`)

/** An address with or without a mask. */
export const isInet = (text: string): boolean => addressOf(text) !== undefined

/** A network: no bits are set behind the mask. */
export function isCidr(text: string): boolean {
  const address = addressOf(text)
  return address !== undefined && BigInt.asUintN(address.bits - address.mask, address.value) === 0n
}

function addressOf(text: string): Address | undefined {
  const match = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text)
  if (match === null) return undefined
  const [, host = '', mask] = match
  const bits = four.test(host) ? 32 : 128
  const value = bits === 32 ? valueOfFour(host) : valueOfSix(host)
  if (value === undefined || Number(mask ?? 0) > bits) return undefined
  return { bits, value, mask: mask === undefined ? bits : Number(mask) }
}

const valueOfFour = (host: string): bigint => host.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n)

/** Eight groups, of which `::` stands for one or more zeros; the last two may be written as an address of four bytes. */
function valueOfSix(host: string): bigint | undefined {
  const plain = host.replace(embedded, (_, tail: string) => {
    const value = valueOfFour(tail)
    return `:${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
  })
  const halves = plain.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail = []] = halves
  const count = head.length + tail.length
  if (halves.length > 2 || (halves.length === 2 ? count > 7 : count !== 8)) return undefined
  const groups = [...head, ...Array<string>(8 - count).fill('0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n)
}
