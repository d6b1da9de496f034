/** The rules for single values. They are those by which the dialects encode; `test/properties/zod.test.ts` holds both against each other. */

/** Code points, as all four servers count characters; half a surrogate pair counts as one. */
export function isWithin(text: string, characters: number): boolean {
  if (text.length <= characters) return true
  if (text.length > 2 * characters) return false
  let count = 0
  for (const _ of text) if (++count > characters) return false
  return true
}

/** Bytes in UTF-8, for the text types that are sized by bytes. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

const numericText = /^[+-]?(?:(\d+)(?:\.(\d*))?|\.(\d+))$/
/** The digits before and after the point without zeros that say nothing; undefined where the text is no exact decimal. */
function digitsOf(text: string): readonly [whole: string, fraction: string] | undefined {
  const match = numericText.exec(text)
  if (match === null) return undefined
  return [(match[1] ?? '').replace(/^0+/, ''), withoutZeros(match[2] ?? match[3] ?? '')]
}

/** Not `/0+$/`, which takes quadratic time for many zeros that are not at the end. */
function withoutZeros(fraction: string): string {
  let end = fraction.length
  while (end > 0 && fraction[end - 1] === '0') end--
  return fraction.slice(0, end)
}

export const isNumeric = (text: string): boolean => numericText.test(text)

/** Whether NUMERIC(precision, scale) keeps every digit. */
export function fitsNumeric(text: string, precision: number, scale: number): boolean {
  const digits = digitsOf(text)
  if (digits === undefined || digits[1].length > scale) return false
  return (digits[0] + digits[1].padEnd(scale, '0')).replace(/^0+/, '').length <= precision
}

/** The same for a NUMERIC without digits, whose limits are the server's. */
export function fitsDigits(text: string, whole: number, fraction: number): boolean {
  const digits = digitsOf(text)
  return digits !== undefined && digits[0].length <= whole && digits[1].length <= fraction
}

/** A finite number's digits without an exponent. */
export function plainDigits(value: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value))
  if (match === null) return String(value)
  const [, sign, head, tail = '', exponent] = match
  const digits = head! + tail
  const point = 1 + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${digits.length > point ? `.${digits.slice(point)}` : ''}`
}

/** What 32 bits hold as it is: 0.5 and 1e7, but neither 0.1 nor 1e39. */
export const isFloat32 = (value: number): boolean => Number.isNaN(value) || Math.fround(value) === value

const dateText = /^(\d{4})-(\d\d)-(\d\d)$/
export const isDate = (text: string): boolean => isDay(dateText.exec(text))

function isDay(match: readonly string[] | null): boolean {
  if (match === null) return false
  const [, year, month, day] = match
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return Number(year) >= 1 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?'
const timeText = new RegExp(`^${clock}$`)
export const isTime = (text: string): boolean => timeText.test(text)

const stampText = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)[ T]${clock}(?:Z|\\+00(?::00)?)?$`)
export const isStamp = (text: string): boolean => isDay(stampText.exec(text))

/** The decimals of a second that are not zeros at the end. */
export const decimalsOf = (text: string): number => withoutZeros(/\.(\d+)/.exec(text)?.[1] ?? '').length

const firstMoment = Date.parse('0001-01-01T00:00:00.000Z')
const lastMoment = Date.parse('9999-12-31T23:59:59.999Z')
export const isMoment = (date: Date): boolean => date.getTime() >= firstMoment && date.getTime() <= lastMoment

const uuidText = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => uuidText.test(text)
/** In the versions 8 and up a ninth byte of 01 to 80, which MariaDB takes for a UUID of another kind. */
export const isLateUuid = (text: string): boolean => /^.{14}[89a-f].{4}(?:0[1-9a-f]|[1-7]|80)/i.test(text)

const intervalText =
  /^(?=.)(-?)P(?=[-\dT])(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?=[-\d])(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+)(\.\d{1,6})?S)?)?$/
/** ISO 8601 within the months and days of 32 bits and the microseconds of 64 that PostgreSQL keeps. */
export function isInterval(text: string): boolean {
  const match = intervalText.exec(text)
  if (match === null) return false
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2, 9)
    .map((part) => Number(part ?? 0))
  const time = (BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds)) * 1_000_000n
  return (
    [years * 12 + months, weeks * 7 + days].every((count) => Math.abs(count) < 2 ** 31) &&
    time < 2n ** 63n - 1_000_000n &&
    time > -(2n ** 63n) + 1_000_000n
  )
}

export const isMac = (text: string): boolean => /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)
