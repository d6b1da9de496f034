import { digits } from './digits.js'

test('numbers have the text that String gives them, and the sign of zero', () => {
  const values = [1, 9, 10, 99, 100, 999, 1000, 1001, 9_999, 10_000, 99_999, 100_000, 999_999, 1e6, 1_000_001, 1_001_000, 123_456_789]
  const more = [
    999_999_999,
    1e9,
    1e9 + 1,
    2 ** 31,
    2 ** 53,
    1e21,
    1e300,
    5e-324,
    0.1,
    1.5,
    1 / 3,
    123456.789,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]
  for (const value of [0, ...values, ...more]) {
    expect(digits(value)).toBe(String(value))
    if (value !== 0 && !Number.isNaN(value)) expect(digits(-value)).toBe(`-${String(value)}`)
  }
  expect(digits(-0)).toBe('-0')
  const others: number[] = []
  let seed = 1
  for (let i = 0; i < 20_000; i++) {
    seed = (seed * 48271) % 2147483647
    for (const value of [seed % 10 ** (1 + (i % 9)), seed / 1024 - 1e6]) if (digits(value) !== String(value)) others.push(value)
  }
  expect(others).toEqual([])
})
