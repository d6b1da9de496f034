/** createAll and dropAll on four databases: what is there afterwards is read from the catalogs. */
import {
  check,
  createEngine,
  type Engine,
  foreignKey,
  index,
  inspect,
  integer,
  metadata,
  numeric,
  primaryKey,
  sql,
  table,
  text,
  unique,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const teams = table(
  'teams',
  { id: integer().primaryKey().identity(), name: varchar(40).notNull().unique(), leaderId: integer().named('leader_id') },
  (t) => [
    foreignKey(t.leaderId)
      .references(() => people.id)
      .named('teams_leader'),
  ],
)
const people: any = table(
  'people',
  {
    id: integer().primaryKey().identity(),
    teamId: integer().named('team_id'),
    first: varchar(40).notNull(),
    last: varchar(40).notNull(),
    pay: numeric(10, 2).default('0.50'),
  },
  (t) => [
    foreignKey(t.teamId)
      .references(() => teams.id)
      .onDelete('set null')
      .named('people_team'),
    index('people_last').on(t.last),
    unique('people_name').on(t.first, t.last),
    check('people_first', t.first.ne('')),
  ],
)
const notes = table('notes', { personId: integer().notNull(), day: integer().notNull(), body: text().default("it's \\ here") }, (t) => [
  primaryKey(t.personId, t.day),
  foreignKey(t.personId)
    .references(() => people.id)
    .onDelete('cascade'),
])
const db = metadata({ notes, teams, people })

for (const target of targets) {
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

    const counts = async () => {
      const inspector = await inspect(engine)
      const [tables, keys, indexes, uniques, checks] = await Promise.all([
        inspector.tables(),
        inspector.foreignKeys(),
        inspector.indexes(),
        inspector.uniques(),
        inspector.checks(),
      ])
      return {
        tables: tables.length,
        keys: keys.length,
        last: indexes.filter(({ name }) => name === 'people_last').length,
        uniques: uniques.length,
        checks: checks.length,
      }
    }

    test('createAll makes tables that refer to each other in a circle, once, and dropAll takes them away', async () => {
      await db.createAll(engine)
      const first = await counts()
      expect(first).toEqual({ tables: 3, keys: 3, last: 1, uniques: 2, checks: 1 })
      await db.createAll(engine)
      expect(await counts()).toEqual(first)
      await engine.execute(sql`insert into ${people} (first, last) values ('Ada', 'Lovelace')`)
      await engine.execute(sql`insert into ${notes} (${sql.identifier('personId')}, day) values (1, 1)`)
      expect(await engine.all(sql`select pay, body from people, notes`.returns({ pay: numeric(), body: text() }))).toEqual([
        { pay: '0.5', body: "it's \\ here" },
      ])
      await db.dropAll(engine)
      expect((await counts()).tables).toBe(0)
      await db.dropAll(engine)
    })

    test('what is there already is left alone, and checkFirst: false insists', async () => {
      await metadata({ teams: table('teams', { id: integer().primaryKey() }) }).createAll(engine)
      await metadata({ teams }).createAll(engine)
      expect(await (await inspect(engine)).columns('teams')).toHaveLength(1)
      await expect(
        metadata({ teams: table('teams', { id: integer().primaryKey() }) }).createAll(engine, { checkFirst: false }),
      ).rejects.toThrow(/exists/)
    })

    test('toDdl is what createAll runs', async () => {
      await using connection = await engine.connect()
      for (const statement of db.toDdl(database.dialect)) await connection.script(statement)
      expect(await counts()).toEqual({ tables: 3, keys: 3, last: 1, uniques: 2, checks: 1 })
    })
  })
}
