const digit = (code: number): number => (code < 58 ? code - 48 : code < 97 ? code - 55 : code - 87)

/** Bytes from pairs of hexadecimal digits, from a position on. */
export function bytesOfHex(hex: string, from = 0): Uint8Array {
  const bytes = new Uint8Array((hex.length - from) / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(hex.charCodeAt(from + 2 * i)) << 4) | digit(hex.charCodeAt(from + 2 * i + 1))
  return bytes
}
