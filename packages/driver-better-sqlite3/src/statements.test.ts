import Database from 'better-sqlite3'
import { Statements } from './statements.js'

const database = new Database(':memory:')
afterAll(() => database.close())

test('one text is one statement, until it is the one unused for longest', () => {
  const statements = new Statements(database, 2)
  const a = statements.prepare('SELECT 1', true)
  const b = statements.prepare('SELECT 2', true)
  expect(statements.prepare('SELECT 1', true)).toBe(a)
  statements.prepare('SELECT 3', true)
  expect(statements.prepare('SELECT 1', true)).toBe(a)
  expect(statements.prepare('SELECT 2', true)).not.toBe(b)
})

test('nothing is kept without being asked for, or without room', () => {
  const statements = new Statements(database, 2)
  expect(statements.prepare('SELECT 1', false)).not.toBe(statements.prepare('SELECT 1', true))
  const none = new Statements(database, 0)
  expect(none.prepare('SELECT 1', true)).not.toBe(none.prepare('SELECT 1', true))
})

test('knows which statements may generate a row id', () => {
  database.exec('CREATE TABLE t (a)')
  const statements = new Statements(database, 10)
  const inserts = (text: string) => statements.prepare(text, true).inserts
  for (const text of [
    'INSERT INTO t VALUES (1)',
    ' replace into t values (1)',
    '/* note */ -- more\ninsert into t values (1)',
    'WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x',
  ])
    expect([text, inserts(text)]).toEqual([text, true])
  for (const text of ["UPDATE t SET a = 'insert'", 'DELETE FROM t', 'WITH x AS (SELECT 1) UPDATE t SET a = 1'])
    expect([text, inserts(text)]).toEqual([text, false])
})
