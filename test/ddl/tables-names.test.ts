/** Any legal name in every place: the catalogs have it letter by letter. */
import {
  check,
  createEngine,
  type Engine,
  foreignKey,
  index,
  insertInto,
  integer,
  metadata,
  mysqlOptions,
  partition,
  partitionBy,
  postgresOptions,
  primaryKey,
  select,
  sql,
  table,
  tableComment,
  text,
  unique,
  varchar,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const awkward = ['a"b', "it's", 'c`d', 'e\\f', 'g;h -- i', '50 % ?', '$1', ':x', 'שלום עולם', 'select', 'A.B', ' x', '/* y */', 'a\tb']
const wide = 'e😀'

for (const target of targets) {
  const dialect = dialectOf(target)
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine
    const rows = async (query: string) =>
      ((await engine.all(sql`${sql.unsafe(query)}`)) as unknown[][]).map((row) =>
        row.map((value) => (value === null ? null : String(value))),
      )

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each([...awkward, wide])('%j', async (name) => {
      const other = table(`${name}2`, { [name]: integer().notNull() }, (t: any) => [primaryKey(t[name]).named(`${name}p`)])
      const t = table(name, { [name]: integer(), [`${name}c`]: varchar(20), g: integer().generatedAs((t) => t[name].add(1)) }, (t: any) => [
        foreignKey(t[name]).references(other[name]!).named(`${name}f`),
        unique(`${name}u`).on(t[`${name}c`]),
        check(`${name}k`, t[`${name}c`].ne(name)),
        index(`${name}i`).on(t[name], t[`${name}c`].desc()),
      ])
      const db = metadata({ other, t })
      if (name === wide && dialect !== 'postgres' && dialect !== 'sqlite') {
        await expect(db.createAll(engine)).rejects.toThrow(/has no characters beyond U\+FFFF in names; "e😀/)
        return
      }
      await db.createAll(engine, { checkFirst: false })
      await engine.execute(insertInto(other).values({ [name]: 1 }))
      await engine.execute(insertInto(t).values({ [name]: 1, [`${name}c`]: 'x' }))
      expect(await engine.all(select(t))).toEqual([
        Object.fromEntries([
          [name, 1],
          [`${name}c`, 'x'],
          ['g', 2],
        ]),
      ])
      const found = {
        postgres:
          "select conname::text from pg_constraint where contype <> 'n' and connamespace = 'public'::regnamespace union all select relname::text from pg_class where relkind in ('i', 'r') and relnamespace = 'public'::regnamespace",
        mysql:
          'select CONSTRAINT_NAME from information_schema.TABLE_CONSTRAINTS where TABLE_SCHEMA = database() union all select INDEX_NAME from information_schema.STATISTICS where TABLE_SCHEMA = database() union all select TABLE_NAME from information_schema.TABLES where TABLE_SCHEMA = database()',
        mariadb:
          'select CONSTRAINT_NAME from information_schema.TABLE_CONSTRAINTS where TABLE_SCHEMA = database() union all select INDEX_NAME from information_schema.STATISTICS where TABLE_SCHEMA = database() union all select TABLE_NAME from information_schema.TABLES where TABLE_SCHEMA = database()',
        sqlite: 'select name from sqlite_master',
      }[dialect]
      const names = (await rows(found)).map(([one]) => one)
      const constraints = dialect === 'sqlite' ? [] : [`${name}f`, `${name}u`, `${name}k`]
      expect(names).toEqual(expect.arrayContaining([name, `${name}2`, `${name}i`, ...constraints]))
      await db.dropAll(engine)
    })

    test('comments, storage values and partitions', async () => {
      if (dialect === 'sqlite')
        return expect(() => metadata({ t: table('t', { a: integer() }, () => [tableComment('x')]) }).toDdl('sqlite')).toThrow(/no comments/)
      for (const name of awkward) {
        const comment = `${name} ${awkward.join(' ')}`
        const t = table('t', { a: varchar(20).comment(comment) }, (t) => [
          tableComment(comment),
          partitionBy('list', t.a).partitions(partition(name).in([name, awkward.join('').slice(0, 20)])),
        ])
        await metadata({ t }).createAll(engine, { checkFirst: false })
        await engine.execute(insertInto(t).values({ a: name }))
        const query =
          dialect === 'postgres'
            ? "select obj_description('t'::regclass), col_description('t'::regclass, 1), (select relname::text from pg_class c join pg_inherits i on i.inhrelid = c.oid)"
            : "select TABLE_COMMENT, (select COLUMN_COMMENT from information_schema.COLUMNS c where c.TABLE_SCHEMA = database() and c.TABLE_NAME = 't'), (select PARTITION_NAME from information_schema.PARTITIONS p where p.TABLE_SCHEMA = database() and p.TABLE_NAME = 't') from information_schema.TABLES where TABLE_SCHEMA = database() and TABLE_NAME = 't'"
        expect(await rows(query)).toEqual([[comment, comment, name]])
        await metadata({ t }).dropAll(engine)
      }
    })

    test('a collation, a tablespace, an engine and an operator class that are not there are names, never SQL', async () => {
      const evil = 'x"; drop table people; --`\''
      const parts = {
        postgres: [
          () => [postgresOptions({ tablespace: evil })],
          () => [postgresOptions({ accessMethod: evil })],
          () => [postgresOptions({ with: { [evil]: evil } })],
        ],
        mysql: [() => [mysqlOptions({ engine: evil })], () => [mysqlOptions({ collate: evil })], () => [mysqlOptions({ charset: evil })]],
        mariadb: [() => [mysqlOptions({ engine: evil })], () => [mysqlOptions({ collate: evil })], () => [mysqlOptions({ charset: evil })]],
        sqlite: [],
      }[dialect]
      await metadata({ people: table('people', { a: integer() }) }).createAll(engine)
      for (const part of parts) await expect(metadata({ t: table('t', { a: integer() }, part) }).createAll(engine)).rejects.toThrow()
      const collated = metadata({ t: table('t', { a: text().collate(evil) }) }).createAll(engine)
      await expect(collated).rejects.toThrow()
      expect(await rows('select count(*) from people')).toEqual([['0']])
    })
  })
}
