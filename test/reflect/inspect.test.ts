import { type Inspector, inspect, UnknownNameError } from '@quern/reflect'
import { createEngine, type Engine } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { loadChinook, rowsOf } from './databases.js'

/** Questions to the catalogs that share no text with Quern's own: what is there, as lines that sort. */
const independent = {
  postgres: {
    columns: `SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'`,
    primaryKeys: `SELECT k.table_name, k.ordinal_position, k.column_name FROM information_schema.table_constraints c
      JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name) WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = 'public'`,
    foreignKeys: `SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'`,
    indexes: `SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%pkey'`,
  },
  mysql: {
    columns: `SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = database()`,
    primaryKeys: `SELECT table_name, seq_in_index, column_name FROM information_schema.statistics WHERE table_schema = database() AND index_name = 'PRIMARY'`,
    foreignKeys: `SELECT table_name, referenced_table_name FROM information_schema.referential_constraints WHERE constraint_schema = database()`,
    indexes: `SELECT DISTINCT table_name, index_name FROM information_schema.statistics WHERE table_schema = database() AND index_name <> 'PRIMARY'`,
  },
  sqlite: {
    columns: `SELECT m.name, c.name, iif(c."notnull", 'NO', 'YES') FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'sqlite_sequence'`,
    primaryKeys: `SELECT m.name, c.pk, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0`,
    foreignKeys: `SELECT m.name, k."table" FROM sqlite_schema m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'`,
    indexes: `SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`,
  },
}

const lines = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.join(' ')).sort()

describe.each(targets)('Chinook on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  let inspector: Inspector
  const questions = () => independent[database.dialect === 'mariadb' ? 'mysql' : database.dialect]

  beforeAll(async () => {
    database = await freshDatabase(target)
    await loadChinook(database)
    engine = createEngine(database.url)
    inspector = await inspect(engine)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  /** `invoice_line` on PostgreSQL, `InvoiceLine` elsewhere. */
  const spelled = (name: string) =>
    database.dialect === 'postgres' ? name : name.replace(/(^|_)(.)/g, (_, __, letter: string) => letter.toUpperCase())

  test('has the eleven tables that its authors list, and no views', async () => {
    const expected = [
      'album',
      'artist',
      'customer',
      'employee',
      'genre',
      'invoice',
      'invoice_line',
      'media_type',
      'playlist',
      'playlist_track',
      'track',
    ].map(spelled)
    expect((await inspector.tables()).map(({ name }) => name).sort()).toEqual(expected.sort())
    expect(await inspector.views()).toEqual([])
  })

  test('has the columns that the database itself counts', async () => {
    const columns = await inspector.columns()
    expect(columns).toHaveLength(64)
    expect(lines(columns.map(({ table, name, nullable }) => [table, name, nullable ? 'YES' : 'NO']))).toEqual(
      lines(await rowsOf(database, questions().columns)),
    )
  })

  test('has the primary keys that the database itself counts', async () => {
    const keys = (await inspector.primaryKeys()).flatMap(({ table, columns }) => columns.map((column, i) => [table, i + 1, column]))
    expect(keys).toHaveLength(12)
    expect(lines(keys)).toEqual(lines(await rowsOf(database, questions().primaryKeys)))
    const key = await inspector.primaryKey(spelled('playlist_track'))
    expect(key?.columns).toEqual([spelled('playlist_id'), spelled('track_id')])
    expect(key?.name).toBe({ postgres: 'playlist_track_pkey', mysql: null, mariadb: null, sqlite: 'PK_PlaylistTrack' }[database.dialect])
  })

  test('has the foreign keys that the database itself counts', async () => {
    const keys = await inspector.foreignKeys()
    expect(keys).toHaveLength(11)
    expect(lines(keys.map(({ table, referencedTable }) => [table, referencedTable]))).toEqual(
      lines(await rowsOf(database, questions().foreignKeys)),
    )
    expect(await inspector.foreignKeys(spelled('employee'))).toEqual([
      expect.objectContaining({
        columns: [spelled('reports_to')],
        referencedTable: spelled('employee'),
        referencedColumns: [spelled('employee_id')],
        onDelete: 'no action',
        onUpdate: 'no action',
        name: { postgres: 'employee_reports_to_fkey', mysql: 'FK_EmployeeReportsTo', mariadb: 'FK_EmployeeReportsTo', sqlite: null }[
          database.dialect
        ],
      }),
    ])
  })

  test('has the indexes that the database itself counts', async () => {
    const indexes = await inspector.indexes()
    expect(indexes).toHaveLength(11)
    expect(lines(indexes.map(({ table, name }) => [table, name]))).toEqual(lines(await rowsOf(database, questions().indexes)))
  })

  test('describes a column', async () => {
    const columns = await inspector.columns(spelled('track'))
    expect(columns.map(({ name }) => name)).toEqual(
      ['track_id', 'name', 'album_id', 'media_type_id', 'genre_id', 'composer', 'milliseconds', 'bytes', 'unit_price'].map(spelled),
    )
    expect(columns[0]).toMatchObject({
      nullable: false,
      default: null,
      generated: null,
      identity: { always: database.dialect === 'postgres', start: null, increment: null },
    })
    expect(columns[1]).toMatchObject({
      type: { postgres: 'character varying(200)', mysql: 'varchar(200)', mariadb: 'varchar(200)', sqlite: 'NVARCHAR(200)' }[
        database.dialect
      ],
      length: 200,
      nullable: false,
      identity: null,
    })
    expect(columns[8]).toMatchObject({ precision: 10, scale: 2, nullable: false })
  })

  test('asks a fixed number of times, however many tables there are', async () => {
    const asked: string[] = []
    const off = engine.on('query', ({ sql }) => asked.push(sql))
    const fresh = await inspect(engine)
    for (const { name } of await fresh.tables()) {
      await fresh.columns(name)
      await fresh.primaryKey(name)
      await fresh.foreignKeys(name)
      await fresh.uniques(name)
      await fresh.indexes(name)
      await fresh.checks(name)
    }
    off()
    expect(asked.length).toBeLessThanOrEqual(10)
  })

  test('says which name it does not know', async () => {
    await expect(inspector.columns('no such')).rejects.toThrow(UnknownNameError)
    await expect(inspector.columns('no such')).rejects.toThrow('has no table or view "no such"')
    await expect(inspector.tables({ schema: 'no such' })).rejects.toThrow('there is no schema "no such"')
  })

  test('works inside a transaction, which sees its own tables', async () => {
    // MySQL and MariaDB end the transaction at a definition
    if (database.dialect === 'mysql' || database.dialect === 'mariadb') {
      await engine.transaction(async (tx) => expect(await (await inspect(tx)).tables()).toHaveLength(11))
      return
    }
    const failure = new Error('undo')
    const work = engine.transaction(async (tx) => {
      const { sql } = await import('quern')
      await tx.execute(sql`CREATE TABLE mine (a integer)`)
      expect((await (await inspect(tx)).tables()).map(({ name }) => name)).toContain('mine')
      throw failure
    })
    await expect(work).rejects.toBe(failure)
    inspector.refresh()
    expect(await inspector.tables()).toHaveLength(11)
  })
})
