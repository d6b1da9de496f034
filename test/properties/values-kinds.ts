/** What each type holds, told by hand: values to try, which of them a column keeps, and how they read back. */
import fc from 'fast-check'
import { js } from '../newcomer/tables.js'
import type { Dialect } from '../servers/urls.js'

export interface Kind {
  readonly name: string
  readonly on: readonly Dialect[]
  column(dialect: Dialect): any
  /** Values to try; some of them beyond what the column holds. */
  readonly values: fc.Arbitrary<unknown>
  /** Always tried. */
  readonly extremes: readonly unknown[]
  /** Whether the column keeps the value exactly; what it does not is to be refused. */
  holds(value: any, dialect: Dialect): boolean
  /** How the value reads back: in canonical form where the type has one. */
  back(value: any, dialect: Dialect): unknown
  /** One text for all values that the server takes for equal. */
  key?(value: any, dialect: Dialect): string
  /** The sign of zero may get lost. */
  readonly signless?: (dialect: Dialect) => boolean
  /** The server takes more for equal than the program does: another case under MySQL's collations. */
  readonly loose?: readonly Dialect[]
  /** The server has no equality for it. */
  readonly unequal?: readonly Dialect[]
  /** Paths that this type has not, each with its reason in a comment where it is declared. */
  readonly without?: readonly string[]
}

export const everywhere: readonly Dialect[] = ['postgres', 'mysql', 'mariadb', 'sqlite']
export const mysqls: readonly Dialect[] = ['mysql', 'mariadb']
const itself = (value: unknown): unknown => value

const { bigint, blob, boolean, char, date, doublePrecision, integer, json, jsonb, numeric, real, smallint, text, time } = js
const { timestamp, timestamptz, uuid, varchar } = js

// ---------------------------------------------------------------- whole numbers

const isWhole = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))

export function whole(
  name: string,
  on: readonly Dialect[],
  column: () => any,
  low: bigint,
  high: bigint,
  gaps: readonly bigint[] = [],
): Kind {
  const inside = fc.bigInt({ min: low, max: high })
  const edge = [low, high, low - 1n, high + 1n, low + 1n, high - 1n, 0n, 1n, -1n, ...gaps]
  return {
    name,
    on,
    column,
    values: fc.oneof(
      { weight: 20, arbitrary: inside.map(Number) },
      { weight: 4, arbitrary: inside },
      { weight: 1, arbitrary: fc.constantFrom(...edge) },
    ),
    extremes: [...edge.map(Number), ...edge, -0, 2 ** 53, -(2 ** 53), 2n ** 64n, 0.5],
    holds: (value) => isWhole(value) && BigInt(value) >= low && BigInt(value) <= high,
    back: (value) => Number(value) + 0 || 0,
  }
}

const beyond = [
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 63n,
  -(2n ** 63n) - 1n,
  2n ** 64n - 1n,
  2n ** 64n,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  0n,
]
const sixtyFour = (name: string, on: readonly Dialect[], column: () => any, low: bigint, high: bigint, numbers: boolean): Kind => ({
  name,
  on,
  column,
  values: fc.oneof(
    {
      weight: 10,
      arbitrary: fc.bigInt({ min: numbers ? BigInt(Number.MIN_SAFE_INTEGER) : low, max: numbers ? BigInt(Number.MAX_SAFE_INTEGER) : high }),
    },
    { weight: 4, arbitrary: fc.maxSafeInteger().filter((value) => value >= low) },
  ),
  extremes: [...beyond, low, high, low - 1n, high + 1n, Number.MAX_SAFE_INTEGER, 2 ** 53, -0, 0.5, Number.NaN],
  holds: (value) => {
    if (!isWhole(value) || (typeof value === 'number' && !Number.isSafeInteger(value))) return false
    const exact = BigInt(value)
    return exact >= low && exact <= high && (!numbers || Number.isSafeInteger(Number(value)))
  },
  back: (value) => (numbers ? Number(value) + 0 || 0 : BigInt(value)),
})

// ---------------------------------------------------------------- decimals

