/** What the types hold that only PostgreSQL has. */
import fc from 'fast-check'
import * as only from 'quern/postgres'
import { js } from '../newcomer/tables.js'
import {
  aDay,
  anyText,
  aStamp,
  binaryKind,
  decimals,
  decimalText,
  gaps,
  isRealDay,
  isText,
  type Kind,
  someBytes,
  wordy,
} from './values-kinds.js'
import { keyOf } from './values-same.js'

const pg: any = only
const {
  array,
  bigint,
  blob,
  boolean,
  char,
  customType,
  date,
  doublePrecision,
  integer,
  interval,
  json,
  jsonb,
  numeric,
  real,
  smallint,
  text,
  time,
} = js
const { timestamp, timestamptz, uuid, varchar } = js
const here = ['postgres'] as const
const itself = (value: unknown): unknown => value

// ---------------------------------------------------------------- intervals

interface Span {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}
const spanText = ({ months, days, micros }: Span): string => {
  const sign = micros < 0n ? '-' : ''
  const size = micros < 0n ? -micros : micros
  const fraction = String(size % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const [hours, minutes, seconds] = [size / 3_600_000_000n, (size / 60_000_000n) % 60n, (size / 1_000_000n) % 60n]
  const years = Math.trunc(months / 12)
  const rest = months % 12
  const day = `${years ? `${years}Y` : ''}${rest ? `${rest}M` : ''}${days ? `${days}D` : ''}`
  const clock = `${hours ? `${sign}${hours}H` : ''}${minutes ? `${sign}${minutes}M` : ''}${seconds || fraction ? `${sign}${seconds}${fraction && `.${fraction}`}S` : ''}`
  return day === '' && clock === '' ? 'PT0S' : `P${day}${clock && `T${clock}`}`
}
const aSpan: fc.Arbitrary<Span> = fc.record({
  months: fc.oneof(fc.constant(0), fc.integer({ min: -100_000, max: 100_000 })),
  days: fc.oneof(fc.constant(0), fc.integer({ min: -1_000_000, max: 1_000_000 })),
  micros: fc.oneof(fc.constant(0n), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: -2_000_000n, max: 2_000_000n })),
})
/** Forms of the same span that the canonical one stands for. */
const spanForms: Readonly<Record<string, string>> = {
  P1W: 'P7D',
  P14M: 'P1Y2M',
  PT90M: 'PT1H30M',
  PT3600S: 'PT1H',
  '-P1D': 'P-1D',
  P0D: 'PT0S',
  'PT0.500S': 'PT0.5S',
  'PT-0.5S': 'PT-0.5S',
  'P1Y-1M': 'P11M',
  'PT1M-1S': 'PT59S',
  '-PT1H30M': 'PT-1H-30M',
  P178000000Y: 'P178000000Y',
  P2147483647D: 'P2147483647D',
}
const wrongSpans = ['', 'P', 'PT', '1 day', 'P1.5D', 'PT1H1H', 'P99999999999Y', 'P2147483648D', 'PT0.1234567S', '1:00']
/** The server counts a month as thirty days and a day as 24 hours where it compares. */
const spanKey = (canonical: string): string => {
  const match = /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d+))?S)?)?$/.exec(canonical)!
  const n = (i: number) => BigInt(match[i] ?? 0)
  const seconds = BigInt(match[7] ?? 0) * 1_000_000n + BigInt((match[8] ?? '').padEnd(6, '0'))
  const days = (n(1) * 12n + n(2)) * 30n + n(3)
  return String(days * 86_400_000_000n + n(4) * 3_600_000_000n + n(5) * 60_000_000n + (match[6] ? -seconds : seconds))
}
const spans: Kind = {
  name: 'interval',
  on: here,
  column: () => interval(),
  values: aSpan.map(spanText),
  extremes: [...Object.keys(spanForms), ...wrongSpans],
  holds: (value) => !wrongSpans.includes(value),
  back: (value) => spanForms[value] ?? value,
  key: (value) => spanKey(spanForms[value] ?? value),
}

// ---------------------------------------------------------------- addresses and bits

