/** What each SQL type accepts, as one table: a type that it lacks is an error of the compiler. */
import type { SqlType, TypeName } from '@quern/expression'
import * as z from 'zod'
import { isCidr, isInet } from './addresses.js'
import { isJson } from './json.js'
import type { DialectName, Limits } from './limits.js'
import * as values from './values.js'

/** What a rule may know: the type, what the server keeps, and how to get the rule of a type inside it. */
interface Place {
  readonly limits: Limits
  readonly dialect: DialectName | undefined
}
type Rule = (type: SqlType, place: Place) => z.ZodType

/** The schema of a column's values that are not null. */
export function valueSchema(type: SqlType, place: Place): z.ZodType {
  const own = (place.dialect && type.detail?.variants?.[place.dialect]) || type
  const stored = withCodec(own, rules[own.name](own, place))
  return own === type ? stored : withCodec(type, stored)
}

/** What the program sees instead of the stored value is known to its codec alone, so the codec is asked. */
function withCodec(type: SqlType, stored: z.ZodType): z.ZodType {
  const codec = type.detail?.codec
  if (codec === undefined) return stored
  const takes = (value: unknown): boolean => {
    if (value === null || value === undefined) return false
    try {
      return stored.safeParse(codec.encode(value)).success
    } catch {
      return false
    }
  }
  return z.custom(takes, "must be a value that the column's codec takes")
}

const whole =
  (low: number, high: number): Rule =>
  (type) =>
    type.detail?.unsigned
      ? z
          .int()
          .min(0)
          .max(high - low)
      : z.int().min(low).max(high)

const bigint: Rule = (type) => {
  const { mode } = type
  const unsigned = type.detail?.unsigned === true
  if (mode === 'number') return unsigned ? z.int().min(0) : z.int()
  return unsigned
    ? z
        .bigint()
        .min(0n)
        .max(2n ** 64n - 1n)
    : z
        .bigint()
        .min(-(2n ** 63n))
        .max(2n ** 63n - 1n)
}

const numeric: Rule = (type, { limits }) => {
  const { precision, scale = 0, mode } = type
  const fits = (text: string): boolean =>
    precision === undefined
      ? values.fitsDigits(text, limits.wholeDigits, limits.fractionDigits)
      : values.fitsNumeric(text, precision, scale)
  const range =
    precision === undefined ? 'must have fewer digits' : `must have at most ${precision - scale} digits before and ${scale} after the point`
  return mode === 'number'
    ? z.number().refine((value) => fits(values.plainDigits(value)), range)
    : z.string().refine(values.isNumeric, { error: "must be an exact decimal such as '12.50'", abort: true }).refine(fits, range)
}

/** zod's own number has neither NaN nor the infinities, which PostgreSQL has. */
const float =
  (fits: (value: number) => boolean): Rule =>
  (_, { limits }) =>
    limits.nonFinite
      ? z.custom<number>((value) => typeof value === 'number' && fits(value), 'must be a number that the column can hold')
      : z.number().refine(fits, 'must be a number that the column can hold')

const numbers = {
  tinyint: whole(-128, 127),
  smallint: whole(-32768, 32767),
  mediumint: whole(-8388608, 8388607),
  integer: whole(-2147483648, 2147483647),
  bigint,
  numeric,
  real: float(values.isFloat32),
  doublePrecision: float(() => true),
  year: () => z.int().refine((value) => value === 0 || (value >= 1901 && value <= 2155), 'must be a year from 1901 to 2155, or 0'),
} satisfies Partial<Record<string, Rule>>

/** Text as every server takes it; `blanks` says whether those at the end come back. */
const text =
  (blanks: (limits: Limits) => boolean): Rule =>
  (type, { limits }) => {
    const { length } = type
    let schema = z.string().refine((value) => value.isWellFormed(), 'must be well-formed text (this has half a surrogate pair)')
    if (!limits.nul) schema = schema.refine((value) => !value.includes('\0'), 'must have no NUL, which PostgreSQL cannot store')
    if (!blanks(limits))
      schema = schema.refine((value) => !value.endsWith(' '), 'must not end with blanks, which CHAR cannot tell from its own')
    if (length !== undefined)
      schema = schema.refine((value) => values.isWithin(value, length), `must have at most ${length} character${length === 1 ? '' : 's'}`)
    const bytes = type.detail?.bytes
    return bytes === undefined
      ? schema
      : schema.refine((value) => values.bytesOf(value) <= bytes, `must have at most ${bytes} bytes in UTF-8`)
  }

const blob: Rule = (type) => {
  const { detail } = type
  const most = detail?.bytes ?? type.length
  const fixed = detail?.fixed ? type.length : undefined
  return z
    .custom<Uint8Array>((value) => value instanceof Uint8Array, { error: 'must be bytes as a Uint8Array', abort: true })
    .refine((value) => fixed === undefined || value.byteLength === fixed, `must have exactly ${fixed} bytes`)
    .refine((value) => most === undefined || value.byteLength <= most, `must have at most ${most} bytes`)
}

/** Text that one test decides about. */
const words =
  (test: (text: string) => boolean, sentence: string): Rule =>
  () =>
    z.string().refine(test, sentence)

/** No more decimals of a second than the column keeps. */
const fine = (decimals: number) => ({
  test: (text: string): boolean => values.decimalsOf(text) <= decimals,
  sentence: `must have at most ${decimals} decimals of a second`,
})

