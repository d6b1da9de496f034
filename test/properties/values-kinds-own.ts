/** Types of the program's own: codecs, variants, and SQL around each value. */
import fc from 'fast-check'
import * as sqliteOnly from 'quern/sqlite'
import { js } from '../newcomer/tables.js'
import { anyText, everywhere, isText, type Kind, mysqls, wordy } from './values-kinds.js'

const { bigint, customType, integer, json, text, uuid, withVariant } = js
const sql: any = js.sql
const itself = (value: unknown): unknown => value

const letters = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }).map((all) => new Set(all))
export const ownKinds: readonly Kind[] = [
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
  },
  {
    name: 'int64',
    on: ['sqlite'],
    column: () => (sqliteOnly as any).int64(),
    values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    extremes: [2n ** 63n, -(2n ** 63n), 2n ** 63n - 1n],
    holds: (value) => value < 2n ** 63n,
    back: itself,
  },
]
