import { type DynamicTable, inspect, reflect, UnknownNameError, warningsOf } from '@quern/reflect'
import { columnsOf, count, createEngine, deleteFrom, type Engine, insertInto, integer, select, table, tableInfo, varchar } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { awkwardScript, hostileDefault, hostileNames } from './awkward.js'
import { loadChinook, rowsOf, runScript } from './databases.js'

/** Everything that two databases should agree on, without the schema's name, which on MySQL is the database's. */
async function description(engine: Engine) {
  const inspector = await inspect(engine)
  const without = (list: readonly object[]) =>
    list.map((one) => ({ ...one, schema: undefined, referencedSchema: undefined, notes: undefined }))
  const tables = await inspector.tables()
  return {
    tables: without(tables),
    columns: (await inspector.columns())
      .filter((column) => tables.some(({ name }) => name === column.table))
      .map(({ table: of, name, nullable, identity, length, scale }) => ({ of, name, nullable, identity, length, scale })),
    primaryKeys: without(await inspector.primaryKeys()),
    foreignKeys: without(await inspector.foreignKeys()),
    uniques: without(await inspector.uniques()),
    indexes: without((await inspector.indexes()).filter(({ notes }) => notes.length === 0)),
  }
}

describe.each(targets)('%s', (target) => {
  const databases: FreshDatabase[] = []
  const engines: Engine[] = []
  async function open(): Promise<{ database: FreshDatabase; engine: Engine }> {
    const database = await freshDatabase(target)
    databases.push(database)
    const engine = createEngine(database.url)
    engines.push(engine)
    return { database, engine }
  }
  afterAll(async () => {
    for (const engine of engines) await engine.close()
    for (const database of databases) await database.drop()
  })

  describe('Chinook', () => {
    let database: FreshDatabase
    let engine: Engine
    const spelled = (name: string) =>
      database.dialect === 'postgres' ? name : name.replace(/(^|_)(.)/g, (_, __, letter: string) => letter.toUpperCase())

    beforeAll(async () => {
      ;({ database, engine } = await open())
      await loadChinook(database)
    })

    test('reads every row of every table', async () => {
      const db = await reflect(engine)
      const figures: Record<string, unknown> = {}
      for (const [name, one] of Object.entries(db.tables)) figures[name] = (await engine.all(select(one))).length
      const named = Object.entries({
        album: 347,
        artist: 275,
        customer: 59,
        employee: 8,
        genre: 25,
        invoice: 412,
        invoice_line: 2240,
        media_type: 5,
        playlist: 18,
        playlist_track: 8715,
        track: 3503,
      })
      expect(figures).toEqual(Object.fromEntries(named.map(([name, rows]) => [spelled(name), rows])))
    })

    test('joins over reflected foreign keys, also with a declared table', async () => {
      const db = await reflect(engine)
      const artist = db.table(spelled('artist'))
      const album = db.table(spelled('album'))
      const name = artist[spelled('name')]!
      const query = select({ name, albums: count() }).from(artist).join(album).groupBy(name).having(count().gt(10)).orderBy(count().desc())
      expect(await engine.all(query)).toEqual([
        { name: 'Iron Maiden', albums: 21 },
        { name: 'Led Zeppelin', albums: 14 },
        { name: 'Deep Purple', albums: 11 },
      ])
      const declared = table(spelled('artist'), { id: integer().named(spelled('artist_id')), name: varchar(120).named(spelled('name')) })
      const mixed = select({ name: declared.name, title: album[spelled('title')]! })
        .from(declared)
        .join(album, album[spelled('artist_id')]!.eq(declared.id))
        .where(declared.name.eq('AC/DC'))
      expect((await engine.all(mixed.orderBy(album[spelled('title')]!))).map((row) => row.title)).toEqual([
        'For Those About To Rock We Salute You',
        'Let There Be Rock',
      ])
    })

    test('functions over any table take reflected ones', async () => {
      const db = await reflect(engine)
      const rowsIn = (source: DynamicTable): Promise<Record<string, any>[]> => engine.all(select(source).limit(2))
      expect(await rowsIn(db.table(spelled('playlist')))).toHaveLength(2)
      const of = db.table(spelled('playlist'))
      const key = of[spelled('playlist_id')]!
      const page: { id: any; n: number }[] = await engine.all(
        select({ id: key, n: count() })
          .from(of)
          .where(key.in([1, 8]))
          .groupBy(key)
          .orderBy(key.desc()),
      )
      expect(page).toEqual([
        { id: 8, n: 1 },
        { id: 1, n: 1 },
      ])
    })

    test('writes through reflected tables', async () => {
      const genre = (await reflect(engine, { only: [spelled('genre')] })).table(spelled('genre'))
      const name = spelled('name')
      await engine.execute(insertInto(genre).values({ [name]: 'Polka' }))
      expect(await engine.one(select({ name: genre[name]! }).from(genre).where(genre[name]!.eq('Polka')))).toEqual({ name: 'Polka' })
      await engine.execute(deleteFrom(genre).where(genre[name]!.eq('Polka')))
    })

    test('values arrive as their columns say', async () => {
      const db = await reflect(engine)
      const track = await engine.one(select(db.table(spelled('track'))).where(db.table(spelled('track'))[spelled('track_id')]!.eq(1)))
      const price = database.dialect === 'sqlite' ? 0.99 : '0.99'
      expect(track).toEqual(
        Object.fromEntries(
          Object.entries({
            track_id: 1,
            name: 'For Those About To Rock (We Salute You)',
            album_id: 1,
            media_type_id: 1,
            genre_id: 1,
            composer: 'Angus Young, Malcolm Young, Brian Johnson',
            milliseconds: 343719,
            bytes: 11170334,
            unit_price: price,
          }).map(([key, value]) => [spelled(key), value]),
        ),
      )
      const employee = db.table(spelled('employee'))
      const born = await engine.scalar(
        select({ born: employee[spelled('birth_date')]! })
          .from(employee)
          .where(employee[spelled('employee_id')]!.eq(1)),
      )
      // a PostgreSQL timestamp without a precision holds microseconds, which a Date would cut
      expect(born).toEqual(database.dialect === 'postgres' ? '1962-02-18 00:00:00' : new Date('1962-02-18T00:00:00Z'))
    })

    test('reflect, createAll in an empty database, reflect: nothing changes', async () => {
      const empty = await open()
      await (await reflect(engine)).createAll(empty.engine)
      expect(await description(empty.engine)).toEqual(await description(engine))
    })

    test('takes only what it is asked for, and says what it leaves out', async () => {
      const db = await reflect(engine, { only: [spelled('album'), spelled('track')] })
      expect(Object.keys(db.tables)).toEqual([spelled('album'), spelled('track')])
      expect(
        warningsOf(db)
          .filter(({ kind }) => kind === 'foreign key')
          .map(({ table: of, message }) => [of, message.includes('not among the reflected tables')]),
      ).toEqual([
        [spelled('album'), true],
        [spelled('track'), true],
        [spelled('track'), true],
      ])
      expect(Object.keys((await reflect(engine, { except: [spelled('album')] })).tables)).toHaveLength(10)
      await expect(reflect(engine, { only: ['nothing'] })).rejects.toThrow(UnknownNameError)
      await expect(reflect(engine, { schema: 'nothing' })).rejects.toThrow('there is no schema "nothing"')
      await expect(reflect(engine, { onyl: ['x'] } as never)).rejects.toThrow('reflect has no option "onyl"')
    })
  })

  describe('an awkward schema', () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      ;({ database, engine } = await open())
      await runScript(database, awkwardScript(database.dialect))
    })

    const foreignKeysOf = (node: ReturnType<typeof tableInfo>) =>
      node.foreignKeys.map((key) => ({
        columns: key.columns.map(({ name }) => name),
        target: key.target().map(({ source, name }) => `${source.name}.${name}`),
        onDelete: key.onDelete,
        onUpdate: key.onUpdate,
      }))

    test('keys of several columns keep their order and their actions', async () => {
      const db = await reflect(engine)
      const pair = tableInfo(db.table('pair'))
      expect(pair.primaryKey.map(({ name }) => name)).toEqual(['b', 'a'])
      expect(pair.uniques.map(({ name, columns }) => [name, ...columns.map((column) => column.name)])).toEqual([['pair_twice', 'c', 'a']])
      expect(foreignKeysOf(tableInfo(db.table('child')))).toEqual([
        { columns: ['x', 'y'], target: ['pair.b', 'pair.a'], onDelete: 'cascade', onUpdate: 'set null' },
      ])
      expect(
        tableInfo(db.table('child')).indexes.map(({ name, unique, columns }) => [name, unique, ...columns.map((column) => column.name)]),
      ).toEqual([['child_both', false, 'y', 'code']])
    })

    test('self references and circles', async () => {
      const db = await reflect(engine)
      const [own] = foreignKeysOf(tableInfo(db.table('node')))
      expect(own).toEqual({ columns: ['parent'], target: ['node.id'], onDelete: 'set null', onUpdate: undefined })
      expect(foreignKeysOf(tableInfo(db.table('dept')))[0]).toMatchObject({ columns: ['head'], target: ['emp.id'] })
      expect(foreignKeysOf(tableInfo(db.table('emp')))[0]).toMatchObject({ columns: ['dept'], target: ['dept.id'] })
    })

    test('a hostile default is what the database holds', async () => {
      const db = await reflect(engine)
      const pair = db.table('pair')
      expect(tableInfo(pair).columns.find(({ node }) => node.name === 'c')?.options.default).toEqual({ value: hostileDefault })
      await engine.execute(insertInto(pair).values({ a: 1, b: 2 }))
      expect(await engine.scalar(select({ c: pair.c! }).from(pair))).toBe(hostileDefault)
      await engine.execute(deleteFrom(pair).where(pair.a!.eq(1)))
    })

    test('hostile names are only names', async () => {
      const names = hostileNames(database.dialect)
      const db = await reflect(engine)
      expect(Object.keys(db.tables)).toEqual(expect.arrayContaining(names))
      for (const [i, name] of names.entries()) {
        const one = db.table(name)
        expect(Object.keys(columnsOf(one))).toEqual([...names, 'id', 'up'])
        await engine.execute(insertInto(one).values({ [name]: 'x', id: 1, up: i === 0 ? null : 1 }))
        const read = await engine.one(select(one).where(one[name]!.eq('x')))
        expect(Object.getOwnPropertyDescriptor(read, name)?.value).toBe('x')
        if (i > 0)
          expect(
            await engine.scalar(
              select({ n: count() })
                .from(one)
                .join(db.table(names[i - 1]!)),
            ),
          ).toBe(1)
      }
      expect(await rowsOf(database, 'SELECT count(*) FROM child')).toEqual([[database.dialect === 'postgres' ? '0' : 0]])
      expect(Object.hasOwn(globalThis, 'hacked')).toBe(false)
      for (const name of [...names].reverse()) await engine.execute(deleteFrom(db.table(name)).where(db.table(name).id!.eq(1)))
    })

    test('checks hold in a copy, and what cannot be said is listed', async () => {
      const db = await reflect(engine)
      expect(
        warningsOf(db)
          .filter(({ kind }) => kind === 'index')
          .map(({ name }) => name),
      ).toEqual([])
      expect(
        tableInfo(db.table('node'))
          .indexes.map(({ name, keys }) => [name, ...keys.map(({ descending }) => descending)])
          .sort(),
      ).toEqual([
        ['node_down', true],
        // a unique index and a unique constraint are one thing on MySQL and MariaDB
        ...(['mysql', 'mariadb'].includes(database.dialect) ? [] : [['node_once', false, false]]),
      ])
      if (['mysql', 'mariadb'].includes(database.dialect))
        expect(tableInfo(db.table('node')).uniques.map(({ name }) => name)).toContain('node_once')
      expect(tableInfo(db.table('emp')).checks.map(({ name }) => name)).toEqual(['emp_positive'])
    })

    test('views are views, where asked for', async () => {
      expect(Object.keys((await reflect(engine)).tables)).not.toContain('grown')
      const db = await reflect(engine, { views: true })
      expect(await engine.all(select(db.table('grown')))).toEqual([])
      expect(warningsOf(db).filter(({ kind }) => kind === 'view')).toEqual([])
      const empty = await open()
      await db.createAll(empty.engine)
      const [copied] = await (await inspect(empty.engine)).views()
      const [original] = await (await inspect(engine)).views()
      const bare = (text: string | null | undefined) => text?.toLowerCase().replace(/\s+/g, ' ')
      expect(bare(copied?.definition)).toBe(bare(original?.definition))
    })

    test('reflect, createAll in an empty database, reflect: nothing changes', async () => {
      const empty = await open()
      await (await reflect(engine)).createAll(empty.engine)
      expect(await description(empty.engine)).toEqual(await description(engine))
      const copy = await inspect(empty.engine)
      expect(await copy.checks('emp')).toMatchObject([{ name: 'emp_positive' }])
    })
  })
})
