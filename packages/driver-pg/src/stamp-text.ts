const day = 86_400_000_000n
/** From 0000-03-01 to 2000-01-01, in days. */
const shift = 730_425n
/** The two moments that are none. */
const [never, ever] = [-(2n ** 63n), 2n ** 63n - 1n]

const padded = (value: number | bigint, length: number): string => String(value).padStart(length, '0')

/** Microseconds since 2000 as the server writes them in a session of UTC and ISO dates: `0044-03-15 12:00:00.5+00 BC`. */
export function stampText(micro: bigint, zoned: boolean): string {
  if (micro === ever) return 'infinity'
  if (micro === never) return '-infinity'
  const ofDay = ((micro % day) + day) % day
  const [year, month, date] = civil(Number((micro - ofDay) / day + shift))
  const seconds = Number(ofDay / 1_000_000n)
  const fraction = padded(ofDay % 1_000_000n, 6).replace(/0+$/, '')
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => padded(part, 2)).join(':')
  const shown = `${padded(year > 0 ? year : 1 - year, 4)}-${padded(month, 2)}-${padded(date, 2)} ${time}`
  return `${shown}${fraction && `.${fraction}`}${zoned ? '+00' : ''}${year > 0 ? '' : ' BC'}`
}

/** Year, month and day by the Gregorian calendar, from days since 0000-03-01: years begin in March, so that the odd day comes last. */
function civil(days: number): readonly [number, number, number] {
  const era = Math.floor(days / 146_097)
  const ofEra = days - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const march = Math.floor((5 * ofYear + 2) / 153)
  const month = march < 10 ? march + 3 : march - 9
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - Math.floor((153 * march + 2) / 5) + 1]
}
