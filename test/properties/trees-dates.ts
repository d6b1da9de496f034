/** Trees of days and of moments, and the calendar of JavaScript that they are held against. */
import fc from 'fast-check'
import { caseWhen, coalesce, date, dateAdd, dateSub, dateTrunc, greatest, least, literal, timestamptz } from 'quern'
import { cells } from './table.js'
import { leaf, loose, type Str, strict, TooBig, type Trees } from './tree.js'

export const dayParts = ['year', 'quarter', 'month', 'week', 'day', 'dayOfWeek', 'dayOfYear'] as const
export const momentParts = [...dayParts, 'hour', 'minute', 'second'] as const
export const secondsOf: Readonly<Record<string, number>> = {
  week: 604_800,
  day: 86_400,
  hour: 3600,
  minute: 60,
  second: 1,
  millisecond: 0.001,
}
const monthsOf: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 }
/** Not more units than these, so that years stay those of all servers. */
const most: Readonly<Record<string, number>> = {
  year: 30,
  quarter: 90,
  month: 300,
  week: 900,
  day: 5000,
  hour: 90_000,
  minute: 900_000,
  second: 9_000_000,
  millisecond: 900_000_000,
}
const dayUnits = fc.constantFrom('year', 'quarter', 'month', 'week', 'day')
const momentUnits = fc.constantFrom('year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond')
const truncations = fc.constantFrom('year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second')

/** In the form that it came in: a day or a moment. */
const written = (moment: Date, like: string): string => {
  const year = moment.getUTCFullYear()
  if (!(year >= 1600 && year <= 2600)) throw new TooBig()
  return moment.toISOString().slice(0, like.length)
}

function added(unit: string, count: number, given: string): string {
  const from = new Date(given)
  const months = monthsOf[unit]
  if (months === undefined) return written(new Date(from.getTime() + Math.round(count * secondsOf[unit]! * 1000)), given)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + count * months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const to = new Date(from)
  to.setUTCFullYear(year, month, Math.min(from.getUTCDate(), last))
  return written(to, given)
}

const weekDay = (moment: Date): number => (moment.getUTCDay() + 6) % 7

function truncated(unit: string, given: string): string {
  const from = new Date(given)
  const [year, month, day] = [from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()]
  if (unit === 'year') return written(new Date(Date.UTC(year, 0, 1)), given)
  if (unit === 'quarter') return written(new Date(Date.UTC(year, month - (month % 3), 1)), given)
  if (unit === 'month') return written(new Date(Date.UTC(year, month, 1)), given)
  if (unit === 'week') return written(new Date(Date.UTC(year, month, day - weekDay(from))), given)
  const length = secondsOf[unit]! * 1000
  return written(new Date(Math.floor(from.getTime() / length) * length), given)
}

/** The week of the year's first Thursday is its first. */
function isoWeek(moment: Date): number {
  const thursday = new Date(moment.getTime() + (3 - weekDay(moment)) * 86_400_000)
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 604_800_000) + 1
}

export function partOf(part: string, given: string): number {
  const moment = new Date(given)
  if (part === 'week') return isoWeek(moment)
  if (part === 'quarter') return Math.floor(moment.getUTCMonth() / 3) + 1
  if (part === 'dayOfWeek') return weekDay(moment) + 1
  if (part === 'dayOfYear') return Math.floor((moment.getTime() - Date.UTC(moment.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
  const at = ['year', 'month', 'day', 'hour', 'minute', 'second'].indexOf(part)
  return Number(given.split(/[-T:.Z]/)[at])
}

/** What days and moments have alike. */
const both = (name: string, { num, bool }: Trees, own: fc.Arbitrary<Str>, units: fc.Arbitrary<string>): fc.Arbitrary<Str>[] => [
  strict(
    `dateAdd to a ${name}`,
    [num, own],
    (n, x, unit) => dateAdd(unit, n.mod(most[unit]!), x),
    (n, x, unit) => added(unit, n % most[unit]!, x),
    units,
  ),
  strict(
    `dateSub from a ${name}`,
    [own],
    (x, [unit, n]) => dateSub(unit, n, x),
    (x, [unit, n]) => added(unit, -n, x),
    fc.tuple(units, fc.integer({ min: -20, max: 20 })),
  ),
  loose(
    `case of ${name}s`,
    [bool, own, own],
    (c, x, y) => caseWhen(c).then(x).else(y),
    (c, x, y) => (c === true ? x : y),
  ),
  loose(`coalesce of ${name}s`, [own, own], coalesce, (x, y) => x ?? y),
  strict(`greatest of ${name}s`, [own, own], greatest, (...times) => times.sort()[1]),
  strict(`least of ${name}s`, [own, own], least, (...times) => times.sort()[0]),
]

export const days = (trees: Trees): fc.Arbitrary<Str>[] => [
  fc.constant(
    leaf(
      'day column',
      () => cells.d,
      (row) => row.d,
    ),
  ),
  fc.constantFrom('2024-02-29', '1999-12-31', '2026-01-01').map((day) =>
    leaf(
      'day',
      () => literal(day, date()),
      () => day,
    ),
  ),
  ...both('day', trees, trees.day, dayUnits),
  strict(
    'dateTrunc of a day',
    [trees.day],
    (x, unit) => dateTrunc(unit, x),
    (x, unit) => truncated(unit, x),
    dayUnits,
  ),
  strict(
    'cast of a moment',
    [trees.moment],
    (x) => x.cast(date()),
    (x) => x.slice(0, 10),
  ),
]

export const moments = (trees: Trees): fc.Arbitrary<Str>[] => [
  fc.constant(
    leaf(
      'moment column',
      () => cells.at,
      (row) => row.at,
    ),
  ),
  fc.constantFrom('2024-02-29T23:59:59.999Z', '1970-01-01T00:00:00.000Z').map((moment) =>
    leaf(
      'moment',
      () => literal(new Date(moment), timestamptz()),
      () => moment,
    ),
  ),
  ...both('moment', trees, trees.moment, momentUnits),
  strict(
    'dateTrunc of a moment',
    [trees.moment],
    (x, unit) => dateTrunc(unit, x),
    (x, unit) => truncated(unit, x),
    truncations,
  ),
]