/** Sign, digits and point of any decimal, by whole-number arithmetic. */
export function decimalOf(value: unknown): { readonly units: bigint; readonly scale: number } | undefined {
  if (typeof value === 'bigint') return { units: value, scale: 0 }
  const written = typeof value === 'number' ? fromNumber(value) : value
  if (typeof written !== 'string' || !/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(written)) return undefined
  const [whole = '', fraction = ''] = written.replace(/^[+-]/, '').split('.')
  let units = BigInt(whole + fraction || '0')
  let scale = fraction.length
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n
    scale--
  }
  return { units: written.startsWith('-') ? -units : units, scale }
}
/** The digits of a double's shortest text. */
function fromNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  const [head, tail = ''] = digits.replace('-', '').split('.') as [string, string?]
  const point = Number(exponent)
  const all = head + tail
  const text =
    point >= 0 ? `${all.padEnd(point + 1, '0').slice(0, point + 1)}.${all.slice(point + 1)}` : `0.${'0'.repeat(-point - 1)}${all}`
  return `${value < 0 ? '-' : ''}${text}`
}
export function decimalText(value: unknown): string {
  const { units, scale } = decimalOf(value)!
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return `${units < 0n ? '-' : ''}${text}`
}
const integerDigits = (value: unknown): number => {
  const { units, scale } = decimalOf(value)!
  const digits = String(units < 0n ? -units : units).length - scale
  return units === 0n || digits < 0 ? 0 : digits
}
const fits = (value: unknown, before: number, after: number): boolean => decimalOf(value)!.scale <= after && integerDigits(value) <= before

