/** A metadata of every kind of object: created in order, found in the catalogs, used, dropped, on each server. */
import {
  alias,
  alterDomain,
  alterTable,
  array,
  bigint,
  compile,
  count,
  createEngine,
  domain,
  type Engine,
  enumType,
  foreignKey,
  index,
  insertInto,
  inspect,
  integer,
  materializedView,
  metadata,
  schema,
  select,
  sequence,
  sql,
  table,
  text,
  UnsupportedFeatureError,
  varchar,
  view,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const mood = enumType('mood "\'`', ['sad', "it's", 'so\\so'])
const email = domain('email', varchar(60), { notNull: true, check: (value) => value.like('%@%') })

function things() {
  const users = table('users', { id: integer().primaryKey(), mail: email(), mood: mood().default("it's"), team: integer() }, (t) => [
    foreignKey(t.team).references(() => teams.id),
    index('users_mood').on(t.mood),
  ])
  const teams: any = table('teams', { id: integer().primaryKey(), boss: integer() }, (t) => [foreignKey(t.boss).references(() => users.id)])
  const happy = view('happy', select({ id: users.id, who: users.mail }).from(users).where(users.mood.ne('sad')))
  // declared before the view that it reads
  const few = view('few', select({ n: count(), top: happy.who }).from(happy).groupBy(happy.who))
  return { few, happy, teams, users }
}

for (const target of targets) {
  const name = dialectOf(target)

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeEach(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
    })
    afterEach(async () => {
      await engine.close()
      await database.drop()
    })
    const relations = async () => {
      const inspector = await inspect(engine)
      return (await inspector.tables()).map((one) => (one as { name: string }).name ?? one).sort()
    }

    test('types, tables in a circle and views that read views are created once, used and dropped', async () => {
      const { few, happy, teams, users } = things()
      const db = metadata({ few, happy, teams, users })
      await db.createAll(engine)
      await db.createAll(engine)
      await engine.execute(
        insertInto(users).values([
          { id: 1, mail: 'a@b' },
          { id: 2, mail: 'c@d', mood: 'sad' },
        ]),
      )
      expect(await engine.all(select(happy))).toEqual([{ id: 1, who: 'a@b' }])
      expect(await engine.all(select(few))).toEqual([{ n: 1, top: 'a@b' }])
      const h = alias(happy, 'h')
      expect(await engine.all(select({ id: users.id, who: h.who }).from(users).leftJoin(h, h.id.eq(users.id)).orderBy(users.id))).toEqual([
        { id: 1, who: 'a@b' },
        { id: 2, who: null },
      ])
      // the domain's check and the enum's labels hold against SQL by hand, too
      await expect(engine.execute(sql`insert into users (id, mail) values (3, 'nobody')`)).rejects.toMatchObject({
        name: 'CheckViolationError',
      })
      await expect(engine.execute(sql`insert into users (id, mail, mood) values (3, 'e@f', 'glad')`)).rejects.toThrow()
      await expect(engine.execute(sql`insert into users (id, mail) values (3, null)`)).rejects.toMatchObject({
        name: 'NotNullViolationError',
      })
      await db.dropAll(engine)
      expect(await relations()).toEqual([])
      if (name === 'postgres')
        expect(
          await engine.all(sql`select typname::text from pg_type where typtype in ('e', 'd') and typnamespace = 'public'::regnamespace`),
        ).toEqual([])
      await db.dropAll(engine)
    })

    test('toDdl is what createAll runs, on an empty database', async () => {
      const { few, happy, teams, users } = things()
      const db = metadata({ few, happy, teams, users }) as ReturnType<typeof metadata>
      await using connection = await engine.connect()
      for (const text of db.toDdl(database.dialect)) await connection.script(text)
      expect(await connection.all(select(few))).toEqual([])
    })

    test('listeners and attached statements run on the connection at work, in order', async () => {
      const { teams, users } = things()
      const db = metadata({ teams, users })
      const heard: string[] = []
      const title = (object: object) =>
        object === db ? 'all' : object === users ? 'users' : object === teams ? 'teams' : object === mood ? 'mood' : 'other'
      for (const event of ['beforeCreate', 'afterCreate', 'beforeDrop', 'afterDrop'] as const)
        db.on(event, async (object) => {
          await new Promise((resolve) => setTimeout(resolve, 1))
          if (title(object) !== 'other' && title(object) !== 'mood') heard.push(`${event} ${title(object)}`)
        })
      const off = db.on('afterCreate', async (object, tx) => {
        if (object === users) await tx.execute(insertInto(users).values({ id: 7, mail: 'seed@x' }))
      })
      db.attach('afterCreate', db, sql`create table log as select id from ${users}`)
      db.attach('afterCreate', db, sql`this is no sql`, { dialects: [] })
      await db.createAll(engine)
      // teams and users refer to each other; the one that is reached first stands last
      expect(heard).toEqual([
        'beforeCreate all',
        'beforeCreate users',
        'beforeCreate teams',
        'afterCreate users',
        'afterCreate teams',
        'afterCreate all',
      ])
      expect(await engine.all(sql`select id from log`.returns({ id: integer() }))).toEqual([{ id: 7 }])
      off()
      heard.length = 0
      await engine.execute(sql`drop table log`)
      await db.dropAll(engine)
      expect(heard[0]).toBe('beforeDrop all')
      expect(heard.at(-1)).toBe('afterDrop all')
      expect([...heard].sort()).toEqual([
        'afterDrop all',
        'afterDrop teams',
        'afterDrop users',
        'beforeDrop all',
        'beforeDrop teams',
        'beforeDrop users',
      ])
    })

    test('a failure takes everything back where definitions can be rolled back', async () => {
      const { teams, users } = things()
      const db = metadata({ teams, users })
      db.on('afterCreate', (object) => {
        if (object === db) throw new Error('no')
      })
      await expect(db.createAll(engine)).rejects.toThrow('no')
      expect(await relations()).toEqual(name === 'postgres' || name === 'sqlite' ? [] : ['teams', 'users'])
    })

    test('dropAll of a circle of rows leaves foreign keys checked', async () => {
      const { teams, users } = things()
      const db = metadata({ teams, users })
      await db.createAll(engine)
      await engine.execute(insertInto(users).values({ id: 1, mail: 'a@b' }))
      await engine.execute(insertInto(teams).values({ id: 1, boss: 1 }))
      await engine.execute(sql`update users set team = 1`)
      await db.dropAll(engine)
      expect(await relations()).toEqual([])
      await db.createAll(engine)
      await expect(engine.execute(insertInto(teams).values({ id: 1, boss: 9 }))).rejects.toMatchObject({ name: 'ForeignKeyViolationError' })
    })

    test('inside a transaction it is rolled back with it, or the implicit commit is an error', async () => {
      const { few, happy, teams, users } = things()
      const db = metadata({ few, happy, teams, users })
      const run = engine.transaction(async (tx) => {
        await db.createAll(tx)
        await tx.execute(insertInto(users).values({ id: 1, mail: 'a@b' }))
        await tx.rollback()
      })
      if (name === 'mysql' || name === 'mariadb') {
        await expect(run).rejects.toMatchObject({ name: 'ImplicitCommitError' })
        return
      }
      await run
      expect(await relations()).toEqual([])
    })

    test('a sequence is found by the default that uses it', async () => {
      const ticket = sequence('ticket "\'', { start: 100, increment: 10 })
      const calls = table('calls', { id: bigint().primaryKey().default(ticket.nextValue()), note: text() })
      const db = metadata({ calls })
      if (name === 'mysql' || name === 'sqlite') {
        await expect(db.createAll(engine)).rejects.toBeInstanceOf(UnsupportedFeatureError)
        expect(await relations()).toEqual([])
        return
      }
      await db.createAll(engine)
      await db.createAll(engine)
      await using connection = await engine.connect()
      await connection.execute(insertInto(calls).values([{ note: 'a' }, { note: 'b' }]))
      expect(await connection.all(select(calls.id).from(calls).orderBy(calls.id))).toEqual([{ id: 100n }, { id: 110n }])
      expect(await connection.one(select({ next: ticket.nextValue() }))).toEqual({ next: 120n })
      expect(await connection.one(select({ last: ticket.currentValue() }))).toEqual({ last: 120n })
      await db.dropAll(engine)
      await expect(connection.one(select({ next: ticket.nextValue() }))).rejects.toThrow()
    })

    test('a metadata gives its schema to what has none', async () => {
      const own = `quern_${process.pid}_own`
      const t = table('t', { id: integer().primaryKey() })
      const other = schema(`quern_${process.pid}_other`).table('o', { id: integer().references(() => t.id) })
      const v = view('v', select({ id: t.id }).from(t))
      const db = metadata({ t, other, v }, { schema: own })
      if (name === 'sqlite') {
        await expect(db.createAll(engine)).rejects.toThrow()
        return
      }
      try {
        await db.createAll(engine)
        await db.createAll(engine)
        await engine.execute(insertInto(t).values({ id: 7 }))
        const [first, second] = [sql.identifier(own, 't'), sql.identifier(own, 'v')]
        expect(await engine.all(sql`select id from ${first} union all select id from ${second}`)).toEqual([[7], [7]])
        const x = alias(t, 'x')
        expect(await engine.scalar(select({ id: x.id }).from(x))).toBe(7)
        expect(() => metadata({ t }, { schema: 'another' })).toThrow(
          `"t" has the schema ${JSON.stringify(own)} already, from another metadata`,
        )
        const used = table('used', { id: integer() })
        await engine.all(select({ n: sql<number>`1` }))
        compile(select(used), 'postgres')
        expect(() => metadata({ used }, { schema: own })).toThrow('"used" stands in a statement already')
        expect(() => metadata({ mood: enumType('mood', ['a']) }, { schema: own })).toThrow(`schema(${JSON.stringify(own)}).enumType(…)`)
      } finally {
        await db.dropAll(engine)
        for (const one of [own, `quern_${process.pid}_other`])
          await engine.execute(sql`drop schema if exists ${sql.identifier(one)}${sql.unsafe(name === 'postgres' ? ' cascade' : '')}`)
      }
    })

    test('schemas that tables and views name are created; only declared ones are dropped', async () => {
      const audit = schema(`quern_${process.pid}_audit`)
      const log = audit.table('log', { id: integer().primaryKey(), level: audit.enumType('level', ['low', 'high'])() })
      const recent = audit.view('recent', select({ id: log.id }).from(log).where(log.level.eq('high')))
      const db = metadata({ audit, log, recent })
      if (name === 'sqlite') {
        await expect(db.createAll(engine)).rejects.toMatchObject({ feature: 'schemas' })
        return
      }
      try {
        await db.createAll(engine)
        await db.createAll(engine)
        await engine.execute(
          insertInto(log).values([
            { id: 1, level: 'high' },
            { id: 2, level: 'low' },
          ]),
        )
        expect(await engine.all(select(recent))).toEqual([{ id: 1 }])
        await engine.execute(sql`create table ${sql.identifier(`quern_${process.pid}_audit`, 'stranger')} (id integer)`)
        await expect(db.dropAll(engine)).rejects.toThrow(/stranger|depend/)
        expect(await engine.all(select(recent))).toEqual([{ id: 1 }])
        await engine.execute(sql`drop table ${sql.identifier(`quern_${process.pid}_audit`, 'stranger')}`)
        await metadata({ log, recent }).dropAll(engine)
        await db.dropAll(engine)
        await expect(engine.execute(sql`create table ${sql.identifier(`quern_${process.pid}_audit`, 'x')} (id integer)`)).rejects.toThrow()
      } finally {
        await engine.execute(
          sql`drop schema if exists ${sql.identifier(`quern_${process.pid}_audit`)}${sql.unsafe(name === 'postgres' ? ' cascade' : '')}`,
        )
      }
    })

    test('materialized views are refused before anything is sent, or created and refreshed', async () => {
      const { teams, users } = things()
      const totals = materializedView('totals', select({ n: count() }).from(users))
      const db = metadata({ totals, teams, users })
      if (name !== 'postgres') {
        await expect(db.createAll(engine)).rejects.toMatchObject({ feature: 'materializedViews' })
        expect(await relations()).toEqual([])
        return
      }
      await db.createAll(engine)
      expect(await engine.all(select(totals))).toEqual([{ n: 0 }])
      await db.dropAll(engine)
    })

    test('a domain keeps its default, and a column of it takes it', async () => {
      const code = domain('code "\'', varchar(10), { default: "it's \\", check: (value) => value.ne('bad') })
      const t = table('t', { id: integer().primaryKey(), code: code(), own: code().default('own') })
      const db = metadata({ t, code })
      await db.createAll(engine)
      await engine.execute(insertInto(t).values({ id: 1 }))
      expect(await engine.all(select(t))).toEqual([{ id: 1, code: "it's \\", own: 'own' }])
      await expect(engine.execute(insertInto(t).values({ id: 2, own: 'bad' }))).rejects.toMatchObject({ name: 'CheckViolationError' })
      if (name === 'postgres') {
        await engine.execute(alterDomain(code).setDefault('new'))
        // another text than before, because the server keeps the old default in a prepared statement
        await engine.execute(sql`insert into t (id) values (3)`)
        expect(await engine.one(select({ code: t.code }).from(t).where(t.id.eq(3)))).toEqual({ code: 'new' })
        expect(
          await engine.all(
            sql`select domain_name::text from information_schema.columns where table_name = 't' and domain_name is not null`,
          ),
        ).toHaveLength(2)
      }
      await db.dropAll(engine)
    })

    test('a column of an enum or a domain can be added later, with all that its type means', async () => {
      const base = table('t', { id: integer().primaryKey() })
      const code = domain('code', varchar(10), { check: (value) => value.ne('bad') })
      const later = table('t', { id: integer().primaryKey(), mood: mood(), code: code() })
      await metadata({ base, mood, code }).createAll(engine)
      await engine.execute(alterTable(later).addColumn(later.mood).addColumn(later.code))
      await engine.execute(insertInto(later).values({ id: 1, mood: 'so\\so', code: 'good' }))
      expect(await engine.all(select(later))).toEqual([{ id: 1, mood: 'so\\so', code: 'good' }])
      await expect(engine.execute(sql`insert into t (id, mood) values (2, 'glad')`)).rejects.toThrow()
      await expect(engine.execute(sql`insert into t (id, code) values (2, 'bad')`)).rejects.toMatchObject({ name: 'CheckViolationError' })
    })

    test('an array of an enum brings the type along; an index made CONCURRENTLY is made after the transaction', async () => {
      if (name !== 'postgres') {
        await expect(
          metadata({ t: table('t', { a: integer() }, (t) => [index('i').on(t.a).concurrently()]) }).createAll(engine),
        ).rejects.toMatchObject({ feature: 'concurrentIndex' })
        return
      }
      const t = table('t', { id: integer().primaryKey(), moods: array(mood()) }, (t) => [
        index('i').on(t.id).concurrently().comment("it's"),
      ])
      const db = metadata({ t })
      await db.createAll(engine)
      await engine.execute(insertInto(t).values({ id: 1, moods: ["it's", 'sad'] }))
      expect(await engine.all(select(t))).toEqual([{ id: 1, moods: ["it's", 'sad'] }])
      expect(await engine.all(sql`select obj_description('i'::regclass, 'pg_class')`)).toEqual([["it's"]])
      await db.dropAll(engine)
    })

    test('a view of SQL by hand has the columns that it declares', async () => {
      const one = view('one "\'`', sql`select ${1} as x, ${"it's \\"} as y`.returns({ a: integer(), b: text() }))
      const db = metadata({ one })
      await db.createAll(engine)
      expect(await engine.all(select({ b: one.b, a: one.a }).from(one))).toEqual([{ b: "it's \\", a: 1 }])
      await db.dropAll(engine)
    })
  })
}

test('two objects of one name, an unknown name, and what is no object, are said by name', () => {
  const a = table('x', { id: integer() })
  expect(() => metadata({ a, b: view('x', select(a)) })).toThrow('metadata has a table and a view named x')
  expect(() => metadata({ a, b: table('x', { id: integer() }) })).toThrow('metadata has two tables named x')
  expect(() => metadata({ a: {} })).toThrow('"a" is an object (Object)')
  expect(() => metadata({ a }).table('b' as never)).toThrow('metadata has no table "b"; it has a')
  const [one, two] = [enumType('m', ['a']), enumType('m', ['b'])]
  expect(() => metadata({ t: table('t', { a: one(), b: two() }) }).toDdl('postgres')).toThrow('two objects named m')
  expect(Object.keys(metadata({ a, mood, seq: sequence('s') }).tables)).toEqual(['a'])
})
