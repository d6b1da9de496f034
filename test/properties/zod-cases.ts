/** The values that the zod schemas and the servers are asked about, per type: good ones, bad ones, and many near the border. */
import { sqlType, type TypeDetail, type TypeName } from '@quern/expression'
import { array, columnOf, interval, jsonb, withVariant } from '@quern/schema'
import fc from 'fast-check'
import * as q from 'quern'
import type { Dialect } from '../servers/urls.js'

export interface Case {
  readonly name: string
  readonly column: q.ColumnDef<any, any, any>
  readonly values: fc.Arbitrary<unknown>
  /** The dialects that have the type; all unless told. */
  readonly on?: readonly Dialect[]
  /** Whether what was read is what was written; `Object.is` but for the sign of zero unless told. */
  readonly same?: (written: any, read: any) => boolean
}

/** What no column takes; every case adds what its own encoder does not take either. */
const junk: readonly unknown[] = [null, undefined, {}, { a: 1 }, [], ['a'], () => 1, Symbol('s'), new Map([[1, 2]]), new Error('e')]
const others = {
  text: ['', 'abc', '12', 'true', '2024-01-01', 'NaN'],
  number: [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
  bigint: [5n],
  boolean: [true, false],
  date: [new Date(0), new Date(Number.NaN)],
  bytes: [new Uint8Array([1, 2])],
} as const
type Kind = keyof typeof others
const junkBut = (...kinds: Kind[]) =>
  fc.constantFrom(
    ...junk,
    ...(Object.keys(others) as Kind[]).filter((kind) => !kinds.includes(kind)).flatMap((kind) => others[kind] as readonly unknown[]),
  )

/** Two of three values have the right type. */
const mix = (junk: fc.Arbitrary<unknown>, ...good: fc.Arbitrary<unknown>[]) =>
  fc.oneof({ arbitrary: fc.oneof(...good), weight: 5 }, { arbitrary: junk, weight: 1 })

const whole = (low: number, high: number) =>
  mix(
    junkBut('bigint'),
    fc.integer({ min: low, max: high }),
    fc.constantFrom(low - 1, low, high, high + 1, -0, 0.5, 1e10, -1e10),
    fc.integer({ min: 2 * low, max: 2 * high }),
    fc.double(),
  )

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0000123456789'), maxLength: most })
const decimal = (before: number, after: number) =>
  mix(
    junkBut('number', 'bigint', 'text'),
    fc
      .tuple(fc.constantFrom('', '', '-', '+'), digits(before), fc.option(digits(after)))
      .map(([sign, head, tail]) => `${sign}${head}${tail === null ? '' : `.${tail}`}`),
    fc.constantFrom('abc', '1e5', '12.50', 'NaN', '', ' 1', '1 ', '1,5', '0x10', '-0.00', '.5', '5.', '.', '-', '1_000', 'Infinity', '１'),
  )

const anyUnit = fc.string({ unit: 'binary', maxLength: 14 })
const utf16 = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units))
const strings = mix(
  junkBut('text'),
  anyUnit,
  fc.string({ unit: fc.constantFrom('a', 'é', '🐘', ' ', "'", '\\'), maxLength: 14 }),
  fc.string({ unit: fc.constantFrom('b', ' '), maxLength: 5 }),
  utf16,
  fc.constantFrom('\0', 'a\0b', '\ud800', 'a\udc00', '🐘', '🐘'.repeat(10), '🐘'.repeat(11), 'ab  ', 'ab\t'),
)