const digitsOf = (longest: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${longest}}$`))
const decimals = (before: number, after: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', '-', '', '+'), fc.oneof(digitsOf(before), digitsOf(3)), fc.oneof(digitsOf(after), digitsOf(2)))
    .map(([sign, a, b]) => {
      const text = b === '' ? a || '0' : `${a}.${b}`
      return `${sign}${text}`
    })
const isDecimal = (value: unknown, numbers: boolean): boolean =>
  decimalOf(value) !== undefined && (typeof value !== 'number' || numbers || Number.isSafeInteger(value))

const sixty = '9'.repeat(40)
const decimalExtremes = [
  '0',
  '-0',
  '0.00',
  '+1.50',
  '.5',
  '5.',
  '007',
  '-0.00000000000000000001',
  `${sixty}.99999999999999999999`,
  `-${sixty}.99999999999999999999`,
  `${'1'.repeat(39)}2.00000000000000000001`,
  `${'1'.repeat(39)}2.00000000000000000002`,
  '12345678901234567890.1',
  '12345678901234567890.2',
  '99999999.99',
  '-99999999.99',
  '100000000',
  '99999999.995',
  '0.005',
  '1e3',
  '',
  '.',
  'abc',
  'NaN',
  'Infinity',
  ' 1',
  '1,5',
  1n,
  2n ** 80n,
  7,
  0.1,
  -0,
]
const exact = (name: string, on: readonly Dialect[], precision: readonly [number, number] | undefined): Kind => {
  const limits = (dialect: Dialect): readonly [number, number] =>
    precision ? [precision[0] - precision[1], precision[1]] : mysqls.includes(dialect) ? [35, 30] : [1000, 1000]
  return {
    name,
    on,
    column: () => (precision ? numeric(...precision) : numeric()),
    values: precision ? decimals(precision[0] - precision[1], precision[1]) : decimals(30, 30),
    extremes: [...decimalExtremes, ...(precision ? [] : [`${'9'.repeat(500)}.${'8'.repeat(400)}1`])],
    holds: (value, dialect) => isDecimal(value, false) && fits(value, ...limits(dialect)),
    back: decimalText,
  }
}
const decimalNumber = (name: string, precision: readonly [number, number] | undefined): Kind => ({
  name,
  on: everywhere,
  column: () => (precision ? numeric(...precision, { mode: 'number' }) : numeric(undefined, undefined, { mode: 'number' })),
  values: precision
    ? fc.oneof(
        fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }).map((cents) => cents / 100),
        fc.integer(),
      )
    : fc.oneof(
        fc.integer(),
        fc.tuple(fc.integer(), fc.integer({ min: 0, max: 9 })).map(([a, b]) => a / 10 ** b),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
  extremes: [
    0,
    -0,
    12n,
    2n ** 53n,
    '12.5',
    0.1,
    0.30000000000000004,
    1e21,
    5e-324,
    Number.MAX_VALUE,
    99999999.99,
    99999999.994,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  holds: (value, dialect) => {
    if (typeof value === 'string' || !isDecimal(value, true) || (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))))
      return false
    return precision ? fits(value, precision[0] - precision[1], precision[1]) : !mysqls.includes(dialect) || fits(value, 35, 30)
  },
  back: (value) => Number(value) + 0 || 0,
})

// ---------------------------------------------------------------- floating point

/** Who keeps the sign of zero. */
const keepsMinus: readonly Dialect[] = ['postgres', 'mysql']
const floatExtremes = [
  0,
  -0,
  0.1,
  1 / 3,
  5e-324,
  -5e-324,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  1e-7,
  2 ** 63,
  4.35,
  2.2250738585072014e-308,
  2.225073858507201e-308,
  123456789.12345679,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  16777216,
  16777217,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  3.5e38,
  1.401298464324817e-45,
  1.1754943508222875e-38,
  1e7,
  0.1 + 0.2,
  1e15,
  1e16,
  123456789012345680000,
].flatMap((value) => [value, Math.fround(value)])
const floating = (name: string, column: () => any, bits: 32 | 64): Kind => ({
  name,
  on: everywhere,
  column,
  values:
    bits === 32
      ? fc.oneof({ weight: 12, arbitrary: fc.float() }, { weight: 1, arbitrary: fc.double() })
      : fc.oneof(fc.double(), fc.float(), fc.integer()),
  extremes: floatExtremes,
  holds: (value, dialect) => (Number.isFinite(value) || dialect === 'postgres') && (bits === 64 || Object.is(Math.fround(value), value)),
  back: itself,
  signless: (dialect) => !keepsMinus.includes(dialect),
})

// ---------------------------------------------------------------- text and bytes

const half = ['\ud800', 'a\udc00b', '\udbff', '\ud83d', '\udc00\ud800']
const everyUnit = (() => {
  let all = ''
  for (let code = 1; code < 0x10000; code++) if (code < 0xd800 || code > 0xdfff) all += String.fromCharCode(code)
  return all
})()
const astral = ['\u{10000}', '\u{10ffff}', '😀', '👩‍👩‍👧‍👦', '🇩🇪', '\ufeff', '\ufffd', '\uffff', '\u2028', '\u0085']
export const wordy = [
  '',
  ' ',
  'a ',
  ' a',
  'a\t',
  '\n',
  "'",
  "''",
  '"',
  '\\',
  "\\'",
  "\\\\'",
  '%',
  '_',
  '?',
  '$1',
  ':x',
  '--',
  '/*',
  '*/',
  ';',
  '`',
  '{}',
  '{',
  '}',
  '[',
  ',',
  'NULL',
  'null',
  'true',
  '0',
  '00',
  '1e3',
  '1.0',
  '+1',
  ' 1',
  '0x1A',
  '-0',
  'Infinity',
  'a\0b',
  '\0',
  '\u0001',
  '\x1a',
  '\b',
  '\r\n',
  'é',
  'e\u0301',
  'ß',
  'ǅ',
  ...astral,
  ...half,
]
const anyText = (longest: number) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: longest }),
    fc.string({ unit: 'grapheme', maxLength: Math.ceil(longest / 4) }),
    fc
      .array(fc.constantFrom("'", '"', '\\', '\0', ' ', '\n', '%', '`', '$', '?', 'a', '😀', '\ud83d'), { maxLength: longest })
      .map((parts) => parts.join('')),
  )
const characters = (value: string): number => Array.from(value).length
const isText = (value: any, dialect: Dialect): boolean =>
  typeof value === 'string' && value.isWellFormed() && !(dialect === 'postgres' && value.includes('\0'))
const looseText = mysqls
const words = (
  name: string,
  on: readonly Dialect[],
  column: () => any,
  longest: number,
  fitting: (value: string, dialect: Dialect) => boolean,
  extremes: readonly string[] = [],
): Kind => ({
  name,
  on,
  column,
  values: anyText(longest),
  extremes: [...wordy, ...extremes],
  holds: (value, dialect) => isText(value, dialect) && fitting(value, dialect),
  back: itself,
  loose: looseText,
})
const bytesOf = (value: string) => Buffer.byteLength(value)