const anIp = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((value) => !/:\d+\.\d+\.\d+\.\d+$/.test(value) || true),
)
/** As the standard for URLs writes an address, but for those of version 4 inside, which have dots here. */
function ipText(value: string): string {
  if (!value.includes(':')) return value
  const host = new URL(`http://[${value}]`).hostname.slice(1, -1)
  const words = /^::(?:(ffff):)?([\da-f]{1,4}):([\da-f]{1,4})$/.exec(host)
  if (!words) return host
  const [high, low] = [Number.parseInt(words[2]!, 16), Number.parseInt(words[3]!, 16)]
  return `::${words[1] ? 'ffff:' : ''}${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}
const widthOf = (value: string): number => (value.includes(':') ? 128 : 32)
const inets: Kind = {
  name: 'inet',
  on: here,
  column: () => pg.inet(),
  values: fc.tuple(anIp, fc.option(fc.integer({ min: 0, max: 32 }))).map(([ip, mask]) => (mask === null ? ip : `${ip}/${mask}`)),
  extremes: [
    '0.0.0.0',
    '255.255.255.255',
    '10.0.0.1/32',
    '10.0.0.1/8',
    '::',
    '::1',
    '::/0',
    '1::',
    '1::8',
    '1:0:0:2:0:0:0:3',
    '1:2:3:4:5:6:7::',
    '::ffff:1.2.3.4',
    '::1.2.3.4',
    'FE80::1',
    '2001:DB8::1/64',
    '::1/128',
    '1:2:3:4:5:6:1.2.3.4',
    '',
    'a',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '1.2.3.4/33',
    '::1/129',
    ':::',
    '1::2::3',
    '01.2.3.4',
    '1.2.3.4/',
    'localhost',
    '12345::',
    '1.2.3.4 ',
  ],
  holds: (value) =>
    /^[\da-fA-F:.]+(\/\d+)?$/.test(value) && isIp(value.split('/')[0]) && Number(value.split('/')[1] ?? 0) <= widthOf(value),
  back: (value) => {
    const [ip, mask] = value.split('/')
    return mask === undefined || Number(mask) === widthOf(value) ? ipText(ip) : `${ipText(ip)}/${mask}`
  },
}
function isIp(value: string): boolean {
  return require('node:net').isIP(value) !== 0
}
const masked = (ip: string, mask: number): string => {
  const parts = ip.split('.').map(Number)
  return parts.map((part, i) => part & (0xff << Math.max(0, 8 - Math.max(0, mask - i * 8))) & 0xff).join('.')
}
const cidrs: Kind = {
  name: 'cidr',
  on: here,
  column: () => pg.cidr(),
  values: fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, mask]) => `${masked(ip, mask)}/${mask}`),
  extremes: [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '10.1.2.3',
    '::/0',
    'fe80::/10',
    '2001:DB8::/32',
    '::1',
    '10.0.0.1/8',
    'fe80::1/10',
    '10',
    '10.0.0.0/33',
    '',
  ],
  holds: (value) => !['10.0.0.1/8', 'fe80::1/10', '10', '10.0.0.0/33', ''].includes(value),
  back: (value) => {
    const [ip, mask] = value.split('/')
    return `${ipText(ip)}/${mask ?? widthOf(value)}`
  },
}
const macs: Kind = {
  name: 'macaddr',
  on: here,
  column: () => pg.macaddr(),
  values: fc
    .tuple(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.constantFrom(':', '-', ''))
    .map(([bytes, mark]) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(mark)),
  extremes: [
    '00:00:00:00:00:00',
    'FF:FF:FF:FF:FF:FF',
    '08002b:010203',
    '0800.2b01.0203',
    '',
    '08:00:2b:01:02',
    '08:00-2b:01:02:03',
    'zz:00:00:00:00:00',
  ],
  holds: (value) => /^[\da-f:.-]+$/i.test(value) && value.replace(/[^\da-f]/gi, '').length === 12 && value !== '08:00-2b:01:02:03',
  back: (value) =>
    (
      value
        .toLowerCase()
        .replace(/[^\da-f]/g, '')
        .match(/../g) as string[]
    ).join(':'),
}
const bitText = (min: number, max: number) =>
  fc.array(fc.constantFrom('0', '1'), { minLength: min, maxLength: max }).map((digits) => digits.join(''))
export const bitKind = (name: string, on: Kind['on'], column: () => any, low: number, high: number): Kind => ({
  name,
  on,
  column,
  values: bitText(low, Math.min(high, 100)),
  extremes: ['', '0', '1', '0'.repeat(10), '1'.repeat(10), '01'.repeat(10), '0'.repeat(21), '1'.repeat(64), '2', 'a', ' 1'],
  holds: (value) => /^[01]*$/.test(value) && value.length >= low && value.length <= high,
  back: itself,
})

// ---------------------------------------------------------------- arrays

/** Elements that the column keeps, and what each reads back as. */
interface Element {
  readonly name: string
  column(): any
  readonly values: fc.Arbitrary<unknown>
  readonly extremes: readonly unknown[]
  back(value: any): unknown
}
const element = (
  name: string,
  column: () => any,
  values: fc.Arbitrary<unknown>,
  extremes: readonly unknown[] = [],
  back: (value: any) => unknown = itself,
): Element => ({ name, column, values, extremes, back })
const noNul = (value: string): boolean => isText(value, 'postgres')
const awkward = [...wordy.filter(noNul), 'a,b', '{a}', '{"a"}', 'NULL', 'null', '"', '\\', '\\"', "'", ' a ', '']
const texts = fc.oneof(fc.constantFrom(...awkward), anyText(12).filter(noNul))
const wholeDates = fc
  .integer({ min: new Date('0001-01-01').getTime(), max: new Date('9999-12-31').getTime() })
  .map((time) => new Date(time))
const elements: readonly Element[] = [
  element('smallint', () => smallint(), fc.integer({ min: -32768, max: 32767 }), [-32768, 32767]),
  element('integer', () => integer(), fc.integer(), [-2147483648, 2147483647, 0]),
  element('bigint', () => bigint(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), [-(2n ** 63n), 2n ** 63n - 1n]),
  element('numeric', () => numeric(), decimals(30, 10), ['1.50', '-0'], decimalText),
  element('numeric(10, 2)', () => numeric(10, 2), decimals(8, 2), ['99999999.99'], decimalText),
  element('real', () => real(), fc.float(), [-0, Math.fround(0.1), Number.NaN, Number.POSITIVE_INFINITY]),
  element('doublePrecision', () => doublePrecision(), fc.double(), [-0, 5e-324, Number.MAX_VALUE, Number.NaN, Number.NEGATIVE_INFINITY]),
  element('boolean', () => boolean(), fc.boolean()),
  element('char(4)', () => char(4), fc.stringMatching(/^[a-z{},"\\]{0,3}[a-z]$/), ['', '{', '","']),
  element(
    'varchar(20)',
    () => varchar(20),
    texts.filter((value) => Array.from(value as string).length <= 20),
    [],
  ),
  element('text', () => text(), texts, awkward),
  element(
    'blob',
    () => blob(),
    someBytes(10),
    [new Uint8Array(0)],
    (value) => new Uint8Array(value),
  ),
  element('date', () => date(), aDay, ['0001-01-01', '9999-12-31']),
  element(
    'time',
    () => time(),
    aStamp.map((value) => value.slice(11)),
    ['00:00:00', '23:59:59.999999'],
    (value) => value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''),
  ),
  element('timestamp', () => timestamp(), wholeDates, [new Date('0001-01-01T00:00:00Z')]),
  element(
    "timestamp, mode 'string'",
    () => timestamp({ mode: 'string' }),
    aStamp,
    gaps,
    (value) => value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''),
  ),
  element('timestamptz', () => timestamptz(), wholeDates, []),
  element('interval', () => interval(), aSpan.map(spanText), ['PT0S']),
  element('uuid', () => uuid(), fc.uuid(), []),
  element(
    'json',
    () => json(),
    fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null && noNul(JSON.stringify(value).replaceAll('\\u0000', '\0'))),
    [{ a: [1, '"', null] }, 'NULL', [], {}],
    (value) => JSON.parse(JSON.stringify(value)),
  ),
  element(
    'jsonb',
    () => jsonb(),
    fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null && noNul(JSON.stringify(value).replaceAll('\\u0000', '\0'))),
    [{ a: [1, '"', null] }, 'NULL'],
    (value) => JSON.parse(JSON.stringify(value)),
  ),
  element('inet', () => pg.inet(), fc.ipV4(), ['::1']),
  element(
    'cidr',
    () => pg.cidr(),
    fc.ipV4().map((ip) => `${ip}/32`),
    ['10.0.0.0/8'],
  ),
  element('macaddr', () => pg.macaddr(), fc.constant('08:00:2b:01:02:03'), []),
  element('bit(4)', () => pg.bit(4), bitText(4, 4), ['0000']),
  element('varbit', () => pg.varbit(), bitText(0, 20), ['']),
  element(
    'int4range',
    () => pg.int4range(),
    fc.tuple(fc.integer({ min: -100, max: 0 }), fc.integer({ min: 1, max: 100 })).map(([lower, upper]) => ({ lower, upper, bounds: '[)' })),
    ['empty'],
  ),
  element('customType', () => customType('text'), texts, awkward),
]
/** Boxes of one shape per depth, since all inner arrays have one length. */
function boxes(of: Element, depth: number): fc.Arbitrary<unknown> {
  const cell = fc.option(fc.oneof(...(of.extremes.length ? [fc.constantFrom(...of.extremes)] : []), of.values), { freq: 6 })
  if (depth === 1) return fc.array(cell, { maxLength: 5 })
  const sides = fc.tuple(...Array.from({ length: depth }, () => fc.integer({ min: 1, max: 3 })))
  return sides.chain((lengths) => {
    let box: fc.Arbitrary<unknown> = cell
    for (const length of [...lengths].reverse()) box = fc.array(box, { minLength: length, maxLength: length })
    return box
  })
}
const mapDeep = (value: unknown, depth: number, map: (value: unknown) => unknown): unknown =>
  depth === 0 ? (value === null ? null : map(value)) : (value as unknown[]).map((inner) => mapDeep(inner, depth - 1, map))
function arrayKind(of: Element, depth: number): Kind {
  return {
    name: `array of ${of.name}, depth ${depth}`,
    on: here,
    column: () => {
      let column = of.column()
      for (let i = 0; i < depth; i++) column = array(column)
      return column
    },
    values: boxes(of, depth),
    extremes:
      depth === 1
        ? [
            [],
            [null],
            [...of.extremes, null],
            [undefined],
            new Array(2),
            'a',
            1,
            {},
            ...(of.name.startsWith('json') ? [] : [[[]]]),
            new Set([1]),
            '{}',
          ]
        : [[], [[]], [null], [1], 'a', [[1], [1, 2]], [[1], null]],
    holds: (value) =>
      Array.isArray(value) &&
      (value.length === 0 || shapeOf(value, depth) !== undefined) &&
      (depth > 1 ||
        (!value.includes(undefined) &&
          !(0 in value === false && value.length > 0) &&
          (of.name.startsWith('json') || !Array.isArray(value[0])))),
    back: (value) => mapDeep(value, depth, of.back),
    key: (value) => keyOf(mapDeep(value, depth, of.name.startsWith('interval') ? (item) => spanKey(item as string) : of.back)),
    // the type json has no equality, nor have its arrays
    ...(of.name === 'json' ? { unequal: here } : {}),
  }
}
/** The lengths of a box of that depth; undefined for what is none. */
function shapeOf(value: unknown, depth: number): string | undefined {
  if (depth === 0) return ''
  if (!Array.isArray(value) || (value.length === 0 && depth >= 1)) return undefined
  const inner = depth === 1 ? [''] : Array.from(value, (item) => shapeOf(item, depth - 1))
  return inner.every((shape) => shape !== undefined && shape === inner[0]) ? `${value.length},${inner[0]}` : undefined
}

// ---------------------------------------------------------------- ranges

interface Bounds {
  readonly lower: any
  readonly upper: any
  readonly bounds: '[)' | '(]' | '[]' | '()'
}
const kindsOfBounds = ['[)', '(]', '[]', '()'] as const
interface Steps {
  /** The next value of a type whose values can be counted. */
  next?(value: any): any
  less(a: any, b: any): boolean
}
/** As the server keeps it. */
function canonical(range: Bounds | 'empty', { next, less }: Steps): Bounds | 'empty' {
  if (range === 'empty') return 'empty'
  let { lower, upper } = range
  let [open, close] = range.bounds as unknown as [string, string]
  if (lower !== null && next && open === '(') [lower, open] = [next(lower), '[']
  if (upper !== null && next && close === ']') [upper, close] = [next(upper), ')']
  if (lower !== null && upper !== null && !less(lower, upper)) {
    if (less(upper, lower) || `${open}${close}` !== '[]') return 'empty'
  }
  return { lower, upper, bounds: `${lower === null ? '[' : open}${upper === null ? ')' : close}` as Bounds['bounds'] }
}
const rangesOf = (bound: fc.Arbitrary<any>, less: Steps['less']): fc.Arbitrary<Bounds> =>
  fc.tuple(fc.option(bound, { freq: 8 }), fc.option(bound, { freq: 8 }), fc.constantFrom(...kindsOfBounds)).map(([a, b, bounds]) => {
    const [lower, upper] = a !== null && b !== null && less(b, a) ? [b, a] : [a, b]
    return { lower, upper, bounds }
  })
const plainLess = (a: any, b: any): boolean => a < b
const decimalLess = (a: string, b: string): boolean => {
  const [x, y] = [a, b].map((value) => {
    const [whole, fraction = ''] = decimalText(value).split('.')
    return BigInt(whole! + fraction.padEnd(40, '0'))
  }) as [bigint, bigint]
  return x < y
}
const nextDay = (day: string): string => {
  const moment = new Date(`${day}T00:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + 1)
  return moment.toISOString().slice(0, 10)
}
interface RangeOf {
  readonly name: string
  readonly bound: fc.Arbitrary<any>
  readonly steps: Steps
  readonly extremes: readonly unknown[]
  readonly wrong: readonly unknown[]
  back?(bound: any): unknown
}
const b = (lower: unknown, upper: unknown, bounds = '[)') => ({ lower, upper, bounds })
const noRange = [{}, [], 'a', 1, { lower: 1, upper: 2 }, { lower: 1, bounds: '[)' }, b(1, 2, '<>'), b(undefined, 2)]
const rangeTypes: readonly RangeOf[] = [
  {
    name: 'int4range',
    bound: fc.integer({ min: -2147483648, max: 2147483646 }),
    steps: { next: (value) => value + 1, less: plainLess },
    extremes: [b(1, 5), b(1, 5, '[]'), b(5, 5), b(5, 5, '[]'), b(null, null), b(1, 2, '()'), b(null, 5, '(]'), b(-2147483648, 2147483647)],
    wrong: [b(2, 1), b(1, 2147483647, '[]'), b(1, 2 ** 31), b(1, 1.5), b('1', '2')],
  },
  {
    name: 'int8range',
    bound: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 2n }),
    steps: { next: (value) => value + 1n, less: plainLess },
    extremes: [b(1n, 5n), b(null, 2n ** 63n - 1n)],
    wrong: [b(2n, 1n), b(1n, 2n ** 63n - 1n, '[]'), b(1n, 2n ** 63n)],
  },
  {
    name: 'numrange',
    bound: decimals(10, 5),
    steps: { less: decimalLess },
    extremes: [b('1', '1.50', '[]'), b('1', '1.0', '[]'), b('1', '1')],
    wrong: [b('2', '1'), b('10', '9.5'), b('-1', '-2'), b('a', 'b')],
    back: decimalText,
  },
  {
    name: 'daterange',
    bound: aDay.filter((day) => day < '9999-12-30'),
    steps: { next: nextDay, less: plainLess },
    extremes: [b('2024-02-28', '2024-02-28', '[]'), b('0001-01-01', '9999-12-31')],
    wrong: [b('2024-01-02', '2024-01-01'), b('2024-01-01', '9999-12-31', '[]'), b('2023-02-29', null)],
  },
  {
    name: 'tsrange',
    bound: wholeDates,
    steps: { less: plainLess },
    extremes: [b(new Date(0), new Date(1), '()')],
    wrong: [b(new Date(1), new Date(0)), b(new Date(Number.NaN), null)],
  },
  {
    name: 'tstzrange',
    bound: wholeDates,
    steps: { less: plainLess },
    extremes: [b(new Date(0), new Date(1), '()')],
    wrong: [b(new Date(1), new Date(0))],
  },
]
const backOf = (of: RangeOf, range: any): unknown => {
  if (range === 'empty') return 'empty'
  const map = (bound: unknown) => (bound === null || !of.back ? bound : of.back(bound))
  return canonical({ lower: map(range.lower), upper: map(range.upper), bounds: range.bounds }, of.steps)
}
const rangeKind = (of: RangeOf): Kind => ({
  name: of.name,
  on: here,
  column: () => pg[of.name](),
  values: rangesOf(of.bound, of.steps.less),
  extremes: ['empty', ...of.extremes, ...of.wrong, ...noRange],
  holds: (value) => !of.wrong.includes(value) && !noRange.includes(value),
  back: (value) => backOf(of, value),
})
/** In order, none touching another: how the server keeps them; here made so, with gaps, and canonical already. */
const multirangeKind = (of: RangeOf): Kind => ({
  name: of.name.replace('range', 'multirange'),
  on: here,
  column: () => pg[of.name.replace('range', 'multirange')](),
  values: fc.uniqueArray(of.bound, { maxLength: 6, comparator: (x, y) => !of.steps.less(x, y) && !of.steps.less(y, x) }).map((bounds) => {
    const sorted = [...bounds].sort((x, y) => (of.steps.less(x, y) ? -1 : 1))
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => b(sorted[2 * i], sorted[2 * i + 1]))
  }),
  extremes: [[], 'a', {}, ['a'], [null], [of.wrong[0]]],
  holds: (value) =>
    Array.isArray(value) && (value.length === 0 || (typeof value[0] === 'object' && value[0] !== null && value[0] !== of.wrong[0])),
  back: (value) => value.map((range: unknown) => backOf(of, range)),
})