const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
const year = fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(0, 1, 9999, 10000)).map((n) => String(n).padStart(4, '0'))
const day = fc.tuple(year, two(13), two(32)).map((parts) => parts.join('-'))
const fraction = fc.oneof(
  fc.constant(''),
  digits(7).map((text) => `.${text}`),
)
const clock = fc.tuple(two(24), two(60), two(60), fraction).map(([h, m, s, f]) => `${h}:${m}:${s}${f}`)
const moments = mix(
  junkBut('date'),
  fc.date({ noInvalidDate: true, min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z') }),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(
    ...['0001-01-01T00:00:00.000Z', '0000-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z'].map(
      (t) => new Date(t),
    ),
  ),
)
const stamps = mix(
  junkBut('text'),
  fc
    .tuple(day, fc.constantFrom(' ', 'T'), clock, fc.constantFrom('', '', 'Z', '+00', '+00:00', '+01', ' Z'))
    .map((parts) => parts.join('')),
  fc.constantFrom('2024-02-29 00:00:00', '2023-02-29 00:00:00', '2024-01-01', '', 'now', '0000-00-00 00:00:00', '2024-01-01 00:00:00\n'),
)

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
})
const deep = (levels: number) => fc.constant(JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown)
class Point {
  x = 1
}
const jsons = fc.oneof(
  { arbitrary: fc.jsonValue({ stringUnit: 'binary' }), weight: 12 },
  { arbitrary: fc.dictionary(utf16, fc.oneof(utf16, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())), weight: 4 },
  { arbitrary: anything, weight: 8 },
  { arbitrary: deep(20), weight: 1 },
  { arbitrary: deep(31), weight: 1 },
  { arbitrary: deep(33), weight: 1 },
  { arbitrary: deep(99), weight: 1 },
  { arbitrary: deep(101), weight: 1 },
  {
    arbitrary: fc.constantFrom<unknown>(
      ...[
        { a: undefined },
        [undefined],
        { a: Number.NaN },
        [1n],
        { f: () => 1 },
        new Point(),
        new Date(0),
        { d: new Date(0) },
        'a',
        1,
        false,
        null,
      ],
      ...[
        { toJSON: () => 'x' },
        { '': 1 },
        { a: '\0' },
        '\ud800',
        { '\ud800': 1 },
        Object.create({ a: 1 }),
        new Array(2),
        [-0],
        JSON.parse('{"__proto__":{"a":1}}'),
      ],
    ),
    weight: 6,
  },
)

type Fields = Readonly<Record<string, unknown>>
/** Plain data with the same keys and values, where a key that is undefined is as good as none. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && Array.from(a).every((item, i) => sameJson(item, b[i]))
  const own = Object.getPrototypeOf(a) as unknown
  if (own !== null && own !== Object.prototype) return false
  const keys = Object.keys(a).filter((key) => (a as Fields)[key] !== undefined)
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Fields)[key], (b as Fields)[key]))
  )
}

const canonical = (text: string): string => {
  const [, sign, head = '', tail = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? ['', '', text]
  const whole = head.replace(/^0+/, '')
  const rest = tail.replace(/0+$/, '')
  return `${sign === '-' && (whole || rest) ? '-' : ''}${whole || '0'}${rest ? `.${rest}` : ''}`
}
const canonicalTime = (text: string): string =>
  text
    .replace('T', ' ')
    .replace(/(Z|\+00(:00)?)$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
const sameTime = (written: string, read: string) => canonicalTime(written) === canonicalTime(read)
const sameBytes = (a: unknown, b: unknown) => a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0

const floats = mix(
  junkBut('number'),
  fc.double(),
  fc.float(),
  fc.float(),
  fc.integer(),
  fc.constantFrom(
    1e7,
    0.1,
    1e39,
    -1e39,
    1e-50,
    3.4028234663852886e38,
    3.5e38,
    1.5e-45,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
  ),
)
const numbers = mix(
  junkBut('number', 'bigint', 'text'),
  fc.double(),
  fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 100),
  fc.integer({ min: -1e12, max: 1e12 }).map((n) => n / 1000),
  fc.constantFrom(0, -0, 0.1, 1e7, 99999999.99, 1e8, 0.001, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY),
)

interface Spot {
  readonly x: number
  readonly name: string
}
const spots = {
  encode({ x, name }: Spot): string {
    if (typeof x !== 'number' || typeof name !== 'string') throw new TypeError('no spot')
    return `${x}|${name}`
  },
  decode(stored: string): Spot {
    const at = stored.indexOf('|')
    return { x: Number(stored.slice(0, at)), name: stored.slice(at + 1) }
  },
}

const onPostgres = { on: ['postgres'] } as const
const onMysql = { on: ['mysql', 'mariadb'] } as const
const special = (name: TypeName, length?: number, detail?: TypeDetail, sqlName?: string) =>
  columnOf<any, any>(sqlType(name, 'unknown', length, undefined, undefined, undefined, sqlName, detail))

const small = fc.integer({ min: -3, max: 3 })
const amount = fc.oneof(small, fc.integer()).map(String)
const unit = (letter: string) => fc.option(amount).map((n) => (n === null ? '' : `${n}${letter}`))
const intervals = mix(
  junkBut('text'),
  fc
    .tuple(fc.constantFrom('', '', '', '-'), unit('Y'), unit('M'), unit('D'), unit('H'), unit('M'), unit('S'))
    .map(([sign, y, mo, d, h, m, s]) => `${sign}P${y}${mo}${d}${h || m || s ? `T${h}${m}${s}` : ''}`),
  fc.tuple(small, digits(7)).map(([s, f]) => `PT${s}.${f}S`),
  fc.constantFrom('P', 'PT', 'P1', '1 day', 'P2W', 'P1Y1', 'pt1s', 'PT1.5H', 'P2147483647D', 'P2147483648D', 'PT-0.5S', ''),
)
/** Months, days and microseconds, read independently of the code under test. */
function parts(text: unknown): string | undefined {
  const match =
    /^(-?)P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d+))?S)?)?$/.exec(
      String(text),
    )
  if (!match) return undefined
  const f = match[1] === '-' ? -1n : 1n
  const [y, mo, w, d, h, m] = match.slice(2, 8).map((part) => BigInt(part ?? 0)) as [bigint, bigint, bigint, bigint, bigint, bigint]
  const seconds = BigInt(match[9] ?? 0) * 1_000_000n + BigInt((match[10] ?? '').padEnd(6, '0').slice(0, 6))
  const micros = (h * 3600n + m * 60n) * 1_000_000n + (match[8] === '-' ? -seconds : seconds)
  return [f * (y * 12n + mo), f * (w * 7n + d), f * micros].join()
}

