import { inspect } from 'node:util'
import { redact, redactedCause } from './redact.js'

const hide = (message: string, values: (string | number | bigint)[], names: string[] = [], quoted = true) =>
  redact(message, { values, quoted, names })

test.each([
  ["Duplicate entry 'ada@example.org' for key 'users.email'", ['ada@example.org'], ['email'], "Duplicate entry '?' for key 'users.email'"],
  ["Duplicate entry 'O'Brien' for key 'k'", ["O'Brien"], ['k'], "Duplicate entry '?' for key 'k'"],
  ['invalid input syntax for type integer: "abc"', [], [], 'invalid input syntax for type integer: "?"'],
  [
    'duplicate key value violates unique constraint "users_email_key"',
    [],
    ['users_email_key'],
    'duplicate key value violates unique constraint "users_email_key"',
  ],
  ['value 12345 out of range, code 123456', [12345], [], 'value ? out of range, code 123456'],
  ['a.b is not a+b', ['a.b'], [], '? is not a+b'],
])('%s', (message, values, names, expected) => {
  expect(hide(message, values, names)).toBe(expected)
})

test('words in quotes stay where the server quotes the statement', () => {
  expect(hide('relation "nope" does not exist', ['x'], [], false)).toBe('relation "nope" does not exist')
})

test('the cause keeps its code and its frames and loses its values', () => {
  const cause = Object.assign(new Error("Duplicate entry 'hush' for key 'k'"), {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    detail: 'Key (email)=(hush)',
    sql: 'x',
  })
  const copy = redactedCause(cause, { values: ['hush'], quoted: true, names: ['k'] }) as Error & { code: string; errno: number }
  expect(copy).toMatchObject({ code: 'ER_DUP_ENTRY', errno: 1062 })
  expect(copy.stack).toContain('redact.test')
  expect(inspect(copy, { showHidden: true })).not.toContain('hush')
})
