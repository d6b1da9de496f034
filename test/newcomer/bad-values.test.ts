/** Values that a column cannot hold: refused before anything is sent, by the column's name, without the value. */
import { CompileError, createEngine, type Engine, InvalidValueError } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { complaintOf, expectHidden, expectSentence } from './complaint.js'
import { js } from './tables.js'

const { alias, compile, insertInto, literal, metadata, prepare, select, sql, table, update } = js
const { bigint, blob, boolean, char, date, doublePrecision, integer, json, numeric, real, smallint, text, time, timestamp } = js
const { timestamptz, uuid, varchar } = js

const definitions: Record<string, any> = {
  small: smallint(),
  whole: integer(),
  big: bigint(),
  bigNumber: bigint({ mode: 'number' }),
  exact: numeric(10, 2),
  exactNumber: numeric(10, 2, { mode: 'number' }),
  float: real(),
  double: doublePrecision(),
  flag: boolean(),
  letter: char(8),
  name: varchar(50),
  story: text(),
  bytes: blob(),
  day: date(),
  clock: time(),
  stamp: timestamp(),
  stampText: timestamp({ mode: 'string' }),
  moment: timestamptz(),
  uid: uuid(),
}
const values = table('values_of_all_types', { id: integer().primaryKey(), ...definitions, data: json() })
const db = metadata({ values })

/** Text that must not be repeated in an error. */
const hush = 'Zq7#kW!x-hush-9@Lm'
/** The same as a name that a class could have. */
const hushName = 'Zq7kWx_hush_9Lm'
const half = '\ud800'
const always: [string, unknown][] = [
  ['an object', { hush }],
  ['an object with a constructor of its own', { constructor: { name: `${hush}\nand more` } }],
  ['an object whose constructor has a name', { constructor: { name: hushName } }],
  ['an object without a prototype', Object.assign(Object.create(null), { hush })],
  ['an array', [hush]],
  ['a function', () => hush],
  ['a symbol', Symbol(hush)],
  ['a Map', new Map([[hush, hush]])],
  ['a Promise', Promise.resolve(hush)],
]
const words: [string, unknown][] = [
  ['text', hush],
  ['no text at all', ''],
  ['a number as text', '12'],
]
const numbers: [string, unknown][] = [
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a number', 12.5],
  ['a bigint', 12n],
]
const dates: [string, unknown][] = [
  ['a Date', new Date(0)],
  ['an invalid Date', new Date(Number.NaN)],
]
const flags: [string, unknown][] = [['true', true]]
const bytes: [string, unknown][] = [['bytes', new Uint8Array(3)]]
const notFinite = numbers.slice(0, 2)
const notText = [
  ...numbers,
  ...dates,
  ...flags,
  ...bytes,
  ['half a surrogate pair', `${hush}${half}`],
  ['a String object', new String(hush)],
] as [string, unknown][]
const beyond64: [string, unknown][] = [
  ['2^63', 2n ** 63n],
  ['below -2^63', -(2n ** 63n) - 1n],
  ['an unsafe number', 2 ** 53],
  ['half', 0.5],
]
const noDate: [string, unknown][] = [...words, ...numbers, ...flags, ...bytes]

/** What each column refuses, and what it says that it takes. */
const refused: Record<string, [takes: string, values: [string, unknown][]]> = {
  small: [
    'a smallint',
    [...words, ...notFinite, ...dates, ...flags, ['half', 0.5], ['32768', 32768], ['-32769', -32769], ['a bigint', 2n ** 40n]],
  ],
  whole: [
    'an integer',
    [
      ...words,
      ...notFinite,
      ...dates,
      ...flags,
      ['half', 0.5],
      ['2^31', 2 ** 31],
      ['a bigint', 2n ** 31n],
      ['a Number object', new Number(1)],
    ],
  ],
  big: ['a bigint of 64 bits', [...words, ...notFinite, ...dates, ...flags, ...beyond64]],
  bigNumber: ['a bigint of 64 bits', [...words, ...notFinite, ...dates, ...flags, ...beyond64]],
  exact: [
    "an exact decimal as a string, such as '12.50'",
    [
      ['text', hush],
      ['no text at all', ''],
      ['an exponent', '1e3'],
      ['a comma', '1,5'],
      ['blanks', ' 1 '],
      ['a fraction as a number', 0.1],
      ...notFinite,
      ...dates,
      ...flags,
      ...bytes,
    ],
  ],
  exactNumber: ['a finite number', [['text', hush], ...notFinite, ...dates, ...flags, ...bytes]],
  float: ['a', [...words, ['a bigint', 1n], ...dates, ...flags, ...bytes]],
  double: ['a', [...words, ['a bigint', 1n], ...dates, ...flags, ...bytes]],
  flag: ['true or false', [...words, ['one', 1], ['zero', 0], ['a word', 'true'], ...dates, ...bytes]],
  letter: ['', notText],
  name: ['', notText],
  story: ['', notText],
  bytes: ['bytes as a Uint8Array', [...words, ...numbers, ...dates, ...flags, ['an ArrayBuffer', new ArrayBuffer(2)]]],
  day: [
    "a date as 'YYYY-MM-DD', years 0001 to 9999",
    [
      ...noDate,
      ...dates,
      ['no such day', '2023-02-29'],
      ['year 0', '0000-01-01'],
      ['a time too', '2024-01-01 10:00'],
      ['another order', '01/02/2024'],
    ],
  ],
  clock: ["a time as 'HH:MM:SS', with up to six decimals", [...noDate, ...dates, ['24 hours', '24:00:00'], ['no seconds', '10:00']]],
  stamp: [
    'a valid Date in the years 1 to 9999',
    [...noDate, dates[1]!, ['a timestamp as text', '2024-01-01 10:00:00'], ['year 10000', new Date(253402300800000)]],
  ],
  stampText: [
    "a timestamp in UTC as 'YYYY-MM-DD HH:MM:SS', with up to six decimals",
    [...noDate, ...dates, ['no such day', '2023-02-29 10:00:00'], ['another zone', '2024-01-01 10:00:00+02']],
  ],
  moment: [
    'a valid Date in the years 1 to 9999',
    [...noDate, dates[1]!, ['milliseconds', 1700000000000], ['year 0', new Date(-62198755200000)]],
  ],
  uid: ['a UUID as a string', [...noDate, ...dates, ['a UUID with braces', '{00000000-0000-0000-0000-000000000000}']]],
}

