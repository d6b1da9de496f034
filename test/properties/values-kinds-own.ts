/** Types of the program's own: codecs, variants, and SQL around each value. */
import fc from 'fast-check'
import * as sqliteOnly from 'quern/sqlite'
import { js } from '../newcomer/tables.js'
import { anyText, decimalText, everywhere, isText, type Kind, mysqls, words, wordy } from './values-kinds.js'

const { bigint, blob, boolean, customType, domain, doublePrecision, enumType, integer, json, numeric, text, uuid, varchar, withVariant } =
  js
const sql: any = js.sql
const itself = (value: unknown): unknown => value

/** Labels with everything that quoting could get wrong; no two of them alike to MySQL's collations. */
const labels = [
  '',
  'sad',
  'so so',
  "it's",
  "''",
  '"',
  '\\',
  "\\'",
  'a,b',
  '{c}',
  'NULL',
  '0',
  '1e3',
  '%',
  '😀',
  '😀!',
  'é',
  '\n',
  '$1',
  '?',
  ' b',
]
const feelings = enumType('feelings, "all"', labels)
const oneOf = (name: string, column: () => any): Kind => ({
  name,
  on: everywhere,
  column,
  values: fc.constantFrom(...labels),
  extremes: [...labels, 'SAD', 'sad ', 'a', 'b', 0, 1, null, true, 'none', '\\\\', ['sad'], {}, '😁', 'e'],
  holds: (value) => labels.includes(value),
  back: itself,
  loose: mysqls,
})
/** An enum of its own: a session keeps what it knows of the other one. */
const mood = domain('mood', enumType('mood labels', labels)())
const shortText = domain("short's", varchar(10), { check: (value: any) => value.ne("it's"), checkName: 'not "its"' })
const price = domain('price', numeric(10, 2), { check: (value: any) => value.ne('0') })

