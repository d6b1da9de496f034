/** What the columns of a table do to statements: generated columns, onUpdate, defaults; and that no builder changes what it is called on. */

import { type IndexInfo, makeTable, TablePart } from '@quern/schema'
import {
  bigint,
  blob,
  boolean,
  check,
  compile,
  createEngine,
  date,
  type Engine,
  exclude,
  foreignKey,
  index,
  insertInto,
  integer,
  json,
  metadata,
  mysqlOptions,
  now,
  numeric,
  partition,
  partitionBy,
  postgresOptions,
  primaryKey,
  schema,
  select,
  sql,
  sqliteOptions,
  table,
  tableComment,
  tableInfo,
  temporary,
  text,
  timestamptz,
  unique,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

let ticks = 100
const items = table('items', {
  id: integer().primaryKey(),
  price: integer().notNull(),
  double: integer().generatedAs((t) => t.price.mul(2)),
  changes: integer().notNull().default(0).onUpdate(sql<number>`changes + 1`),
  tick: integer().onUpdateFn(() => ticks++),
  by: varchar(20).onUpdate('somebody'),
  at: timestamptz().onUpdate(now()),
})

describe.each(targets)('on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await metadata({ items }).createAll(engine)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('an update sets what the columns say, unless it says otherwise; an insert does not', async () => {
    await engine.execute(insertInto(items).values({ id: 1, price: 5 }))
    expect(await engine.one(select(items))).toEqual({ id: 1, price: 5, double: 10, changes: 0, tick: null, by: null, at: null })
    ticks = 100
    await engine.execute(update(items).set({ price: 6 }).where(items.id.eq(1)))
    const first = await engine.one(select(items))
    expect(first).toMatchObject({ price: 6, double: 12, changes: 1, tick: 100, by: 'somebody' })
    expect(Math.abs(first.at!.getTime() - Date.now())).toBeLessThan(600_000)
    const again = update(items)
      .set({ by: 'me', tick: 7, at: null, changes: items.changes.add(10) })
      .where(items.id.eq(1))
    await engine.execute(again)
    expect(await engine.one(select(items))).toMatchObject({ double: 12, changes: 11, tick: 7, by: 'me', at: null })
    const kept = update(items).set({ price: 7 }).where(items.id.eq(1))
    await engine.execute(kept)
    await engine.execute(kept)
    expect(await engine.one(select(items))).toMatchObject({ changes: 13, tick: 102 })
  })
})

describe.each(targets)('for one connection on %s', (target) => {
  test('a temporary table is there for its connection and for nobody else, and leaves a lasting one of its name alone', async () => {
    const database = await freshDatabase(target)
    const engine = createEngine(database.url)
    const t = table('t', { a: integer(), note: text().default("it's") }, () => [temporary()])
    const lasting = table('t', { b: integer() })
    {
      await using connection = await engine.connect()
      await metadata({ lasting }).createAll(connection)
      await metadata({ t }).createAll(connection, { checkFirst: false })
      await connection.execute(insertInto(t).values({ a: 1 }))
      expect(await connection.all(select(t))).toEqual([{ a: 1, note: "it's" }])
      await using other = await engine.connect()
      expect(await other.all(select(lasting))).toEqual([])
      await metadata({ t }).dropAll(connection, { checkFirst: false })
      expect(await connection.all(select(lasting))).toEqual([])
    }
    await engine.close()
    await database.drop()
  })

  test('a default for every kind of text, bytes and JSON, exact to the letter', async () => {
    const database = await freshDatabase(target)
    const engine = createEngine(database.url)
    const t = table('t', {
      id: integer().primaryKey(),
      long: text().default("it's \\ ? $1 % \n 😀"),
      short: varchar(60).default("it's \\ ? $1 % \n é"),
      bytes: blob().default(Uint8Array.of(0, 39, 92, 255)),
      data: json<{ a: string }>().default({ a: 'it\'s \\ " 😀' }),
      big: bigint().default(-9223372036854775808n),
      sure: boolean().default(false),
      exact: numeric(30, 10).default('-12345678901234567890.0123456789'),
    })
    await metadata({ t }).createAll(engine)
    await engine.execute(insertInto(t).values({ id: 1 }))
    expect(await engine.one(select(t))).toEqual({
      id: 1,
      long: "it's \\ ? $1 % \n 😀",
      short: "it's \\ ? $1 % \n é",
      bytes: Uint8Array.of(0, 39, 92, 255),
      data: { a: 'it\'s \\ " 😀' },
      big: -9223372036854775808n,
      sure: false,
      exact: '-12345678901234567890.0123456789',
    })
    await engine.close()
    await database.drop()
  })
})

