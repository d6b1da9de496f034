import type { ParameterNode, SqlType } from '@quern/expression'
import { canonicalNumeric, timestampValue } from './values.js'

const type = { name: 'timestamptz' } as SqlType
const parameter = { type } as ParameterNode

test('a moment has the text of toISOString, in whatever order days come', () => {
  const bounds = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z']
  const more = ['2024-02-29T12:34:56.789Z', '1900-03-01T00:00:00.001Z', '0099-12-31T23:59:59.000Z']
  const times = [...bounds, ...more].map((text) => Date.parse(text))
  let seed = 7
  for (let i = 0; i < 20_000; i++) {
    seed = (seed * 48271) % 2147483647
    times.push(seed * (i % 2 === 0 ? 117_000 : -13_000) + i)
  }
  const text = (time: number) => new Date(time).toISOString().slice(0, 23).replace('T', ' ')
  expect(times.filter((time) => timestampValue(new Date(time), parameter, type) !== text(time))).toEqual([])
})

test('decimals have one text', () => {
  const texts = ['12.50', '12.5', '0.5', '-0.50', '00.5', '10', '010', '-10.0', '+1', '-0', '0', '1.', '.5', '100', '100.00', '-7.07']
  expect(texts.map(canonicalNumeric)).toEqual([
    '12.5',
    '12.5',
    '0.5',
    '-0.5',
    '0.5',
    '10',
    '10',
    '-10',
    '1',
    '0',
    '0',
    '1',
    '0.5',
    '100',
    '100',
    '-7.07',
  ])
})
