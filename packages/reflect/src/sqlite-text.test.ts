import { readTableText } from './sqlite-text.js'

const plain = { deferrable: null, match: false, onConflict: false }

test('constraints of columns and of the table, with and without names', () => {
  const { columns, constraints } = readTableText(`CREATE TABLE t (
    a INTEGER CONSTRAINT first PRIMARY KEY AUTOINCREMENT, -- CHECK (nothing)
    [b c] TEXT COLLATE NOCASE NOT NULL DEFAULT ('CHECK (x)') CHECK ("b c" <> ')' AND length("b c") > (1)),
    "d""e" INT AS (a + (2)) STORED UNIQUE ON CONFLICT IGNORE,
    f REFERENCES other (x) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED /* , g INT */,
    CONSTRAINT "the pair" UNIQUE (a, [b c] DESC),
    CONSTRAINT known FOREIGN KEY (f, a) REFERENCES other (x, y) NOT DEFERRABLE,
    CHECK (a > 0)
  ) STRICT`)
  expect(columns).toEqual([
    { name: 'a', generated: undefined, collation: undefined, autoincrement: true },
    { name: 'b c', generated: undefined, collation: 'NOCASE', autoincrement: false },
    { name: 'd"e', generated: 'a + (2)', collation: undefined, autoincrement: false },
    { name: 'f', generated: undefined, collation: undefined, autoincrement: false },
  ])
  expect(constraints).toEqual([
    { kind: 'primary', name: 'first', columns: ['a'], expression: '', ...plain },
    { kind: 'check', name: null, columns: ['b c'], expression: `"b c" <> ')' AND length("b c") > (1)`, ...plain },
    { kind: 'unique', name: null, columns: ['d"e'], expression: '', ...plain, onConflict: true },
    { kind: 'foreign', name: null, columns: ['f'], expression: '', ...plain, deferrable: 'deferrable initially deferred' },
    { kind: 'unique', name: 'the pair', columns: ['a', 'b c'], expression: '', ...plain },
    { kind: 'foreign', name: 'known', columns: ['f', 'a'], expression: '', ...plain },
    { kind: 'check', name: null, columns: expect.any(Array), expression: 'a > 0', ...plain },
  ])
})

test('words that are names', () => {
  const { columns, constraints } = readTableText('CREATE TABLE "check" ("check" INT, `unique` INT, key INT, naïve INT)')
  expect(columns.map(({ name }) => name)).toEqual(['check', 'unique', 'key', 'naïve'])
  expect(constraints).toEqual([])
})

test('a text that is no list of columns tells nothing', () => {
  expect(readTableText('CREATE VIRTUAL TABLE t USING fts5')).toEqual({ columns: [], constraints: [] })
  expect(readTableText('CREATE TABLE t (a INT')).toMatchObject({ columns: [{ name: 'a' }] })
})