describe('what one server does in silence', () => {
  const t = (parts: (c: any) => readonly TablePart[]) => metadata({ t: table('t', { a: integer(), b: date() }, parts) })
  const p = table('p', { a: integer().primaryKey() })

  test('MySQL would ignore keys of another engine, and hide characters of comments', () => {
    const keyed = t((c) => [foreignKey(c.a).references(p.a), mysqlOptions({ engine: 'MyISAM' })])
    expect(() => keyed.toDdl('mysql')).toThrow(`t: MySQL's engine "MyISAM" ignores foreign keys; use InnoDB`)
    expect(() => t(() => [tableComment('😀')]).toDdl('mariadb')).toThrow(
      'the comment of t contains 😀, which MariaDB keeps as a question mark; leave it out',
    )
    expect(() => metadata({ w: table('w😀', { a: integer() }) }).toDdl('mysql')).toThrow(
      'MySQL has no characters beyond U+FFFF in names; "w😀" would lose them',
    )
  })

  test('MySQL would move the beginning of a partition', () => {
    const gap = t((c) => [
      partitionBy('range', c.b).partitions(partition('p1').to(['2024-01-01']), partition('p2').from(['2024-02-01']).to(['2025-01-01'])),
    ])
    expect(() => gap.toDdl('mysql')).toThrow(/t: partition "p2" does not begin where the one before ends; on MySQL it would/)
    const early = t((c) => [partitionBy('range', c.b).partitions(partition('p1').from(['2024-01-01']).to(['2025-01-01']))])
    expect(() => early.toDdl('mariadb')).toThrow(/does not begin where the one before ends/)
    expect(early.toDdl('postgres')[1]).toBe(`CREATE TABLE "p1" PARTITION OF "t" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`)
    const odd = t((c) => [partitionBy('hash', c.a).partitions(partition('h').of({ modulus: 3, remainder: 1 }))])
    expect(() => odd.toDdl('mysql')).toThrow(/the modulus is the number of partitions/)
  })

  test('options of another dialect are not written', () => {
    const all = t(() => [postgresOptions({ unlogged: true }), mysqlOptions({ rowFormat: 'compact' }), sqliteOptions({ strict: true })])
    expect(all.toDdl('postgres')[0]).toMatch(/^CREATE UNLOGGED TABLE "t" \([^)]*\)$/)
    expect(all.toDdl('mysql')[0]).toMatch(/\) ENGINE = `InnoDB` DEFAULT CHARACTER SET = `utf8mb4` ROW_FORMAT = COMPACT$/)
    expect(all.toDdl('sqlite')[0]).toMatch(/\) STRICT$/)
  })
})

