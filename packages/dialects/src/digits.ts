/**
 * Numbers as text for files of many rows. Engines remember the text of a number that was asked for by `String`, and what they remember stays
 * until the next full collection: a million rows would leave tens of megabytes behind.
 */
export function digits(value: number): string {
  if (!Number.isInteger(value)) return Number.isFinite(value) ? JSON.stringify(value) : String(value)
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  if (value < 0) return value > -1e9 ? `-${whole(-value)}` : String(value)
  return value < 1e9 ? whole(value) : String(value)
}

/** Made for the first number. */
let below1000: string[] | undefined
let padded: string[] = []

function whole(value: number): string {
  if (below1000 === undefined) {
    below1000 = Array.from({ length: 1000 }, (_, i) => String(i))
    padded = below1000.map((digits) => digits.padStart(3, '0'))
  }
  if (value < 1000) return below1000[value]!
  const thousands = Math.floor(value / 1000)
  if (thousands < 1000) return below1000[thousands]! + padded[value - thousands * 1000]!
  const millions = Math.floor(thousands / 1000)
  return below1000[millions]! + padded[thousands - millions * 1000]! + padded[value - thousands * 1000]!
}