const letters = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }).map((all) => new Set(all))
export const ownKinds: readonly Kind[] = [
  oneOf('enum', () => feelings()),
  // PostgreSQL itself has no = for a domain of an enum
  { ...oneOf('domain of an enum', () => mood()), unequal: ['postgres'] },
  {
    ...words(
      'domain of varchar(10)',
      everywhere,
      () => shortText(),
      10,
      (value) => Array.from(value).length <= 10,
      ['x'.repeat(11)],
    ),
  },
  {
    name: 'domain of numeric(10, 2)',
    on: everywhere,
    column: () => price(),
    values: fc.integer({ min: 1, max: 9_999_999_999 }).map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`),
    extremes: ['1.005', '100000000', 'a', 0.1, 1n, '-99999999.99'],
    holds: (value) => typeof value === 'bigint' || (typeof value === 'string' && /^-?\d{1,8}(\.\d\d?)?$/.test(value)),
    back: decimalText,
  },
  {
    name: 'codec from a Set to text',
    on: everywhere,
    column: () =>
      text().codec({
        encode: (value: Set<string>) => [...value].join(','),
        decode: (stored: string) => new Set(stored === '' ? [] : stored.split(',')),
      }),
    values: letters,
    extremes: [new Set(), 1, {}, new Set(['\ud800'])],
    holds: (value) => value instanceof Set && !value.has('\ud800'),
    back: itself,
  },
  {
    name: 'codec from an object to JSON text',
    on: everywhere,
    column: () => text().codec({ encode: (value: unknown) => JSON.stringify(value), decode: (stored: string) => JSON.parse(stored) }),
    values: fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.integer(), fc.string({ maxLength: 5 })), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    extremes: [{}, JSON.parse('{"__proto__":{"polluted":true}}'), JSON.parse('{"constructor":{"prototype":1}}'), undefined].slice(0, 3),
    holds: () => true,
    back: (value) => JSON.parse(JSON.stringify(value)),
    key: (value) => JSON.stringify(value),
    loose: mysqls,
  },
  {
    name: 'codec from cents to a bigint',
    on: everywhere,
    column: () => bigint().codec({ encode: ({ cents }: { cents: bigint }) => cents, decode: (cents: bigint) => ({ cents }) }),
    values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((cents) => ({ cents })),
    extremes: [{ cents: 2n ** 63n }, { cents: 'a' }, {}, 1n, { cents: null }],
    holds: (value) => typeof value.cents === 'bigint' && value.cents < 2n ** 63n,
    back: itself,
  },
  {
    name: 'codec that throws',
    on: everywhere,
    column: () =>
      integer().codec({
        encode: (value: number) => {
          if (value % 2) throw new Error('odd')
          return value / 2
        },
        decode: (stored: number) => stored * 2,
      }),
    values: fc.integer({ min: -1000, max: 1000 }).map((value) => value * 2),
    extremes: [1, 3, 0],
    holds: (value) => value % 2 === 0,
    back: (value) => value + 0 || 0,
  },
  {
    name: 'uuid, of 16 bytes on MySQL and of text elsewhere',
    on: everywhere,
    column: () => {
      const bytes = customType('binary(16)', {
        bind: (value: any) => sql`unhex(replace(${value}, '-', ''))`,
        select: (column: any) => sql`lower(hex(${column}))`,
      })
      const dashes = { encode: itself, decode: (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') }
      return withVariant(withVariant(withVariant(uuid(), 'mysql', bytes.codec(dashes)), 'mariadb', bytes.codec(dashes)), 'sqlite', text())
    },
    values: fc.uuid(),
    extremes: ['00000000-0000-0000-0000-000000000000'],
    holds: () => true,
    back: itself,
  },
  {
    name: 'json, as text on SQLite and MariaDB',
    on: everywhere,
    column: () => {
      const asText = text().codec({ encode: (value: unknown) => JSON.stringify(value), decode: (stored: string) => JSON.parse(stored) })
      return withVariant(withVariant(json(), 'sqlite', asText), 'mariadb', asText)
    },
    values: fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.integer(), fc.string({ maxLength: 5 })), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    extremes: [{}],
    holds: (value, dialect) => dialect !== 'postgres' || !JSON.stringify(value).includes('\\u0000'),
    back: (value) => JSON.parse(JSON.stringify(value)),
    key: (value, dialect) =>
      dialect === 'postgres' || dialect === 'mysql' ? JSON.stringify(Object.entries(value).sort()) : JSON.stringify(value),
    loose: ['mariadb'],
  },
  {
    name: 'customType with SQL around each value',
    on: everywhere,
    column: (dialect) =>
      customType(mysqls.includes(dialect) ? 'longtext' : 'text', {
        bind: (value: any) => (mysqls.includes(dialect) ? sql`concat('<', ${value})` : sql`('<' || ${value})`),
        // SQLite's substr ends text at U+0000
        select: (column: any) => (dialect === 'sqlite' ? sql`cast(substr(cast(${column} as blob), 2) as text)` : sql`substr(${column}, 2)`),
      }),
    values: anyText(20),
    extremes: wordy,
    holds: isText,
    back: itself,
    loose: mysqls,
  },
  {
    name: 'customType, by its name alone',
    on: everywhere,
    column: (dialect) => customType(mysqls.includes(dialect) ? 'varchar(100)' : 'text'),
    values: anyText(20),
    extremes: wordy,
    holds: isText,
    back: itself,
    loose: mysqls,
  },
  {
    name: 'customType of numbers on SQLite, which types values by the name of the column',
    on: ['sqlite'],
    column: () => customType('decimal_number'),
    values: fc.oneof(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), fc.integer(), fc.stringMatching(/^[a-z]{1,5}$/)),
    extremes: ['1', '01', '1e3', ' 1 ', '1.50', '-0', 'a1', '', '0x10', 'Infinity', 2n ** 64n],
    holds: (value) => typeof value === 'number' || (typeof value === 'string' && !['1', '01', '1e3', ' 1 ', '1.50', '-0'].includes(value)),
    back: itself,
    signless: () => true,
    // '-0' as a parameter becomes the number that the column would make of it
    loose: ['sqlite'],
  },
  {
    name: 'customType that travels as bytes',
    on: everywhere,
    column: (dialect) => customType(dialect === 'postgres' ? 'bytea' : 'blob', { as: blob() }),
    values: fc.uint8Array({ maxLength: 20 }),
    extremes: [new Uint8Array(0), new Uint8Array([0, 255, 39, 92])],
    holds: () => true,
    back: (value) => new Uint8Array(value),
  },
  {
    name: 'customType that travels as a truth',
    on: everywhere,
    column: () => customType('boolean', { as: boolean() }),
    values: fc.boolean(),
    extremes: [true, false, 1, 'true'],
    holds: (value) => typeof value === 'boolean',
    back: itself,
  },
  {
    name: 'customType that travels as doubles',
    on: everywhere,
    column: () => customType('double precision', { as: doublePrecision() }),
    values: fc.double({ noNaN: true, noDefaultInfinity: true }),
    extremes: [0.1, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2, '1', 1n],
    holds: (value) => typeof value === 'number',
    back: itself,
    signless: () => true,
  },
  {
    name: 'customType of SQLite, of anything',
    on: ['sqlite'],
    column: () => customType('ANY_BLOB'),
    values: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }).map(Number),
      anyText(10),
      fc.uint8Array({ maxLength: 9 }),
    ),
    extremes: ['1', 't', 'r1', 'i1', 'b00', '', new Uint8Array(0), 'a\ud800'],
    // a whole double that no safe integer is, is read as one that the database may hold in other digits
    holds: (value) =>
      typeof value === 'string'
        ? value.isWellFormed()
        : typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 2 ** 63,
    back: itself,
    signless: () => true,
  },
  {
    name: 'int64',
    on: ['sqlite'],
    column: () => sqliteOnly.int64(),
    values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    extremes: [2n ** 63n, -(2n ** 63n), 2n ** 63n - 1n],
    holds: (value) => value < 2n ** 63n,
    back: itself,
  },
]