// ---------------------------------------------------------------- search, and types by their names

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const search: Kind = {
  name: 'tsvector',
  on: here,
  column: () => pg.tsvector(),
  values: fc.uniqueArray(word, { maxLength: 6 }).map((words) =>
    [...words]
      .sort()
      .map((one) => `'${one}'`)
      .join(' '),
  ),
  extremes: ['', "'a':1", "'a':1A,2B 'bb':3", "'it''s'", "'a\\\\b'"],
  holds: () => true,
  back: itself,
}
const through: Kind = {
  name: 'customType with bind and select',
  on: here,
  column: () =>
    customType('bytea', {
      bind: (value: any) => js.sql`convert_to(${value}, 'UTF8')`,
      select: (column: any) => js.sql`convert_from(${column}, 'UTF8')`,
    }),
  values: texts,
  extremes: wordy,
  holds: (value) => noNul(value),
  back: itself,
}

export const postgresKinds: readonly Kind[] = [
  spans,
  inets,
  cidrs,
  macs,
  bitKind('bit(10)', here, () => pg.bit(10), 10, 10),
  bitKind('varbit(20)', here, () => pg.varbit(20), 0, 20),
  bitKind('varbit', here, () => pg.varbit(), 0, 100),
  ...elements.map((of) => arrayKind(of, 1)),
  ...['integer', 'text', 'doublePrecision', 'timestamptz'].flatMap((name) =>
    [2, 3].map((depth) => arrayKind(elements.find((of) => of.name === name)!, depth)),
  ),
  ...rangeTypes.map(rangeKind),
  ...rangeTypes.map(multirangeKind),
  search,
  through,
]
export { binaryKind, isRealDay }
