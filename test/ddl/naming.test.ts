/** Naming conventions: what constraints are called in the catalogs, what columns are called, and what happens to names that are too long. */
import {
  check,
  createEngine,
  exclude,
  foreignKey,
  index,
  integer,
  lower,
  metadata,
  primaryKey,
  snakeCase,
  table,
  tableInfo,
  tables,
  text,
  unique,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const naming = {
  pk: 'pk_%(table)',
  fk: 'fk_%(table)_%(columns)_%(referredTable)_%(referredColumns)',
  uq: 'uq_%(table)_%(column)',
  ck: ({ table: of, columns, name }: { table: string; columns: readonly string[]; name: string | undefined }) =>
    `ck_${of}_${name ?? columns.join('_')}`,
  ix: 'ix_%(table)_%(columns)',
}
const teams = () => table('teams', { id: integer().notNull(), code: integer().notNull() }, (t) => [primaryKey(t.id, t.code)])
const declared = () => {
  const t = teams()
  const people = table(
    'people',
    { id: integer().primaryKey(), team: integer(), code: integer(), name: varchar(20).unique(), age: integer().check((age) => age.gt(0)) },
    (p) => [
      foreignKey(p.team, p.code).references(t.id, t.code),
      unique('given').on(p.team, p.code),
      check('adult', p.age.gt(17)),
      index().on(p.name, p.age.desc()),
    ],
  )
  return { teams: t, people }
}

/** The names that stand after CONSTRAINT and INDEX, as PostgreSQL's text has them. */
const names = (texts: readonly string[], quote = '"'): string[] =>
  texts
    .flatMap((text) => [...text.matchAll(new RegExp(`(?:CONSTRAINT|INDEX) ${quote}([^${quote}]+)${quote}`, 'g'))].map(([, name]) => name!))
    .sort()

const expected = [
  'ck_people_adult',
  'ck_people_age',
  'fk_people_team_code_teams_id_code',
  'given',
  'ix_people_name_age',
  'pk_people',
  'pk_teams',
  'uq_people_name',
]

describe('a convention', () => {
  test('of the metadata names what has no name, by tokens and by functions', () => {
    expect(names(metadata(declared(), { naming }).toDdl('postgres'))).toEqual(expected)
    expect(names(metadata(declared(), { naming }).toDdl('mysql'), '`')).toEqual(expected)
  })

  test('is the same every time, also for a table that two metadata hold', () => {
    const both = declared()
    expect(metadata(both, { naming }).toDdl('sqlite')).toEqual(metadata(both, { naming }).toDdl('sqlite'))
  })

  test('without one, the database names constraints, and an index is named after its columns', () => {
    expect(names(metadata(declared()).toDdl('postgres'))).toEqual(['adult', 'given', 'ix_people_name_age'])
  })

  test('names a key that is an identity column everywhere', () => {
    const t = () => ({ t: table('t', { id: integer().primaryKey().identity() }) })
    for (const dialect of ['postgres', 'sqlite'] as const) expect(names(metadata(t(), { naming }).toDdl(dialect))).toEqual(['pk_t'])
    const given = table('t', { id: integer().identity() }, (c) => [primaryKey(c.id).named('mine')])
    expect(metadata({ given }).toDdl('sqlite')[0]).toContain('"id" INTEGER CONSTRAINT "mine" PRIMARY KEY AUTOINCREMENT')
  })

  test('with %(name) builds upon the given names', () => {
    const t = table('t', { a: integer(), b: integer() }, (c) => [
      unique('one').on(c.a),
      check('big', c.b.gt(1)),
      exclude('ex').with(c.a, '='),
    ])
    const texts = metadata({ t }, { naming: { uq: 'uq_%(table)_%(name)', ck: 'ck_%(name)', ex: '%(name)_%(columns)' } }).toDdl('postgres')
    expect(names(texts)).toEqual(['ck_big', 'ex_a', 'uq_t_one'])
  })

  test('mistakes are answered where they stand', () => {
    const t = () => table('t', { a: integer().check((a) => a.gt(0)) })
    expect(() => metadata({ t: t() }, { naming: { ck: 'ck_%(nmae)' } })).toThrow(
      'naming.ck has no token %(nmae); it takes table, schema, columns, column, referredTable, referredColumns, name',
    )
    expect(() => metadata({ t: t() }, { naming: { check: 'x' } as never })).toThrow(
      /has no option "check"; it takes pk, fk, uq, ck, ex, ix/,
    )
    expect(() => metadata({ t: t() }, { naming: { column: snakeCase } as never })).toThrow(
      /names of columns are fixed when a table is made; give naming.column to tables/,
    )
    expect(() => metadata({ t: t() }, { naming: { ck: 'ck_%(name)' } }).toDdl('postgres')).toThrow(
      /naming.ck asks for %\(name\), which a check of table "t" does not have/,
    )
    const twice = t()
    metadata({ t: twice }, { naming: { pk: 'a' } })
    expect(() => metadata({ t: twice }, { naming: { pk: 'b' } })).toThrow(/table "t" has a naming convention already/)
  })
})

describe('tables({ naming })', () => {
  const maker = tables({ naming: { column: snakeCase, table: snakeCase, uq: 'uq_%(table)_%(columns)' } })
  const userAccounts = maker.table('userAccounts', {
    id: integer().primaryKey(),
    createdBy: integer().unique(),
    HTMLBody: text(),
    own: integer().named('Own Name'),
  })

  test('turns keys into database names, except those that `named` says', () => {
    const { name, columns } = tableInfo(userAccounts)
    expect([name, ...columns.map(({ node }) => `${node.key}=${node.name}`)]).toEqual([
      'user_accounts',
      'id=id',
      'createdBy=created_by',
      'HTMLBody=html_body',
      'own=Own Name',
    ])
    expect(metadata({ userAccounts }).toDdl('postgres')[0]).toContain('CONSTRAINT "uq_user_accounts_created_by" UNIQUE ("created_by")')
  })

  test('makes tables of a schema, too', () => {
    const log = maker.schema('audit').table('logLines', { atLine: integer() })
    expect([tableInfo(log).schema, tableInfo(log).name]).toEqual(['audit', 'log_lines'])
  })

  test('two keys of one name are an error', () => {
    expect(() => maker.table('t', { aB: integer(), a_b: integer() })).toThrow('table "t" has two columns named "a_b"')
  })
})

describe('long names', () => {
  const long = 'ä'.repeat(40)
  const wide = (more: string) =>
    table(`${long.slice(0, 20)}${more}`, { [`${long.slice(0, 20)}x`]: integer(), [`${long.slice(0, 20)}y`]: integer() }, (t: any) => [
      index().on(t[`${long.slice(0, 20)}x`], t[`${long.slice(0, 20)}y`]),
    ])

  test('that a convention made are cut with a hash: whole characters, always the same, never the same for two', () => {
    const name = (more: string) => names(metadata({ t: wide(more) }).toDdl('postgres'))[0]!
    expect(Buffer.byteLength(name('a'))).toBeLessThanOrEqual(63)
    expect(name('a')).toMatch(/^ix_ä+a_ä+_[0-9a-z]{11}$/)
    expect(name('a')).toBe(name('a'))
    expect(name('a')).not.toBe(name('b'))
    const seen = new Set(Array.from({ length: 5000 }, (_, i) => name(`${i}`)))
    expect(seen.size).toBe(5000)
    expect(names(metadata({ t: wide('a') }).toDdl('mysql'), '`')[0]).toHaveLength(64)
    expect(names(metadata({ t: wide('a') }).toDdl('sqlite'))[0]!.length).toBeGreaterThan(64)
  })

  test('that the user wrote are refused', () => {
    const given = table('t', { a: integer() }, (t) => [index('x'.repeat(70)).on(t.a)])
    expect(() => metadata({ given }).toDdl('postgres')).toThrow(/PostgreSQL names have at most 63 bytes/)
    expect(() => metadata({ given }).toDdl('mysql')).toThrow(/MySQL names have at most 64 characters/)
  })
})

describe.each(targets)('on %s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
  })
  afterAll(() => database.drop())

  test('the catalogs have the names, the cut ones too', async () => {
    await using engine = createEngine(database.url)
    const table63 = 't'.repeat(50)
    const t = table(table63, { a: varchar(20).notNull(), b: varchar(20) }, (c) => [
      unique().on(c.b),
      index().on(c.a, ...(target === 'mariadb' ? [] : [lower(c.b)])),
    ])
    const db = metadata({ t, ...declared() }, { naming: { ...naming, uq: 'unique_%(table)_%(columns)' } })
    await db.createAll(engine)
    const { inspect } = await import('quern')
    const inspector = await inspect(engine)
    const found = [...(await inspector.indexes(table63)), ...(await inspector.uniques(table63))].map(({ name }) => name)
    const limited = target !== 'sqlite'
    // SQLite has no names for unique constraints in its catalogs
    expect(found.filter((name) => name !== null && !name.startsWith('sqlite_')).length).toBeGreaterThanOrEqual(limited ? 2 : 1)
    for (const name of found) if (name?.startsWith('ix_') && limited && target !== 'mariadb') expect(name).toMatch(/^ix_t+_/)
    await db.dropAll(engine)
  })
})
