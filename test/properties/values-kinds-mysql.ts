/** What the types hold that only MySQL and MariaDB have. */
import fc from 'fast-check'
import * as only from 'quern/mysql'
import { js } from '../newcomer/tables.js'
import { anyText, binaryKind, bytesOf, type Kind, mysqls, someBytes, whole, words } from './values-kinds.js'
import { bitKind } from './values-kinds-postgres.js'

const my: any = only
const { bigint, integer, smallint } = js
const labels = ['a', 'b b', "c'd", 'é', '\\', '😀', 'NULL', '0']
const someLabels = fc.array(fc.constantFrom(...labels), { maxLength: 12 })

const sized = (name: string, column: () => any, bytes: number): Kind => ({
  ...words(name, mysqls, column, Math.min(bytes, 60), (value) => bytesOf(value) <= bytes, [
    'x'.repeat(255),
    'x'.repeat(256),
    'é'.repeat(127),
    'é'.repeat(128),
  ]),
})
export const mysqlKinds: readonly Kind[] = [
  whole('tinyint', mysqls, () => my.tinyint(), -128n, 127n),
  whole('mediumint', mysqls, () => my.mediumint(), -8388608n, 8388607n),
  whole('unsigned tinyint', mysqls, () => my.unsigned(my.tinyint()), 0n, 255n),
  whole('unsigned smallint', mysqls, () => my.unsigned(smallint()), 0n, 65535n),
  whole('unsigned mediumint', mysqls, () => my.unsigned(my.mediumint()), 0n, 16777215n),
  whole('unsigned integer', mysqls, () => my.unsigned(integer()), 0n, 4294967295n),
  {
    ...whole('unsigned bigint', mysqls, () => my.unsigned(bigint()), 0n, 2n ** 64n - 1n),
    values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    holds: (value) => (typeof value === 'bigint' || Number.isSafeInteger(value)) && BigInt(value) >= 0n && BigInt(value) < 2n ** 64n,
    back: (value) => BigInt(value),
  },
  {
    ...whole('year', mysqls, () => my.year(), 1901n, 2155n),
    values: fc.oneof(fc.integer({ min: 1901, max: 2155 }), fc.constant(0)),
    holds: (value) =>
      Object.is(value, 0) || Object.is(value, -0) || value === 0n || (Number.isInteger(Number(value)) && value >= 1901 && value <= 2155),
  },
  {
    name: 'set',
    on: mysqls,
    column: () => my.set(labels),
    values: someLabels,
    extremes: [
      [],
      ...labels.map((label) => [label]),
      labels,
      [...labels].reverse(),
      ['a', 'a'],
      ['A'],
      ['x'],
      [''],
      'a',
      'a,b b',
      [1],
      [null],
      [undefined],
      new Array(2),
      ['a,b b'],
      1,
      {},
    ],
    holds: (value) => Array.isArray(value) && Array.from(value).every((label) => labels.includes(label as string)),
    back: (value) => labels.filter((label) => value.includes(label)),
    // as text, under a collation that knows no case and no accents
    loose: mysqls,
  },
  bitKind('bit(10)', mysqls, () => my.bit(10), 10, 10),
  bitKind('bit(64)', mysqls, () => my.bit(64), 64, 64),
  sized('tinytext', () => my.tinytext(), 255),
  sized('regulartext', () => my.regulartext(), 65_535),
  sized('mediumtext', () => my.mediumtext(), 16_777_215),
  binaryKind(
    'tinyblob',
    mysqls,
    () => my.tinyblob(),
    someBytes(60),
    (length) => length <= 255,
  ),
  binaryKind(
    'regularblob',
    mysqls,
    () => my.regularblob(),
    someBytes(60),
    (length) => length <= 65_535,
  ),
  binaryKind(
    'binary(8)',
    mysqls,
    () => my.binary(8),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    (length) => length === 8,
  ),
  binaryKind(
    'varbinary(20)',
    mysqls,
    () => my.varbinary(20),
    someBytes(20),
    (length) => length <= 20,
  ),
]
export { anyText }