describe('values that cannot be given', () => {
  test('a generated column takes none, in no statement', () => {
    const sentence = (verb: string) => `${verb}(items): double is GENERATED ALWAYS and takes no value`
    expect(() => insertInto(items).values({ id: 1, price: 1, double: 1 } as never)).toThrow(sentence('insertInto'))
    expect(() => update(items).set({ double: 1 } as never)).toThrow(sentence('update'))
    expect(() => insertInto(items).from(select({ id: items.id, double: items.double }))).toThrow(/double is GENERATED ALWAYS/)
  })

  test('set({}) sets nothing, also where columns set themselves', () => {
    expect(() => compile(update(items).set({ price: undefined }).allRows(), 'sqlite')).toThrow(/set/)
  })

  test.each([
    ['undefined', () => text().default(undefined as never), 'default(undefined): leave the modifier out, or give a value'],
    ['a function', () => text().default((() => 'x') as never), 'default() takes a value or an expression; use defaultFn() for a function'],
    ['a symbol', () => text().default(Symbol('x') as never), 'default() takes a value or an expression, not a symbol'],
    ['a statement', () => integer().default(select({ n: items.id }) as never), 'default() takes a value or an expression, not a statement'],
    ['a column', () => integer().default(items.id as never), 'default() sees no columns; use generatedAs() for a value made of others'],
    ['no function', () => integer().defaultFn(1 as never), 'defaultFn() takes a function, not a number'],
    [
      'onUpdate with a function',
      () => integer().onUpdate((() => 1) as never),
      'onUpdate() takes a value or an expression; use onUpdateFn() for a function',
    ],
    [
      'a fraction for an identity',
      () => integer().identity({ start: 1.5 }),
      'identity start is a whole number (a bigint beyond 2^53), not a number',
    ],
    ['a misspelt option', () => integer().identity({ begin: 1 } as never), /has no option "begin"; it takes always, start/],
    ['a collation of numbers', () => integer().collate('C'), 'collate() is for text; this column is exact'],
    ['a comment with NUL', () => integer().comment('a\0b'), 'a comment contains NUL or half a surrogate pair, which is no text'],
    ['an action', () => integer().references(() => items.id, { onDelete: 'drop' as never }), /action is one of no action, restrict/],
    [
      'a match',
      () => integer().references(() => items.id, { match: 'most' as never }),
      `a foreign key's match is one of full, partial, simple, not "most"`,
    ],
  ])('%s', (_, make, sentence) => expect(make).toThrow(sentence))

  test('what contradicts itself', () => {
    expect(() => table('t', { a: integer().default(1).generatedAs(sql<number>`1`) })).toThrow(
      't.a is generated, so it takes no default, no onUpdate and no identity',
    )
    expect(() => table('t', { a: integer().identity().default(1) })).toThrow('t.a is an identity column, so it takes no default')
    expect(() => exclude('e').with(items.id, 'or 1=1')).toThrow(/an operator such as '=' or '&&' stands beside each key/)
    expect(
      () =>
        table('t', { a: integer() }, (t) => [index('i').on(t.a).nullsNotDistinct()]) &&
        metadata({ t: table('t', { a: integer() }, (t) => [index('i').on(t.a).nullsNotDistinct()]) }).toDdl('postgres'),
    ).toThrow(/nullsNotDistinct\(\) is for unique indexes/)
    expect(() => table('t', { a: integer() }, () => [unique('u') as never])).toThrow(/which lacks its columns: \.on/)
  })
})

test('no builder changes what it is called on', () => {
  const t = table('t', { a: integer(), b: text(), c: json() })
  const plain = index('i').on(t.a)
  const before = { ...(TablePart.data(plain, 't') as IndexInfo) }
  plain.unique().where(t.a.gt(1)).using('hash').include(t.b).concurrently().invisible().with({ fillfactor: 1 }).comment('x').fulltext()
  expect(TablePart.data(plain, 't')).toEqual(before)
  expect(Object.isFrozen(TablePart.data(plain, 't'))).toBe(true)
  const key = foreignKey(t.a).references(t.a)
  key.onDelete('cascade').match('full').deferrable().notValid().named('x')
  expect(TablePart.data(key, 't')).toMatchObject({
    onDelete: undefined,
    match: undefined,
    deferrable: undefined,
    notValid: false,
    name: undefined,
  })
  const rule = check('k', t.a.gt(1))
  rule.notValid().notEnforced().noInherit()
  expect(TablePart.data(rule, 't')).toMatchObject({ notValid: false, notEnforced: false, noInherit: false })
  const id = bigint()
  id.notNull()
    .check((c) => c.gt(1))
    .comment('x')
    .generatedAs(sql<bigint>`1`)
  expect(tableInfo(table('u', { id })).columns[0]!.options).toMatchObject({
    notNull: false,
    checks: [],
    comment: undefined,
    generated: undefined,
  })
  const info = tableInfo(
    table(
      'v',
      {
        a: integer()
          .unique()
          .check((a) => a.gt(0)),
      },
      (v) => [primaryKey(v.a), index('j').on(v.a)],
    ),
  )
  for (const list of [
    info,
    info.columns,
    info.checks,
    info.uniques,
    info.indexes,
    info.foreignKeys,
    info.excludes,
    info.options,
    info.primary,
    info.indexes[0],
    info.indexes[0]!.keys,
    info.checks[0],
  ])
    expect(Object.isFrozen(list)).toBe(true)
})

test('entries keep the order of columns whose names look like numbers', () => {
  const made = makeTable<object>('t', undefined, [
    ['b', integer()],
    ['2', integer()],
    ['1', integer()],
  ] as const)
  expect(tableInfo(made as never).columns.map(({ node }) => node.name)).toEqual(['b', '2', '1'])
})

test('an index of a table in a schema', () => {
  const log = schema('audit').table('log', { a: integer() }, (t) => [index('i').on(t.a).comment('c')])
  expect(metadata({ log }).toDdl('postgres').slice(-2)).toEqual([
    'CREATE INDEX "i" ON "audit"."log" ("a")',
    `COMMENT ON INDEX "audit"."i" IS 'c'`,
  ])
})