const someBytes = (longest: number) => fc.uint8Array({ maxLength: longest })
const allBytes = Uint8Array.from({ length: 256 }, (_, i) => i)
export const binaryKind = (
  name: string,
  on: readonly Dialect[],
  column: () => any,
  values: fc.Arbitrary<Uint8Array>,
  fitting: (length: number) => boolean,
): Kind => ({
  name,
  on,
  column,
  values,
  extremes: [
    new Uint8Array(0),
    allBytes,
    new Uint8Array([0]),
    new Uint8Array([92, 48]),
    Buffer.from("'\\x00"),
    allBytes.subarray(3, 11),
    new Uint8Array(8),
    new Uint8Array(20),
    new Uint8Array(256),
  ],
  holds: (value) => fitting(value.length),
  back: (value) => new Uint8Array(value),
})

// ---------------------------------------------------------------- days and moments

const two = (value: number) => String(value).padStart(2, '0')
export const dayOf = (moment: Date): string =>
  `${String(moment.getUTCFullYear()).padStart(4, '0')}-${two(moment.getUTCMonth() + 1)}-${two(moment.getUTCDate())}`
const firstDay = Date.UTC(2000, 0, 1) - 63_082_281_600_000 - 0
const lastDay = Date.UTC(9999, 11, 31)
const firstMoment = new Date('0001-01-01T00:00:00.000Z').getTime()
const lastMoment = new Date('9999-12-31T23:59:59.999Z').getTime()
const aMoment = fc
  .oneof(fc.integer({ min: firstMoment, max: lastMoment }), fc.integer({ min: 0, max: Date.UTC(2040, 0, 1) }))
  .map((time) => new Date(time))
export const aDay = aMoment.map(dayOf)
const fraction = fc.integer({ min: 0, max: 999_999 }).map((micros) => String(micros).padStart(6, '0'))
export const aStamp = fc
  .tuple(aMoment, fraction, fc.boolean())
  .map(([moment, micros, fine]) => `${moment.toISOString().slice(0, 19).replace('T', ' ')}${fine ? `.${micros}` : ''}`)
/** The hour that a zone's summer time leaves out, the one that it has twice, and the ends of what a date may be. */
export const gaps = [
  '2021-03-14 02:30:00',
  '2021-11-07 01:30:00',
  '2021-03-28 02:30:00',
  '2021-10-03 02:15:00',
  '2011-12-30 12:00:00',
  '1945-10-15 00:15:00',
  '1970-01-01 00:00:00',
  '1969-12-31 23:59:59',
  '2038-01-19 03:14:08',
  '2000-02-29 00:00:00',
  '1900-02-28 23:59:59',
  '0001-01-01 00:00:00',
  '9999-12-31 23:59:59',
  '0099-12-31 23:59:59',
  '1582-10-10 00:00:00',
]
const trimmed = (value: string): string => (value.includes('.') ? value.replace(/0+$/, '').replace(/\.$/, '') : value)
const decimalsOf = (value: string): number => trimmed(value).split('.')[1]?.length ?? 0
const isRealDay = (day: string): boolean => {
  const moment = new Date(`${day}T00:00:00.000Z`)
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(moment.getTime()) && dayOf(moment) === day && day >= '0001'
}
const isClock = (clock: string): boolean => /^([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?$/.test(clock)
const stampParts = (value: string): readonly [string, string] => {
  const [day = '', clock = ''] = value.replace(/Z$|\+00(:00)?$/, '').split(/[ T]/)
  return [day, clock]
}
const times = (name: string, precision: number | undefined): Kind => ({
  name,
  on: everywhere,
  column: () => (precision === undefined ? time() : time({ precision })),
  values: fc.tuple(aMoment, fc.integer({ min: 0, max: 10 ** (precision ?? 6) - 1 })).map(([moment, part]) => {
    const digits = precision ?? 6
    return `${moment.toISOString().slice(11, 19)}${digits ? `.${String(part).padStart(digits, '0')}` : ''}`
  }),
  extremes: [
    '00:00:00',
    '23:59:59',
    '23:59:59.999999',
    '00:00:00.000001',
    '12:00:00.500',
    '12:00:00.000',
    '10:00:00.1239',
    '24:00:00',
    '10:00',
    '-01:00:00',
    '10:60:00',
  ],
  holds: (value) => isClock(value) && decimalsOf(value) <= (precision ?? 6),
  back: trimmed,
})
const moments = (name: string, type: any, precision: number | undefined): Kind => {
  const digits = precision ?? 3
  const unit = 10 ** (3 - Math.min(digits, 3))
  return {
    name,
    on: everywhere,
    column: () => (precision === undefined ? type() : type({ precision })),
    values: aMoment.map((moment) => new Date(Math.floor(moment.getTime() / unit) * unit)),
    extremes: [
      ...gaps.map((stamp) => new Date(`${stamp.replace(' ', 'T')}.000Z`)),
      ...[
        firstMoment,
        lastMoment,
        firstMoment - 1,
        lastMoment + 1,
        0,
        -1,
        1,
        999,
        -62167219200000,
        -62198755200000,
        8.64e15,
        -8.64e15,
        Number.NaN,
      ].map((time) => new Date(time)),
    ],
    holds: (value) => value.getTime() >= firstMoment && value.getTime() <= lastMoment && value.getTime() % unit === 0,
    back: itself,
  }
}
const stamps = (name: string, type: any, precision: number | undefined): Kind => ({
  name,
  on: everywhere,
  column: () => type({ mode: 'string', ...(precision === undefined ? {} : { precision }) }),
  values: precision === undefined ? aStamp : aStamp.map((stamp) => stamp.slice(0, precision === 0 ? 19 : 20 + precision)),
  extremes: [
    ...gaps,
    '2024-01-01T10:00:00Z',
    '2024-01-01 10:00:00+00',
    '2024-01-01 10:00:00.123456',
    '2024-01-01 10:00:00.120',
    '0001-01-01 00:00:00.000001',
    '9999-12-31 23:59:59.999999',
    '2023-02-29 00:00:00',
    '0000-01-01 00:00:00',
  ],
  holds: (value) => {
    const [day, clock] = stampParts(value)
    return isRealDay(day) && isClock(clock) && decimalsOf(clock) <= (precision ?? 6)
  },
  back: (value) => trimmed(stampParts(value).join(' ')),
})

// ---------------------------------------------------------------- JSON

const nest = (depth: number, kind: 'array' | 'object'): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = kind === 'array' ? [value] : { a: value }
  return value
}
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
/** How deep arrays and objects may stand in one another. */
export const deepest: Readonly<Record<Dialect, number>> = { postgres: 1000, mysql: 100, mariadb: 31, sqlite: 1000 }
const jsonText = (value: unknown): string => JSON.stringify(value)
const positiveZero = (value: unknown): unknown =>
  Object.is(value, -0)
    ? 0
    : Array.isArray(value)
      ? value.map(positiveZero)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, positiveZero(member)]))
        : value