for (const target of targets) {
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    const sent: string[] = []

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      engine.on('query', (event) => sent.push(event.sql))
    })
    afterAll(async () => {
      expect(await engine.scalar(select({ n: js.count() }).from(values))).toBe(0)
      await engine.close()
      await database.drop()
    })

    /** What it says, after a look that only the words of a transaction were sent. */
    async function said(work: () => unknown): Promise<Error> {
      sent.length = 0
      const error = await complaintOf(work)
      expect(sent.filter((statement) => !/^(begin|start|rollback)/i.test(statement))).toEqual([])
      expectHidden(hush, error)
      expectHidden(hushName, error)
      return error
    }

    const cases = Object.entries(refused).flatMap(([key, [takes, bad]]) =>
      [...always, ...bad].map(([name, value]): [string, string, string, unknown] => [key, name, takes, value]),
    )
    test.each(cases)('%s takes not %s', async (key, _, takes, value) => {
      const column = values[key]
      const ways = [
        () => engine.execute(insertInto(values).values({ id: 1, [key]: value })),
        () =>
          engine.execute(
            update(values)
              .set({ [key]: value })
              .where(values.id.eq(1)),
          ),
        () => engine.execute(select(values.id).from(values).where(column.eq(value))),
        () =>
          engine.execute(
            select(values.id)
              .from(values)
              .where(column.in([value])),
          ),
        () => engine.bulkInsert(values, [{ id: 1, [key]: value }]),
      ]
      for (const way of ways) {
        const error = await said(way)
        expectSentence(error, InvalidValueError, new RegExp(`^values_of_all_types\\.${key} takes [a-z]`))
        expect(error.message).toContain(` takes ${takes}`)
      }
      const byName = prepare({ wanted: definitions[key] }, ($: any) => select(values.id).from(values).where(column.eq($.wanted)))
      expectSentence(await said(() => engine.all(byName, { wanted: value })), InvalidValueError, /^parameter wanted takes [a-z]/)
      const typed = select({ x: literal(value, definitions[key]) })
      expectSentence(await said(() => engine.execute(typed)), InvalidValueError, /^a value takes [a-z]/)
      expect(
        (await complaintOf(() => compile(select(values.id).from(values).where(column.eq(value)), database.dialect, { inline: true }))).name,
      ).toBe('InvalidValueError')
    })

    const circle: any = { hush }
    circle.self = circle
    test.each<[string, unknown]>([
      ['a circle', circle],
      ['a bigint', { n: 1n }],
      ['a function', () => hush],
      ['a symbol', Symbol(hush)],
      ['half a surrogate pair', { [hush]: 'x', half }],
    ])('JSON takes not %s', async (_, value) => {
      const ways = [
        () => engine.execute(insertInto(values).values({ id: 1, data: value })),
        () => engine.execute(update(values).set({ data: value }).where(values.id.eq(1))),
      ]
      for (const way of ways) expectSentence(await said(way), InvalidValueError, /^values_of_all_types\.data takes /)
    })

    test('JSON takes not what throws, and the program keeps its own error', async () => {
      const own = new Error('the property is not ready')
      const value = {
        get late() {
          throw own
        },
      }
      const error = await said(() => engine.execute(insertInto(values).values({ id: 1, data: value })))
      expectSentence(error, InvalidValueError, /^values_of_all_types\.data takes a value that JSON has, not an object \(Object\)$/)
      expect(error.cause).toBe(own)
    })
    test('JSON takes backslashes before a u', async () => {
      const value = { path: 'c:\\udfff\\u0000', more: ['\\', '\\\\ud800'] }
      expect(await engine.scalar(select({ x: literal(value, json()) }))).toEqual(value)
    })

    test.each(always)('a hole of sql takes not %s', async (_, value) => {
      const error = await said(() => engine.execute(sql`select ${value}`))
      expectSentence(error, CompileError, /^the SQL type of .* cannot be told; name it: literal\(value, json\(\)\)$/)
    })
    test.each([NaN, Infinity])('a hole of sql takes not %p silently as something else', async (value) => {
      const run = async () => engine.scalar(sql`select ${value}`.returns({ x: doublePrecision() }))
      if (target.startsWith('postgres')) expect(await run()).toBe(value)
      else expectSentence(await said(run), InvalidValueError, /^a value takes a finite number, not a number$/)
    })

    if (target.startsWith('postgres'))
      test('NUL', async () => {
        for (const key of ['letter', 'name', 'story']) {
          const sentence = `values_of_all_types.${key} takes text without NUL, which PostgreSQL cannot store, not a string`
          expectSentence(
            await said(() => engine.execute(insertInto(values).values({ id: 1, [key]: `${hush}\0` }))),
            InvalidValueError,
            sentence,
          )
          expectSentence(await said(() => engine.execute(select(values).where(values[key].eq(`${hush}\0`)))), InvalidValueError, sentence)
        }
        const inJson = insertInto(values).values({ id: 1, data: { deep: [`${hush}\0`] } })
        expectSentence(
          await said(() => engine.execute(inJson)),
          InvalidValueError,
          /data takes JSON without NUL, which PostgreSQL cannot store/,
        )
        expectSentence(await said(() => engine.execute(sql`select ${`${hush}\0`}`)), InvalidValueError, /^a value takes text without NUL/)
      })
    else
      test('NUL is stored', async () => {
        const undo = new Error('undo')
        await expect(
          engine.transaction(async (tx) => {
            await tx.execute(insertInto(values).values({ id: 1, story: 'a\0b' }))
            expect(await tx.scalar(select(values.story).from(values))).toBe('a\0b')
            throw undo
          }),
        ).rejects.toBe(undo)
      })

    describe('names', () => {
      const used: [string, (name: string) => unknown][] = [
        ['a table', (name) => select(table(name, { id: integer() }))],
        ['an alias', (name) => select(alias(values, name))],
        ['a subquery', (name) => select(select(values.id).from(values).subquery(name))],
        ['a common table expression', (name) => select(select(values.id).from(values).cte(name))],
        ['a column', (name) => select(table('t', { id: integer().named(name) }))],
        ['a label', (name) => select(values.id.as(name)).from(values)],
        ['sql.identifier', (name) => sql`select 1 as ${js.sql.identifier(name)}`],
        ['a qualified sql.identifier', (name) => sql`select * from ${js.sql.identifier('main', name)}`],
      ]
      test.each(used)('with NUL in %s', async (_, use) => {
        expectSentence(
          await said(async () => engine.execute(use('a\0b') as never)),
          CompileError,
          /"a\\u0000b".*(NUL|no name that a database takes)/,
        )
      })
      test.each(used)('without a letter in %s', async (_, use) => {
        expectSentence(await said(async () => engine.execute(use('') as never)), CompileError, /empty|"" is no name/)
      })
      test.each(used)('with half a surrogate pair in %s', async (_, use) => {
        expectSentence(
          await said(async () => engine.execute(use(`a${half}`) as never)),
          CompileError,
          /half a surrogate pair|no name that a database takes/,
        )
      })
      const limits: Readonly<Record<string, readonly [string, RegExp]>> = {
        postgres: ['é'.repeat(32), /^PostgreSQL names have at most 63 bytes; ".*" is longer, and would be cut$/],
        mysql: ['a'.repeat(65), /^MySQL names have at most 64 characters; ".*" is longer, and would be cut$/],
        mariadb: ['é'.repeat(65), /^MariaDB names have at most 64 characters; ".*" is longer, and would be cut$/],
      }
      const limit = limits[target.replace(/\d+/, '')]
      if (limit) {
        test.each(used)('that are too long in %s', async (_, use) => {
          expectSentence(await said(async () => engine.execute(use(limit[0]) as never)), CompileError, limit[1])
          expectSentence(await said(async () => engine.execute(use('long'.repeat(1000)) as never)), CompileError, limit[1])
        })
      } else {
        test('that are long are kept', async () => {
          const long = 'long'.repeat(1000)
          expect(await engine.one(select({ [long]: literal(1) }))).toEqual({ [long]: 1 })
        })
      }
    })
  })
}
