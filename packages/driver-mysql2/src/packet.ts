import type { DriverRequest } from '@quern/engine'

/** What a packet has beside texts and bytes: its head, and for every value its kind and a length, or the number itself. */
const headBytes = 16
const valueBytes = 12

/**
 * Refuses what the server would not take, before it is sent: over a packet longer than `max_allowed_packet` it ends the session, often
 * before its reason can be read.
 */
export function checkPacket({ text, values }: Pick<DriverRequest, 'text' | 'values'>, longest: number): void {
  // counting bytes is for the few statements that could be too long
  if (Math.max(headBytes + threeEach(text), bytesOf(values, threeEach)) <= longest) return
  const bytes = Math.max(headBytes + Buffer.byteLength(text), bytesOf(values, Buffer.byteLength))
  if (bytes <= longest) return
  throw Object.assign(
    new Error(
      `The statement and its values are ${bytes} bytes, and the server takes ${longest} in one packet (max_allowed_packet); send less at once, or raise it at the server and connect anew.`,
    ),
    { errno: 1153, code: 'ER_NET_PACKET_TOO_LARGE' },
  )
}

/** A unit of text has at most three bytes. */
const threeEach = (text: string): number => text.length * 3

function bytesOf(values: DriverRequest['values'], lengthOf: (text: string) => number): number {
  let bytes = headBytes + values.length * valueBytes
  for (const value of values) {
    if (typeof value === 'string') bytes += lengthOf(value)
    else if (typeof value === 'object' && value !== null) bytes += value.length
  }
  return bytes
}
