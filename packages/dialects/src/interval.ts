/** Intervals in one canonical text. */
import type { ParameterNode } from '@quern/expression'
import { reject } from './values.js'

const intervalText =
  /^(?=.)(-?)P(?=[-\dT])(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?=[-\d])(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+)(\.\d{1,6})?S)?)?$/
/** ISO 8601 with months, days and microseconds apart, written as PostgreSQL writes it: `P1Y2M3DT4H5M6.5S`. */
export function intervalValue(value: unknown, parameter: ParameterNode): string {
  const text = typeof value === 'string' ? canonicalInterval(value) : undefined
  return text ?? reject(parameter, "an interval in ISO 8601, such as 'P1Y2M3DT4H5M6.5S'", value)
}

const part = (text: string | undefined): number => Number(text ?? 0)
/** Whole years out of months, hours and minutes out of microseconds; days stay days, because a day is not always 24 hours. */
export function canonicalInterval(text: string): string | undefined {
  const match = intervalText.exec(text)
  if (!match) return undefined
  const [, sign, years, months, weeks, days, hours, minutes, seconds, fraction = ''] = match
  const factor = sign === '-' ? -1 : 1
  const micros = Number(fraction.slice(1).padEnd(6, '0')) * (seconds?.startsWith('-') ? -1 : 1)
  const month = factor * (part(years) * 12 + part(months))
  const day = factor * (part(weeks) * 7 + part(days))
  const time =
    BigInt(factor) * ((BigInt(part(hours)) * 3600n + BigInt(part(minutes)) * 60n + BigInt(part(seconds))) * 1000000n + BigInt(micros))
  if (![month, day].every((number) => Number.isSafeInteger(number) && Math.abs(number) < 2 ** 31)) return undefined
  if (time >= 2n ** 63n || time < -(2n ** 63n)) return undefined
  return intervalOf(month, day, time)
}

function intervalOf(month: number, day: number, time: bigint): string {
  const [year, rest] = [Math.trunc(month / 12), month % 12]
  const date = `${year ? `${year}Y` : ''}${rest ? `${rest}M` : ''}${day ? `${day}D` : ''}`
  const second = (time / 1000000n) % 60n
  const micro = time % 1000000n
  const [hour, minute] = [time / 3600000000n, (time / 60000000n) % 60n]
  const digits = String(micro < 0n ? -micro : micro)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const seconds = second || micro ? `${time < 0n && second === 0n ? '-' : ''}${second}${digits ? `.${digits}` : ''}S` : ''
  const clockPart = `${hour ? `${hour}H` : ''}${minute ? `${minute}M` : ''}${seconds}`
  return date === '' && clockPart === '' ? 'PT0S' : `P${date}${clockPart ? `T${clockPart}` : ''}`
}