const integers = fc.oneof(
  { arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), weight: 12 },
  { arbitrary: fc.constantFrom(2 ** 31, 0.5, 'a', undefined), weight: 1 },
)
const sameItems = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) ? Array.isArray(b) && a.length === b.length && Array.from(a).every((item, i) => sameItems(item, b[i])) : a === b
const labels = ['sad', 'ok', "it's", 'ein\\b']
const bitText = (length: number) => fc.string({ unit: fc.constantFrom('0', '1'), minLength: length, maxLength: length })
const bound = fc.option(fc.integer({ min: -50, max: 50 }))
const dotted = (ip: number) => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.')
/** As PostgreSQL keeps whole numbers. */
function halfOpen(value: any): unknown {
  if (value === 'empty' || typeof value !== 'object' || value === null) return value
  const lower = value.lower !== null && value.bounds[0] === '(' ? value.lower + 1 : value.lower
  const upper = value.upper !== null && value.bounds[1] === ']' ? value.upper + 1 : value.upper
  return lower !== null && upper !== null && lower >= upper ? 'empty' : `${lower},${upper}`
}

/** Types that only some dialects have. */
function few(): Case[] {
  const unsigned = (name: TypeName, high: number): Case => ({
    name: `${name} unsigned`,
    column: special(name, undefined, { unsigned: true }),
    values: whole(0, high),
    ...onMysql,
  })
  return [
    {
      name: 'interval',
      column: interval(),
      values: intervals,
      same: (a, b) => typeof a === 'string' && parts(a) === parts(b),
      ...onPostgres,
    },
    {
      name: 'integer[]',
      column: array(q.integer()),
      values: mix(junkBut(), fc.array(fc.option(integers), { maxLength: 4 })),
      same: sameItems,
      ...onPostgres,
    },
    {
      name: 'text[] without NULL',
      column: array(q.text().notNull()),
      values: mix(
        junkBut(),
        fc.array(
          fc.oneof({ arbitrary: anyUnit, weight: 9 }, { arbitrary: fc.constantFrom(null, 1, '\0', '\ud800', 'NULL', '{"\\'), weight: 1 }),
          { maxLength: 5 },
        ),
      ),
      same: sameItems,
      ...onPostgres,
    },
    {
      name: 'integer[][]',
      column: array(array(q.integer())),
      values: mix(
        junkBut(),
        fc.integer({ min: 0, max: 3 }).chain((n) => fc.array(fc.array(fc.option(small), { minLength: n, maxLength: n }), { maxLength: 3 })),
        fc.array(fc.array(fc.option(integers), { maxLength: 2 }), { maxLength: 2 }),
      ),
      same: sameItems,
      ...onPostgres,
    },
    {
      name: 'varbit(6)',
      column: special('varbit', 6),
      values: mix(junkBut('text'), fc.string({ unit: fc.constantFrom('0', '1'), maxLength: 9 }), fc.constantFrom('2', 'abc', ' 1', '')),
      ...onPostgres,
    },
    {
      name: 'bit(4)',
      column: special('bit', 4),
      values: mix(junkBut('text'), bitText(4), bitText(4), bitText(3), bitText(5), fc.constantFrom('', '12', 'abcd')),
      on: ['postgres', 'mysql', 'mariadb'],
    },
    {
      name: 'macaddr',
      column: special('macaddr'),
      values: mix(
        junkBut('text'),
        fc.uint8Array({ minLength: 6, maxLength: 6 }).map((b) =>
          Buffer.from(b)
            .toString('hex')
            .replace(/(..)(?=.)/g, '$1:'),
        ),
        fc.constantFrom('08:00:2b:01:02', 'x', ''),
      ),
      ...onPostgres,
    },
    {
      name: 'inet',
      column: special('inet'),
      values: mix(
        junkBut('text'),
        fc.ipV4(),
        fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 40 })).map((it) => it.join('/')),
        fc.ipV6(),
        fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 150 })).map((it) => it.join('/')),
        fc.constantFrom('256.1.1.1', '1.2.3', 'abc', '', '1.2.3.4/', '::g'),
      ),
      same: (a, b) => typeof a === 'string' && typeof b === 'string',
      ...onPostgres,
    },
    {
      name: 'cidr',
      column: special('cidr'),
      values: mix(
        junkBut('text'),
        fc
          .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 0, max: 32 }))
          .map(([ip, mask]) => `${dotted(mask === 0 ? 0 : (ip >>> (32 - mask)) << (32 - mask))}/${mask}`),
        fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 40 })).map((it) => it.join('/')),
        fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 150 })).map((it) => it.join('/')),
        fc.constantFrom('10.0.0.0/8', '2001:db8::/32', '::/0', '2001:db8::1/32', '10.0.0.1/8', '10.0.0.1', '::1', 'abc', ''),
      ),
      same: (a, b) => typeof a === 'string' && typeof b === 'string',
      ...onPostgres,
    },
    {
      name: 'int4range',
      column: special('range', undefined, { element: sqlType('integer', 'exact') }, 'int4range'),
      values: mix(
        junkBut(),
        fc.record({ lower: bound, upper: bound, bounds: fc.constantFrom('[)', '[]', '()', '(]') }),
        fc.constantFrom<unknown>(
          'empty',
          'full',
          { lower: 1, upper: 2 },
          { lower: 1, upper: 2, bounds: '[[' },
          { lower: 0.5, upper: 2, bounds: '[)' },
          { lower: null, upper: null, bounds: '[)' },
        ),
      ),
      same: (a, b) => halfOpen(a) === halfOpen(b),
      ...onPostgres,
    },
    { name: 'tinyint', column: special('tinyint'), values: whole(-128, 127), on: ['mysql', 'mariadb', 'sqlite'] },
    { name: 'mediumint', column: special('mediumint'), values: whole(-8388608, 8388607), on: ['mysql', 'mariadb', 'sqlite'] },
    { name: 'year', column: special('year'), values: whole(1901, 2155), on: ['mysql', 'mariadb', 'sqlite'] },
    unsigned('tinyint', 255),
    unsigned('smallint', 65535),
    unsigned('mediumint', 16777215),
    unsigned('integer', 4294967295),
    {
      name: 'bigint unsigned',
      column: special('bigint', undefined, { unsigned: true }),
      values: mix(
        junkBut('number', 'bigint'),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 65n }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.constantFrom(2n ** 64n, 2n ** 64n - 1n, 0n, -1n),
      ),
      ...onMysql,
    },
    {
      name: 'enum',
      column: special('enum', undefined, { labels }, 'mood'),
      values: mix(junkBut('text'), fc.constantFrom(...labels), fc.constantFrom('', 'SAD', 'sad ', 'bad')),
      on: ['mysql', 'mariadb', 'sqlite'],
    },
    {
      name: 'set',
      column: special('set', undefined, { labels: labels.slice(0, 3) }),
      values: mix(junkBut(), fc.subarray(labels.slice(0, 3)), fc.array(fc.constantFrom(...labels), { maxLength: 3 })),
      same: (a, b) => Array.isArray(a) && new Set(a).size === b.length && b.every((label: string) => a.includes(label)),
      ...onMysql,
    },
    {
      name: 'tinytext',
      column: special('text', undefined, { bytes: 255 }),
      values: mix(
        junkBut('text'),
        fc.string({ unit: 'binary', maxLength: 90 }),
        fc.constantFrom('é'.repeat(127), 'é'.repeat(128), '\ud800'),
      ),
      ...onMysql,
    },
    {
      name: 'binary(4)',
      column: special('blob', 4, { fixed: true }),
      values: mix(junkBut('bytes'), fc.uint8Array({ minLength: 3, maxLength: 5 })),
      same: sameBytes,
      ...onMysql,
    },
    {
      name: 'varbinary(4)',
      column: special('blob', 4, {}),
      values: mix(junkBut('bytes'), fc.uint8Array({ maxLength: 7 })),
      same: sameBytes,
      ...onMysql,
    },
  ]
}

