/** Types, sequences, views, schemas; what is not declared; where a comparison may run, and what it leaves behind. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  check,
  createEngine,
  customType,
  type DiffOptions,
  diff,
  domain,
  type Engine,
  enumType,
  integer,
  lower,
  type Metadata,
  metadata,
  printTables,
  QuernError,
  reflect,
  schema,
  select,
  sequence,
  sql,
  table,
  unique,
  varchar,
  verify,
  view,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { root } from './compiling.js'
import { loadSchema, rowsOf, runScript, samples } from './databases.js'
import { catalogOf } from './independent.js'

const users = table(
  'users',
  { id: integer().primaryKey().identity(), name: varchar(50).notNull(), kind: varchar(20), age: integer().default(sql<number>`1 + 1`) },
  (t) => [unique('users_name').on(t.name), check('users_kind', lower(t.kind).eq('x'))],
)
const named = view('named', select({ id: users.id, name: users.name }).from(users).where(users.age.gt(3)))

for (const target of targets) {
  const dialect = dialectOf(target)
  const isMysql = dialect === 'mysql' || dialect === 'mariadb'

  describe(`on ${target}`, () => {
    const databases: FreshDatabase[] = []
    const engines: Engine[] = []

    async function open(): Promise<{ database: FreshDatabase; engine: Engine }> {
      const database = await freshDatabase(target)
      databases.push(database)
      const engine = createEngine(database.url)
      engines.push(engine)
      return { database, engine }
    }
    const told = async (db: Metadata<any>, on: Parameters<typeof diff>[1], options?: DiffOptions) =>
      (await diff(db, on, options)).map(({ message }) => message)

    afterAll(async () => {
      for (const engine of engines) await engine.close()
      for (const database of databases) await database.drop()
    })

    test('views, and what nobody declared', async () => {
      const { database, engine } = await open()
      const db = metadata({ users, named })
      expect(await told(db, engine)).toEqual(['table "users" is missing', 'view "named" is missing'])
      await db.createAll(engine)
      expect(await told(db, engine)).toEqual([])
      await expect(verify(db, engine)).resolves.toBeUndefined()
      await runScript(
        database,
        `DROP VIEW named; CREATE VIEW named AS SELECT id, name FROM users WHERE age > 4; CREATE TABLE migrations (n int); CREATE VIEW more AS SELECT 1 AS one`,
      )
      const found = await diff(db, engine)
      expect(found.map(({ kind, change, table: of, name }) => [kind, change, of, name])).toEqual([
        ['view', 'changed', 'named', undefined],
        ['table', 'extra', 'migrations', undefined],
        ['view', 'extra', 'more', undefined],
      ])
      expect(found[1]!.message).toBe('table "migrations" is not declared')
      expect(await told(db, engine, { extra: 'ignore' })).toEqual([found[0]!.message])
      expect(await told(db, engine, { except: ['migr*', 'more'] })).toEqual([found[0]!.message])
      expect(await told(db, engine, { ignore: ['view'] })).toEqual(['table "migrations" is not declared'])
      // views are none of the business of a metadata that has none
      expect(await told(metadata({ users }), engine, { except: ['migrations'] })).toEqual([])
      await runScript(database, 'DROP VIEW named; CREATE VIEW named AS SELECT id AS number, name FROM users WHERE age > 3')
      expect(await told(db, engine, { extra: 'ignore' })).toEqual(['view "named" has the columns number, name; declared is id, name'])
      await expect(diff(db, engine, { extr: 1 } as never)).rejects.toThrow('diff has no option "extr"; it has extra, except, ignore')
      await expect(diff(db, engine, { extra: 'no' } as never)).rejects.toThrow(QuernError)
    })

    test('what is written in other words is the same, and what does not fit is not', async () => {
      const { database, engine } = await open()
      const id = { postgres: 'id serial', mysql: 'id integer auto_increment', mariadb: 'id integer auto_increment', sqlite: 'id INTEGER' }[
        dialect
      ]
      const kind = { postgres: 'character varying(20)', sqlite: 'nvarchar(20)' }[dialect as 'sqlite'] ?? 'VarChar(20)'
      await runScript(
        database,
        `create table users (${id} primary key, name varchar(50) not null, kind ${kind} default null, age int default (1+1),
           constraint users_name unique (name), constraint users_kind check ((((LOWER(kind)))='x')))`,
      )
      const db = metadata({ users })
      expect(await told(db, engine)).toEqual([])
      if (dialect !== 'postgres') return
      await runScript(
        database,
        "CREATE TYPE pair AS ENUM ('a'); ALTER TABLE users ADD pair pair, ADD bare text DEFAULT 'x', ADD CHECK (bare <> '')",
      )
      const more = table('users', { pair: customType('pair'), bare: integer().default(1) })
      expect(
        (await diff(metadata({ more }), engine, { extra: 'ignore' }))
          .filter(({ change }) => change !== 'extra')
          .map(({ message }) => message),
      ).toEqual([
        'column "users.bare" has the type text; declared is integer',
        `column "users.bare" has the default 'x'::text; declared is 1`,
      ])
    })

    test('leaves nothing behind, and runs nothing', async () => {
      const { database, engine } = await open()
      const db = metadata({ users, named })
      await db.createAll(engine)
      // as somebody else would have written them
      await runScript(
        database,
        dialect === 'sqlite'
          ? 'DROP VIEW named; CREATE VIEW named AS SELECT id, name FROM users WHERE age>3'
          : 'DROP VIEW named; CREATE VIEW named AS SELECT u.id, u.name FROM users AS u WHERE age > 3',
      )
      const before = await catalogOf(database)
      await using connection = await engine.connect()
      const trace = isMysql ? await connection.all(sql`SHOW VARIABLES LIKE 'optimizer\\_trace%'`) : []
      await told(db, connection)
      await told(db, connection)
      if (isMysql) expect(await connection.all(sql`SHOW VARIABLES LIKE 'optimizer\\_trace%'`)).toEqual(trace)
      expect(await catalogOf(database)).toEqual(before)
      if (dialect !== 'postgres') return
      // a default that draws from a sequence is planned and not run
      await runScript(database, "CREATE SEQUENCE numbers; ALTER TABLE users ALTER age SET DEFAULT nextval('numbers') + 1")
      const drawing = table('users', { age: integer().default(sql<number>`1 + nextval('numbers'::regclass)`) })
      expect(
        (await diff(metadata({ drawing }), engine, { ignore: ['column', 'unique', 'check'], extra: 'ignore' })).map(({ kind }) => kind),
      ).toEqual(['default', 'primary key'])
      expect(await rowsOf(database, 'SELECT is_called FROM numbers')).toEqual([[false]])
    })

    test('in a transaction, which goes on after what the server refuses', async () => {
      const { engine } = await open()
      const db = metadata({ users, named })
      await db.createAll(engine)
      const other = metadata({
        users: table(
          'users',
          { id: integer().primaryKey().identity(), name: varchar(50).notNull(), kind: varchar(20), gone: integer() },
          (t) => [unique('users_name').on(t.name), check('users_kind', t.gone.gt(1))],
        ),
      })
      await engine.transaction(async (tx) => {
        expect(await told(db, tx)).toEqual([])
        expect((await diff(other, tx)).map(({ kind, change, name }) => [kind, change, name])).toEqual([
          ['column', 'missing', 'gone'],
          ['column', 'extra', 'age'],
          ['check', 'changed', 'users_kind'],
        ])
        expect(await tx.scalar(select({ one: sql<number>`1` }))).toBeTruthy()
      })
    })

    test.each(samples)('the TypeScript of %s is what its database is', async (sample) => {
      const { database, engine } = await open()
      await loadSchema(sample, database)
      await mkdir(join(root, '.cache'), { recursive: true })
      const directory = await mkdtemp(join(root, '.cache/diff-'))
      try {
        const reflected = await reflect(engine, { views: true })
        for (const camel of [false, true]) {
          const file = join(directory, `schema-${camel}.ts`)
          await writeFile(file, printTables(reflected, { dialect, camel }))
          const printed = require(file) as { readonly db: Metadata<any> }
          expect([camel, ...(await told(printed.db, engine))]).toEqual([camel])
        }
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    })

    test('where nothing may be written, a view of PostgreSQL is not compared, and said to be so', async () => {
      const { engine } = await open()
      const db = metadata({ users, named })
      await db.createAll(engine)
      const found = await engine.transaction((tx) => diff(db, tx), { readOnly: true })
      expect(found.map(({ kind, table: of }) => [kind, of])).toEqual(dialect === 'postgres' ? [['not compared', 'named']] : [])
      for (const { message } of found)
        expect(message).toMatch(/^view "named" is not compared: the server did not say whether SELECT .* is SELECT /)
    })

    if (dialect === 'postgres') {
      test('what nobody may read is not compared', async () => {
        const { database, engine } = await open()
        const db = metadata({ users })
        await db.createAll(engine)
        const role = `${database.name}_reader`
        await runScript(database, `CREATE ROLE ${role}`)
        try {
          await using connection = await engine.connect()
          await connection.script(`SET ROLE ${role}`)
          expect((await diff(db, connection)).map(({ kind, table: of, name }) => [kind, of, name])).toEqual([
            ['not compared', 'users', 'users_kind'],
          ])
          expect(await diff(db, connection, { ignore: ['not compared'] })).toEqual([])
          await connection.script(`RESET ROLE; GRANT SELECT ON users TO ${role}; SET ROLE ${role}`)
          expect(await diff(db, connection)).toEqual([])
          await connection.script('RESET ROLE')
        } finally {
          await runScript(database, `DROP OWNED BY ${role}; DROP ROLE ${role}`)
        }
      })

      test('enum types, domains, sequences, schemas', async () => {
        const { database, engine } = await open()
        const audit = schema('audit')
        const mood = enumType('mood', ['sad', 'ok'])
        const level = audit.enumType('level', ['low', 'high'])
        const email = domain('email', varchar(200), {
          notNull: true,
          default: 'a@b',
          check: (value) => value.like('%@%'),
          checkName: 'has_at',
        })
        const ticket = sequence('ticket', { start: 1000, increment: 10 })
        const logs = audit.table('logs', {
          id: integer().primaryKey(),
          level: level().default('low'),
          by: integer().references(() => users.id),
        })
        const moody = table('moody', { id: integer().primaryKey(), mood: mood().default('ok'), email: email() })
        const db = metadata({ audit, mood, level, email, ticket, users, logs, moody })
        expect(await told(db, engine)).toEqual([
          'schema "audit" is missing',
          'enum "mood" is missing',
          'domain "email" is missing',
          'sequence "ticket" is missing',
          'table "users" is missing',
          'table "moody" is missing',
        ])
        await db.createAll(engine)
        expect(await told(db, engine)).toEqual([])
        const numbers = (increment: number, more = '') =>
          `AS bigint START 1000 INCREMENT ${increment} MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1${more}`
        const changes: readonly (readonly [change: string, undo: string, ...messages: string[]])[] = [
          ['ALTER DOMAIN email DROP NOT NULL', 'ALTER DOMAIN email SET NOT NULL', 'domain "email" is nullable; declared is NOT NULL'],
          [
            "ALTER DOMAIN email SET DEFAULT 'c@d'",
            "ALTER DOMAIN email SET DEFAULT 'a@b'",
            `domain "email" has the default 'c@d'::character varying; declared is 'a@b'`,
          ],
          [
            "ALTER DOMAIN email DROP CONSTRAINT has_at; ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@_%')",
            "ALTER DOMAIN email DROP CONSTRAINT has_at; ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%')",
            `domain "email" has the check (VALUE)::text ~~ '%@_%'::text; declared is "value" LIKE '%@%' ESCAPE '\\'`,
          ],
          [
            'ALTER SEQUENCE ticket INCREMENT BY 5',
            'ALTER SEQUENCE ticket INCREMENT BY 10',
            `sequence "ticket" is ${numbers(5)}; declared is ${numbers(10)}`,
          ],
          [
            'ALTER SEQUENCE ticket CYCLE',
            'ALTER SEQUENCE ticket NO CYCLE',
            `sequence "ticket" is ${numbers(10, ' CYCLE')}; declared is ${numbers(10)}`,
          ],
          [
            'ALTER TABLE audit.logs DROP COLUMN level',
            "ALTER TABLE audit.logs ADD level audit.level DEFAULT 'low'",
            'column "audit.logs.level" is missing: "audit"."level"',
          ],
          ['CREATE TYPE more AS ENUM ()', 'DROP TYPE more', 'enum "more" is not declared'],
          ['CREATE DOMAIN more AS text', 'DROP DOMAIN more', 'domain "more" is not declared'],
          ['CREATE SEQUENCE more', 'DROP SEQUENCE more', 'sequence "more" is not declared'],
          ['CREATE TABLE audit.more (a int)', 'DROP TABLE audit.more', 'table "audit.more" is not declared'],
          [
            "ALTER TYPE mood ADD VALUE 'happy'",
            'ALTER SEQUENCE ticket MINVALUE 1',
            'enum "mood" has the labels "sad", "ok", "happy"; declared is "sad", "ok"',
          ],
          [
            'DROP TABLE audit.logs; DROP TYPE audit.level',
            '',
            'enum "mood" has the labels "sad", "ok", "happy"; declared is "sad", "ok"',
            'enum "audit.level" is missing',
            'table "audit.logs" is missing',
          ],
        ]
        for (const [change, undo, ...messages] of changes) {
          await runScript(database, change)
          expect([change, ...(await told(db, engine))]).toEqual([change, ...messages])
          await runScript(database, undo)
        }
      })
    }
  })
}