const time: Rule = ({ precision = 6 }) => {
  const { test, sentence } = fine(precision)
  return z
    .string()
    .refine(values.isTime, { error: "must be a time as 'HH:MM:SS', with up to six decimals", abort: true })
    .refine(test, sentence)
}

const stamp: Rule = ({ mode, precision = mode === 'string' ? 6 : 3 }) => {
  const { test, sentence } = fine(precision)
  return mode === 'string'
    ? z
        .string()
        .refine(values.isStamp, { error: "must be a timestamp in UTC as 'YYYY-MM-DD HH:MM:SS', with up to six decimals", abort: true })
        .refine(test, sentence)
    : z
        .date()
        .refine(values.isMoment, { error: 'must be a date in the years 1 to 9999', abort: true })
        .refine((value) => test(value.toISOString()), sentence)
}

const uuid: Rule = (_, { limits }) =>
  z
    .string()
    .refine(values.isUuid, { error: 'must be a UUID', abort: true })
    .refine((value) => limits.lateUuids || !values.isLateUuid(value), 'must be no UUID of the kinds that MariaDB refuses')

const json: Rule = (_, { limits }) =>
  z.custom(
    (value) => value !== null && isJson(value, limits.nul, limits.jsonDepth),
    'must be what JSON can hold: texts, finite numbers, booleans, null, and arrays and plain objects of these',
  )

/** Of a type that is known by its name only: what a driver can carry without a decision. */
const bindable: Rule = (_, { limits }) =>
  z.custom(
    (value) =>
      (typeof value === 'string' && value.isWellFormed() && (limits.nul || !value.includes('\0'))) ||
      (typeof value === 'number' && Number.isFinite(value)) ||
      typeof value === 'bigint' ||
      typeof value === 'boolean' ||
      value instanceof Uint8Array,
    'must be a string, number, bigint, boolean or bytes',
  )

const plain = {
  boolean: () => z.boolean(),
  char: text((limits) => limits.trailingBlanks),
  varchar: text(() => true),
  text: text(() => true),
  blob,
  date: words(values.isDate, "must be a date as 'YYYY-MM-DD', years 0001 to 9999"),
  time,
  timestamp: stamp,
  timestamptz: stamp,
  uuid,
  interval: words(values.isInterval, "must be an interval in ISO 8601, such as 'P1Y2M3DT4H5M6.5S'"),
  json,
  jsonb: json,
  custom: (type, place) => (type.detail?.element === undefined ? bindable(type, place) : valueSchema(type.detail.element, place)),
} satisfies Partial<Record<string, Rule>>

/** PostgreSQL's arrays of arrays are boxes: all rows of one size, none of them empty. */
const sizeOf = (value: unknown): string => (Array.isArray(value) ? `${value.length},${sizeOf(value[0])}` : '')
const isBox = (rows: readonly unknown[]): boolean =>
  rows.every((row) => Array.isArray(row) && row.length > 0 && sizeOf(row) === sizeOf(rows[0]))

const array: Rule = (type, place) => {
  const { element, elementNotNull } = type.detail ?? {}
  if (element === undefined) return z.array(z.unknown())
  const schema = valueSchema(element, place)
  if (element.name === type.name) return z.array(schema).refine(isBox, 'must have inner arrays of one size, which is not 0')
  return z.array(elementNotNull ? schema : z.nullable(schema))
}

const bounds = z.enum(['[)', '(]', '[]', '()'])
/** Numbers, days and moments are compared as they are; of two exact decimals that are one number the server decides. */
const isBefore = (lower: any, upper: any): boolean =>
  lower === null ||
  upper === null ||
  (typeof lower === 'string' && values.isNumeric(lower) ? Number(lower) <= Number(upper) : lower <= upper)

const range: Rule = (type, place) => {
  const element = type.detail?.element
  const bound = z.nullable(element === undefined ? z.unknown() : valueSchema(element, place))
  const pair = z
    .strictObject({ lower: bound, upper: bound, bounds })
    .refine(({ lower, upper }) => isBefore(lower, upper), 'must not begin after its end')
  return z.union([z.literal('empty'), pair])
}

const bits: Rule = ({ length }) => {
  const schema = z.string().regex(/^[01]*$/, "must be bits as a string of 0 and 1, such as '0101'")
  return length === undefined ? schema : schema.refine((value) => value.length <= length, `must have at most ${length} bits`)
}

/** Types that are made of others, and those that few servers have. */
const special = {
  enum: (type) => z.enum([...(type.detail?.labels ?? [])]),
  set: (type) => z.array(z.enum([...(type.detail?.labels ?? [])])),
  array,
  range,
  multirange: (type, place) => z.array(range(type, place)),
  bit: ({ length = 1 }) =>
    z.string().refine((value) => /^[01]*$/.test(value) && value.length === length, `must be exactly ${length} bits as a string of 0 and 1`),
  varbit: bits,
  inet: words(isInet, "must be an IP address such as '10.1.2.3', with or without a mask"),
  cidr: words(isCidr, "must be a network such as '10.0.0.0/8', without bits behind its mask"),
  macaddr: words(values.isMac, "must be a MAC address such as '08:00:2b:01:02:03'"),
  tsvector: text(() => true),
  tsquery: text(() => true),
} satisfies Partial<Record<string, Rule>>

const rules: { readonly [Name in TypeName]: Rule } = { ...numbers, ...plain, ...special }