export const cases: readonly Case[] = [
  { name: 'smallint', column: q.smallint(), values: whole(-32768, 32767) },
  { name: 'integer', column: q.integer(), values: whole(-2147483648, 2147483647) },
  {
    name: 'bigint',
    column: q.bigint(),
    values: mix(
      junkBut('number', 'bigint'),
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
      fc.constantFrom(2n ** 63n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) - 1n),
    ),
  },
  {
    name: "bigint, mode 'number'",
    column: q.bigint({ mode: 'number' }),
    values: mix(junkBut('bigint'), fc.maxSafeInteger(), fc.double(), fc.constantFrom(2 ** 53, 2 ** 53 - 1, 0.5, 1e300)),
  },
  { name: 'numeric', column: q.numeric(), values: decimal(45, 40), same: (a, b) => typeof a === 'string' && canonical(a) === b },
  { name: 'numeric(10, 2)', column: q.numeric(10, 2), values: decimal(10, 4), same: (a, b) => typeof a === 'string' && canonical(a) === b },
  { name: 'numeric(3)', column: q.numeric(3), values: decimal(4, 2), same: (a, b) => typeof a === 'string' && canonical(a) === b },
  { name: "numeric, mode 'number'", column: q.numeric(undefined, undefined, { mode: 'number' }), values: numbers },
  { name: "numeric(10, 2), mode 'number'", column: q.numeric(10, 2, { mode: 'number' }), values: numbers },
  { name: 'real', column: q.real(), values: floats, same: (a, b) => typeof a === 'number' && Object.is(Math.fround(b) + 0, a + 0) },
  { name: 'double precision', column: q.doublePrecision(), values: floats },
  { name: 'boolean', column: q.boolean(), values: mix(junkBut('boolean'), fc.boolean(), fc.constantFrom(0, 1, 'true', 1n)) },
  { name: 'char(4)', column: q.char(4), values: strings },
  { name: 'varchar(10)', column: q.varchar(10), values: strings },
  { name: 'text', column: q.text(), values: strings },
  {
    name: 'blob',
    column: q.blob(),
    values: mix(junkBut('bytes'), fc.uint8Array({ maxLength: 40 }), fc.uint16Array(), fc.constantFrom('bytes', new ArrayBuffer(2))),
    same: sameBytes,
  },
  {
    name: 'date',
    column: q.date(),
    values: mix(junkBut('text'), day, fc.constantFrom('2024-02-29', '2023-02-29', '2024-1-1', '2024-01-01 ', '', '1900-02-29')),
  },
  {
    name: 'time',
    column: q.time(),
    values: mix(junkBut('text'), clock, fc.constantFrom('24:00:00', '1:2:3', '12:30', '-01:00:00', '')),
    same: sameTime,
  },
  { name: 'timestamp', column: q.timestamp(), values: moments, same: (a, b) => a instanceof Date && a.getTime() === b.getTime() },
  { name: "timestamp, mode 'string'", column: q.timestamp({ mode: 'string' }), values: stamps, same: sameTime },
  { name: 'timestamptz', column: q.timestamptz(), values: moments, same: (a, b) => a instanceof Date && a.getTime() === b.getTime() },
  { name: "timestamptz, mode 'string'", column: q.timestamptz({ mode: 'string' }), values: stamps, same: sameTime },
  {
    name: 'uuid',
    column: q.uuid(),
    values: mix(
      junkBut('text'),
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
      fc.uuid().map((id) => id.slice(1)),
      fc.uuid().map((id) => `{${id}}`),
    ),
    same: (a, b) => typeof a === 'string' && a.toLowerCase() === b,
  },
  { name: 'json', column: q.json(), values: jsons, same: sameJson },
  { name: 'jsonb', column: jsonb(), values: jsons, same: sameJson },
  {
    name: 'text with a codec',
    column: q.text().codec(spots),
    values: mix(
      junkBut(),
      fc.record({ x: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0), name: fc.oneof(anyUnit, utf16) }),
      fc.constantFrom<unknown>({ x: 1, name: '\0' }, { x: 1, name: '\ud800' }, { x: 1 }, { x: 'a', name: 'b' }),
    ),
    same: sameJson,
  },
  {
    name: 'varchar(10), a codec that numbers become text by',
    column: q.varchar(10).codec({ encode: (n: number) => n.toFixed(2), decode: Number }),
    values: fc.oneof(
      fc.integer(),
      fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 100),
      fc.constantFrom(1e6, 1e8, '1', null, undefined, {}, 1234567.25, 12345678.25),
    ),
  },
  {
    name: 'varchar(10), varchar(3) on two dialects',
    column: withVariant(withVariant(q.varchar(10), 'sqlite', q.varchar(3)), 'mysql', q.varchar(3)),
    values: strings,
  },
  ...few(),
]
