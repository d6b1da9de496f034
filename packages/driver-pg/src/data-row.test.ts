import { Buffer } from 'node:buffer'
import type { CellForm } from '@quern/sql'
import { readRow } from './data-row.js'

/** A DataRow's own part, with something before it and behind it. */
function row(...values: readonly (string | null)[]) {
  const parts = [Buffer.from('before')]
  const count = Buffer.alloc(2)
  count.writeInt16BE(values.length)
  parts.push(count)
  for (const value of values) {
    const length = Buffer.alloc(4)
    length.writeInt32BE(value === null ? -1 : Buffer.byteLength(value))
    parts.push(length, Buffer.from(value ?? ''))
  }
  const whole = Buffer.concat(parts)
  return (...forms: CellForm[]) => readRow(Buffer.concat([whole, Buffer.from('behind')]), 6, whole.length, forms)
}

const one = (value: string, form: CellForm) => row(value)(form)[0]

test('texts, empty ones, NULL, other alphabets, long ones', () => {
  const values = ['a', '', null, 'naïve 中文 😀', 'x'.repeat(5000), '\\', 'plain again']
  expect(row(...values)()).toEqual(values)
  expect(row('ä', 'b'.repeat(900), 'c')()).toEqual(['ä', 'b'.repeat(900), 'c'])
})

test.each([
  '0',
  '-0',
  '7',
  '-42',
  '999999999',
  '1234567890',
  '-2147483648',
  '999999999999999',
  '0.1',
  '-0.3',
  '123456.789012345',
  '0.000001',
  '5e-324',
  '1e+20',
  '1.7976931348623157e+308',
  '9007199254740993',
  '12345678901234.56',
  'NaN',
  'Infinity',
])('the number %s', (text) => {
  expect(Number(one(text, 'number'))).toBe(Number(text))
})

test('what is not plainly a number stays text', () => {
  for (const text of ['', '-', '.', '1.2.3', '1-2', 'x', '+1', '1 ']) expect(one(text, 'number')).toBe(text === '.' ? '.' : text)
  for (const text of ['1.5', '1234567890123456', '9223372036854775807']) expect(one(text, 'integer')).toBe(text)
  expect(one('123456789012345', 'integer')).toBe(123_456_789_012_345)
})

test('truth', () => {
  expect(row('t', 'f', null, 'true')('boolean', 'boolean', 'boolean', 'boolean')).toEqual([true, false, null, 'true'])
})

test('moments are what Date makes of them, from year 1 on', () => {
  const days = [
    '0001-01-01',
    '0099-12-31',
    '1600-02-29',
    '1899-12-31',
    '1900-03-01',
    '1969-12-31',
    '2000-02-29',
    '2024-12-31',
    '9999-12-31',
  ]
  for (const day of days)
    for (const [time, iso] of [
      ['00:00:00', '00:00:00.000'],
      ['23:59:59.9', '23:59:59.900'],
      ['12:34:56.789', '12:34:56.789'],
      ['12:34:56.07', '12:34:56.070'],
    ]) {
      expect(one(`${day} ${time}+00`, 'moment')).toBe(Date.parse(`${day}T${iso}Z`))
      expect(one(`${day} ${time}`, 'moment')).toBe(Date.parse(`${day}T${iso}Z`))
    }
})

test('a moment that a Date cannot hold, or that says another zone, stays text', () => {
  for (const text of [
    'infinity',
    '2024-05-06 07:08:09.1234+00',
    '2024-05-06 07:08:09+02',
    '0044-03-15 12:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    '2024-05-06 07:08:09.',
  ])
    expect(one(text, 'moment')).toBe(text)
})

test('a row that says less than it has values is refused', () => {
  const bytes = Buffer.from([0, 1, 0, 0, 0, 9, 65])
  expect(() => readRow(bytes, 0, bytes.length)).toThrow(/shorter/)
})
