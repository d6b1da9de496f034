import { inspect, printTables, reflect, warningsOf } from '@quern/reflect'
import { createEngine, diff, type Engine, select, tableInfo } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { runScript } from './databases.js'

/** SQLite's further schemas are files attached to one connection, which a pool of connections does not share. */
describe.each(targets.filter((target) => target !== 'sqlite'))('two schemas on %s', (target) => {
  let database: FreshDatabase
  let other: FreshDatabase | undefined
  let engine: Engine
  /** A schema on PostgreSQL, a second database on MySQL and MariaDB. */
  let second: string

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    if (database.dialect === 'postgres') {
      second = 'the "audit"'
      await runScript(database, 'CREATE SCHEMA "the ""audit"""')
    } else {
      other = await freshDatabase(target)
      second = other.name
    }
    const [log, users] =
      database.dialect === 'postgres' ? ['"the ""audit""".log', 'public.users'] : [`${second}.log`, `${database.name}.users`]
    await runScript(
      database,
      `CREATE TABLE users (id int NOT NULL PRIMARY KEY);
       CREATE TABLE ${log} (id int NOT NULL PRIMARY KEY, user_id int NOT NULL, FOREIGN KEY (user_id) REFERENCES ${users} (id));`,
    )
  })
  afterAll(async () => {
    await engine.close()
    await other?.drop()
    await database.drop()
  })

  test('the default one is read alone, and keys leave its name out', async () => {
    const inspector = await inspect(engine)
    expect((await inspector.schemas()).map(({ name }) => name)).toEqual(expect.arrayContaining([inspector.defaultSchema, second]))
    expect(Object.keys((await reflect(inspector)).tables)).toEqual(['users'])
  })

  test('the other one has its name before its tables, and tells of keys that lead out of it', async () => {
    const db = await reflect(engine, { schema: second })
    expect(Object.keys(db.tables)).toEqual([`${second}.log`])
    expect(warningsOf(db).map(({ kind }) => kind)).toEqual(['foreign key'])
    expect(await engine.all(select(db.table(`${second}.log`)))).toEqual([])
  })

  test('together they are joined over their key', async () => {
    const inspector = await inspect(engine)
    const db = await reflect(inspector, { schema: [inspector.defaultSchema!, second] })
    expect(warningsOf(db)).toEqual([])
    const log = db.table(`${second}.log`)
    expect(tableInfo(log).foreignKeys[0]?.target()[0]?.source.name).toBe('users')
    expect(
      await engine.all(
        select({ id: log.id!, user: db.table('users').id! })
          .from(log)
          .join(db.table('users')),
      ),
    ).toEqual([])
    expect(await diff(db, engine)).toEqual([])
    const source = printTables(db, { dialect: database.dialect, camel: true })
    const constant = database.dialect === 'postgres' ? 'theAuditLog' : expect.any(String)
    expect(/export const (\w+) = schema\(/.exec(source)?.[1]).toEqual(constant)
    expect(source).toContain('() => users.id')
  })
})