const documents = (name: string, type: any): Kind => ({
  name,
  on: everywhere,
  column: () => type(),
  values: fc
    .oneof(
      fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }),
      fc.jsonValue({ maxDepth: 2 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    .filter((value) => value !== null),
  extremes: [
    '',
    'a',
    '"',
    '\\',
    0,
    -0,
    1,
    -1,
    0.1,
    1e21,
    1e308,
    5e-324,
    Number.MAX_VALUE,
    2 ** 53,
    2 ** 53 + 2,
    123456789012345680000,
    true,
    false,
    [],
    {},
    [null],
    [[]],
    { a: null },
    { '': '' },
    { b: 1, a: 2 },
    { a: [1, { b: null }], c: '😀' },
    JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":2}'),
    { 'a"b\\c': "d'e" },
    { nul: 'a\0b' },
    '\\u0000',
    { 'k\0': 1 },
    nest(30, 'array'),
    nest(31, 'object'),
    nest(32, 'array'),
    nest(100, 'array'),
    nest(100, 'object'),
    nest(101, 'array'),
    'null',
    '12',
    { é: 'e\u0301' },
    ['\u2028', '\u007f'],
    [1.5, '1.5'],
    everyUnit.slice(0, 300),
    Number.NaN,
    [Number.POSITIVE_INFINITY],
    'a\ud800',
    ['\udc00'],
    { '\ud800': 1 },
    [undefined],
    new Date(0),
    { a: new Date(0) },
    new Map([[1, 2]]),
    [1n],
    new Array(1),
  ],
  holds: (value, dialect) => {
    const plain = (part: unknown): boolean => {
      if (part === null || typeof part === 'boolean') return true
      if (typeof part === 'string') return isText(part, dialect)
      if (typeof part === 'number') return Number.isFinite(part)
      if (typeof part !== 'object' || part instanceof Date || part instanceof Map) return false
      if (Array.isArray(part)) return Array.from(part).every(plain)
      return Object.entries(part).every(([key, member]) => isText(key, dialect) && plain(member))
    }
    return plain(value) && depthOf(value) <= deepest[dialect]
  },
  back: positiveZero,
  key: (value, dialect) => (dialect === 'mariadb' || dialect === 'sqlite' ? jsonText(value) : keyOfJson(value)),
})

import { keyOf } from './values-same.js'

const keyOfJson = (value: unknown): string => keyOf(value)

// ---------------------------------------------------------------- all of them

const anUuid = fc.uuid()
export const kinds: readonly Kind[] = [
  whole('smallint', everywhere, () => smallint(), -32768n, 32767n),
  whole('integer', everywhere, () => integer(), -2147483648n, 2147483647n),
  sixtyFour('bigint', everywhere, () => bigint(), -(2n ** 63n), 2n ** 63n - 1n, false),
  sixtyFour("bigint, mode 'number'", everywhere, () => bigint({ mode: 'number' }), -(2n ** 63n), 2n ** 63n - 1n, true),
  exact('numeric', everywhere, undefined),
  exact('numeric(60, 20)', everywhere, [60, 20]),
  exact('numeric(10, 2)', everywhere, [10, 2]),
  decimalNumber("numeric(10, 2), mode 'number'", [10, 2]),
  decimalNumber("numeric, mode 'number'", undefined),
  floating('real', () => real(), 32),
  floating('doublePrecision', () => doublePrecision(), 64),
  {
    name: 'boolean',
    on: everywhere,
    column: () => boolean(),
    values: fc.boolean(),
    extremes: [true, false, 1, 0, 'true'],
    holds: (value) => typeof value === 'boolean',
    back: itself,
  },
  {
    ...words(
      'char(8)',
      everywhere,
      () => char(8),
      8,
      (value, dialect) => characters(value) <= 8 && (dialect === 'sqlite' || !value.endsWith(' ')),
      ['12345678', '123456789', '😀'.repeat(8), '😀'.repeat(9)],
    ),
    // its blanks do not count when it is compared
    loose: ['postgres', ...mysqls],
  },
  words(
    'varchar(20)',
    everywhere,
    () => varchar(20),
    20,
    (value) => characters(value) <= 20,
    ['x'.repeat(21), '😀'.repeat(20), `${' '.repeat(20)}`, ' '.repeat(21)],
  ),
  words(
    'text',
    everywhere,
    () => text(),
    60,
    () => true,
    [everyUnit],
  ),
  binaryKind(
    'blob',
    everywhere,
    () => blob(),
    someBytes(60),
    () => true,
  ),
  {
    name: 'date',
    on: everywhere,
    column: () => date(),
    values: aDay,
    extremes: [
      ...gaps.map((stamp) => stamp.slice(0, 10)),
      '0000-01-01',
      '10000-01-01',
      '2023-02-29',
      '2024-02-30',
      '2024-1-1',
      '2024-01-01 10:00:00',
      '',
    ],
    holds: isRealDay,
    back: itself,
  },
  times('time', undefined),
  times('time(0)', 0),
  times('time(3)', 3),
  moments('timestamp', timestamp, undefined),
  moments('timestamp(0)', timestamp, 0),
  moments('timestamp(6)', timestamp, 6),
  moments('timestamptz', timestamptz, undefined),
  moments('timestamptz(0)', timestamptz, 0),
  stamps("timestamp, mode 'string'", timestamp, undefined),
  stamps("timestamp(0), mode 'string'", timestamp, 0),
  stamps("timestamp(3), mode 'string'", timestamp, 3),
  stamps("timestamptz, mode 'string'", timestamptz, undefined),
  {
    name: 'uuid',
    on: everywhere,
    column: () => uuid(),
    values: fc.oneof(
      anUuid,
      anUuid.map((value) => value.toUpperCase()),
    ),
    extremes: [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '',
      '{00000000-0000-0000-0000-000000000000}',
      '00000000000000000000000000000000',
    ],
    // MariaDB looks at version and variant, as its own answers to all pairs of them show
    holds: (value, dialect) =>
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) &&
      !(dialect === 'mariadb' && Number.parseInt(value[14], 16) >= 8 && /^([1-7].|0[1-9a-f]|80)$/i.test(value.slice(19, 21))),
    back: (value) => value.toLowerCase(),
  },
  documents('json', json),
  documents('jsonb', jsonb),
]
export { anyText, bytesOf, characters, decimals, firstDay, isDecimal, isRealDay, isText, lastDay, someBytes, words }
