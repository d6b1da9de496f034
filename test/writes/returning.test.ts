/** RETURNING of rows before and after, MERGE, and statements that change rows inside of others. */
import {
  compile,
  createEngine,
  deleteFrom,
  type Engine,
  insertInto,
  integer,
  mergeInto,
  metadata,
  select,
  table,
  update,
  varchar,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const stock = table('stock', {
  sku: varchar(10).primaryKey(),
  amount: integer().notNull(),
  changed: integer().notNull().default(0).onUpdate(1),
})
const moves = table('moves', { id: integer().primaryKey(), sku: varchar(10).notNull(), by: integer().notNull() })
const log = table('log', { sku: varchar(10).primaryKey(), amount: integer().notNull() })

for (const target of targets) {
  const dialect = dialectOf(target)

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine
    const all = () => engine.all(select(stock).orderBy(stock.sku))

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ stock, moves, log }).createAll(engine)
    })
    beforeEach(async () => {
      for (const one of [stock, moves, log] as const) await engine.execute(deleteFrom(one as typeof stock).allRows())
      await engine.execute(
        insertInto(stock).values([
          { sku: 'a', amount: 5 },
          { sku: 'b', amount: 7 },
          { sku: 'c', amount: 9 },
        ]),
      )
      await engine.execute(
        insertInto(moves).values([
          { id: 1, sku: 'a', by: -5 },
          { id: 2, sku: 'b', by: 3 },
          { id: 3, sku: 'n', by: 4 },
        ]),
      )
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('the row before and after', async () => {
      const changed = update(stock)
        .set({ amount: stock.amount.add(1) })
        .where(stock.sku.eq('a'))
        .returning(({ old, new: now }) => ({ sku: stock.sku, from: old.amount, to: now.amount }))
      const inserted = insertInto(stock)
        .values([
          { sku: 'a', amount: 1 },
          { sku: 'x', amount: 2 },
        ])
        .onConflict(stock.sku)
        .doUpdate((excluded) => ({ amount: excluded.amount }))
        .returning(({ old, new: now }) => ({ sku: now.sku, from: old.amount, to: now.amount }))
      const deleted = deleteFrom(stock)
        .where(stock.sku.eq('b'))
        .returning(({ old, new: now }) => ({ from: old.amount, to: now.amount }))
      const knows = engine.dialect !== undefined
      expect(knows).toBe(true)
      await using connection = await engine.connect()
      if (dialect !== 'postgres' || connection.dialect.version[0] < 18) {
        const feature = dialect === 'mysql' ? 'updateReturning' : dialect === 'mariadb' ? 'updateReturning' : 'returningOldNew'
        await expect(connection.all(changed)).rejects.toMatchObject({ name: 'UnsupportedFeatureError', feature })
        return
      }
      expect(await connection.all(changed)).toEqual([{ sku: 'a', from: 5, to: 6 }])
      expect(await connection.all(inserted)).toEqual([
        { sku: 'a', from: 6, to: 1 },
        { sku: 'x', from: null, to: 2 },
      ])
      expect(await connection.all(deleted)).toEqual([{ from: 7, to: null }])
    })

    test('MERGE', async () => {
      const merge = mergeInto(stock)
        .using(moves, moves.sku.eq(stock.sku))
        .whenMatched(stock.amount.add(moves.by).lte(0))
        .thenDelete()
        .whenMatched()
        .thenUpdate({ amount: stock.amount.add(moves.by) })
        .whenNotMatched()
        .thenInsert({ sku: moves.sku, amount: moves.by })
      if (dialect !== 'postgres') {
        await expect(engine.execute(merge)).rejects.toMatchObject({ name: 'UnsupportedFeatureError', feature: 'merge' })
        return
      }
      expect((await engine.execute(merge)).rowCount).toBe(3)
      expect(await all()).toEqual([
        { sku: 'b', amount: 10, changed: 1 },
        { sku: 'c', amount: 9, changed: 0 },
        { sku: 'n', amount: 4, changed: 0 },
      ])
      await using connection = await engine.connect()
      const more = mergeInto(stock)
        .using(moves, moves.sku.eq(stock.sku))
        .whenNotMatchedBySource(stock.amount.gt(8))
        .thenUpdate({ amount: 0 })
        .whenMatched(moves.by.eq(4))
        .thenDoNothing()
        .whenMatched()
        .thenDelete()
        .returning(stock.sku, moves.id)
      if (connection.dialect.version[0] < 17) {
        await expect(connection.all(more)).rejects.toMatchObject({ feature: 'mergeBySource' })
        return
      }
      expect((await connection.all(more)).sort((a, b) => (a.sku < b.sku ? -1 : 1))).toEqual([
        { sku: 'b', id: 2 },
        { sku: 'c', id: null },
      ])
      expect(await all()).toEqual([
        { sku: 'c', amount: 0, changed: 1 },
        { sku: 'n', amount: 4, changed: 0 },
      ])
    })

    test('statements that change rows, in WITH', async () => {
      const gone = deleteFrom(stock).where(stock.amount.gt(6)).returning(stock.sku, stock.amount).cte('gone')
      const archive = insertInto(log).from(select(gone))
      if (dialect !== 'postgres') {
        await expect(engine.execute(archive)).rejects.toMatchObject({ name: 'UnsupportedFeatureError', feature: 'dmlInWith' })
        return
      }
      expect((await engine.execute(archive)).rowCount).toBe(2)
      expect(await all()).toEqual([{ sku: 'a', amount: 5, changed: 0 }])
      const logged = insertInto(log).values({ sku: 'z', amount: 1 }).onConflict(log.sku).doNothing().returning().cte('logged')
      const changed = update(stock)
        .set({ amount: logged.amount })
        .from(logged)
        .where(stock.sku.eq('a'))
        .returning(stock.sku, logged.amount)
        .cte('changed')
      expect(await engine.all(select(changed))).toEqual([{ sku: 'a', amount: 1 }])
      expect(await engine.all(select(log).orderBy(log.sku))).toEqual([
        { sku: 'b', amount: 7 },
        { sku: 'c', amount: 9 },
        { sku: 'z', amount: 1 },
      ])
    })
  })
}

test('what a MERGE may look at depends on what is there', () => {
  const start = mergeInto(stock).using(moves, moves.sku.eq(stock.sku))
  const unmatched = start.whenNotMatched().thenInsert({ sku: moves.sku, amount: stock.amount })
  expect(() => compile(unmatched, 'postgres')).toThrow('stock is not in FROM')
  const missing = start.whenNotMatchedBySource().thenUpdate({ amount: moves.by })
  expect(() => compile(missing, 'postgres', { version: '17.0' })).toThrow('moves is not in FROM')
  expect(() => compile(start as never, 'postgres')).toThrow('mergeInto(stock) does nothing yet')
  expect(() => start.whenMatched().thenUpdate({})).toThrow('changes nothing')
})
