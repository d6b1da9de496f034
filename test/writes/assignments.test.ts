/** What UPDATE and DELETE mean: the same on all four, or refused; every answer is known by hand from the rows. */
import {
  alias,
  caseWhen,
  createEngine,
  deleteFrom,
  type Engine,
  exists,
  insertInto,
  integer,
  max,
  metadata,
  or,
  select,
  sum,
  table,
  update,
  varchar,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const t = table('t', { id: integer().primaryKey(), g: integer().notNull(), a: integer(), b: integer(), c: integer() })
const s = table('s', { id: integer().primaryKey(), tId: integer().named('t_id'), v: integer(), note: varchar(20) })
const u = alias(t, 'u')
const rows = [
  { id: 1, g: 1, a: 10, b: 20, c: 30 },
  { id: 2, g: 1, a: 11, b: 21, c: 31 },
  { id: 3, g: 2, a: 12, b: 22, c: 32 },
]
const others = [
  { id: 1, tId: 1, v: 100, note: 'x' },
  { id: 2, tId: 1, v: 100, note: 'y' },
  { id: 3, tId: 3, v: 300, note: 'x' },
  { id: 4, tId: null, v: 400, note: 'x' },
]
const unsupported = (feature: string) => expect.objectContaining({ name: 'UnsupportedFeatureError', feature })

for (const target of targets) {
  const dialect = dialectOf(target)
  const mysqlLike = dialect === 'mysql' || dialect === 'mariadb'

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine
    const all = () => engine.all(select(t).orderBy(t.id))
    const left = async () => (await engine.all(select(t.id).from(t).orderBy(t.id))).map(({ id }) => id)

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ t, s }).createAll(engine)
    })
    beforeEach(async () => {
      await engine.execute(deleteFrom(t).allRows())
      await engine.execute(deleteFrom(s).allRows())
      await engine.execute(insertInto(t).values(rows))
      await engine.execute(insertInto(s).values(others))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('columns that take each other’s values swap, or are refused', async () => {
      const swap = update(t).set({ a: t.b, b: t.a }).where(t.id.eq(1))
      if (mysqlLike) {
        await expect(engine.execute(swap)).rejects.toEqual(unsupported('swapInSet'))
        expect((await all())[0]).toEqual(rows[0])
      } else {
        await engine.execute(swap)
        expect((await all())[0]).toEqual({ id: 1, g: 1, a: 20, b: 10, c: 30 })
      }
    })

    test('an assignment sees the row as it was, whatever the order of the keys', async () => {
      await engine.execute(
        update(t)
          .set({ a: 5, b: t.a.add(1), c: t.b.add(t.a) })
          .where(t.id.eq(1)),
      )
      await engine.execute(
        update(t)
          .set({ c: t.b.add(t.a), b: t.a.add(1), a: 5 })
          .where(t.id.eq(2)),
      )
      expect((await all()).slice(0, 2)).toEqual([
        { id: 1, g: 1, a: 5, b: 11, c: 30 },
        { id: 2, g: 1, a: 5, b: 12, c: 32 },
      ])
    })

    test('so it does beside a join', async () => {
      const joined = update(t).set({ a: s.v, b: t.a, c: t.b }).from(s).where(s.tId.eq(t.id), s.note.eq('x'))
      expect((await engine.execute(joined)).rowCount).toBe(2)
      expect(await all()).toEqual([{ id: 1, g: 1, a: 100, b: 10, c: 20 }, rows[1], { id: 3, g: 2, a: 300, b: 12, c: 22 }])
    })

    test('a row that meets several others is changed and counted once', async () => {
      const result = await engine.execute(
        update(t)
          .set({ a: t.a.add(s.v) })
          .from(s)
          .where(s.tId.eq(t.id)),
      )
      expect(result.rowCount).toBe(2)
      expect((await all()).map(({ a }) => a)).toEqual([110, 11, 312])
    })

    test('inner joins may be about the changed table, outer ones are between the others', async () => {
      const more = alias(s, 'more')
      await engine.execute(
        update(t)
          .set({ a: s.v, b: more.v })
          .from(s)
          .leftJoin(more, more.id.eq(s.id.add(1)))
          .join(u, u.id.eq(t.id))
          .where(s.id.eq(t.id), u.g.eq(1)),
      )
      expect(await all()).toEqual([{ ...rows[0], a: 100, b: 100 }, { ...rows[1], a: 100, b: 300 }, rows[2]])
    })

    test('a table joined with itself, and with a subquery over itself', async () => {
      await engine.execute(
        update(t)
          .set({ c: u.a })
          .from(u)
          .where(u.id.eq(t.id.add(1))),
      )
      expect((await all()).map(({ c }) => c)).toEqual([11, 12, 32])
      const totals = select({ g: t.g, total: sum(t.a) })
        .from(t)
        .groupBy(t.g)
        .subquery('totals')
      await engine.execute(update(t).set({ c: totals.total }).from(totals).where(totals.g.eq(t.g)))
      expect((await all()).map(({ c }) => c)).toEqual([21, 21, 12])
      const plain = select({ id: u.id, a: u.a }).from(u).where(u.a.gt(10)).subquery('plain')
      await engine.execute(
        update(t)
          .set({ a: plain.a.add(1) })
          .from(plain)
          .where(plain.id.eq(t.id)),
      )
      expect((await all()).map(({ a }) => a)).toEqual([10, 12, 13])
    })

    test('subqueries over the changed table see it as it was', async () => {
      const top = select({ m: max(u.a) })
        .from(u)
        .scalar()
      await engine.execute(
        update(t)
          .set({ a: top })
          .where(t.id.in(select(u.id).from(u).where(u.a.lt(12)))),
      )
      expect((await all()).map(({ a }) => a)).toEqual([12, 12, 12])
      await engine.execute(
        update(t)
          .set({
            b: select({ m: max(t.b) })
              .from(t)
              .scalar(),
          })
          .allRows(),
      )
      expect((await all()).map(({ b }) => b)).toEqual([22, 22, 22])
      await engine.execute(
        deleteFrom(t).where(
          t.id.eq(
            select({ m: max(t.id) })
              .from(t)
              .scalar(),
          ),
        ),
      )
      expect(await left()).toEqual([1, 2])
      await engine.execute(deleteFrom(t).where(t.id.in(select(u.id).from(u).where(u.id.gt(0)).orderBy(u.id).limit(1))))
      expect(await left()).toEqual([2])
    })

    test('also where one is asked for by some rows only, or it is refused', async () => {
      const top = select({ m: max(u.a) })
        .from(u)
        .scalar()
      const some = update(t)
        .set({ a: caseWhen(t.id.eq(1)).then(99).else(top) })
        .allRows()
      const either = update(t)
        .set({ a: 99 })
        .where(or(t.id.eq(1), t.a.eq(top)))
      if (dialect === 'mysql') {
        await expect(engine.execute(some)).rejects.toEqual(unsupported('targetInSubquery'))
        await expect(engine.execute(either)).rejects.toEqual(unsupported('targetInSubquery'))
        return
      }
      await engine.execute(either)
      expect((await all()).map(({ a }) => a)).toEqual([99, 11, 99])
      await engine.execute(
        update(t)
          .set({ a: t.b.sub(10) })
          .allRows(),
      )
      await engine.execute(some)
      expect((await all()).map(({ a }) => a)).toEqual([99, 12, 12])
    })

    test('correlated ones, too, or they are refused', async () => {
      const inGroup = select({ m: max(u.a) })
        .from(u)
        .where(u.g.eq(t.g))
        .scalar()
      const statement = update(t)
        .set({ a: inGroup.add(1) })
        .allRows()
      const rest = deleteFrom(t).where(exists(select(u.id).from(u).where(u.g.eq(t.g), u.id.ne(t.id))))
      if (dialect === 'mysql') {
        await expect(engine.execute(statement)).rejects.toEqual(unsupported('targetInSubquery'))
        await expect(engine.execute(rest)).rejects.toEqual(unsupported('targetInSubquery'))
        return
      }
      await engine.execute(statement)
      expect((await all()).map(({ a }) => a)).toEqual([12, 12, 13])
      await engine.execute(rest)
      expect(await left()).toEqual([3])
    })

    test('DELETE by rows of other tables deletes each once', async () => {
      expect(
        (
          await engine.execute(
            deleteFrom(t)
              .using(s)
              .where(s.tId.eq(t.id), s.note.in(['x', 'y']), t.g.eq(1)),
          )
        ).rowCount,
      ).toBe(1)
      expect(await left()).toEqual([2, 3])
      const doubled = alias(s, 'doubled')
      const joined = deleteFrom(t).using(s).join(doubled, doubled.v.eq(s.v)).where(s.tId.eq(t.id))
      expect((await engine.execute(joined)).rowCount).toBe(1)
      expect(await left()).toEqual([2])
      expect((await engine.execute(deleteFrom(t).using(s).allRows())).rowCount).toBe(1)
      expect(await left()).toEqual([])
    })

    test('common table expressions beside UPDATE and DELETE', async () => {
      const wanted = select({ tId: s.tId, v: s.v }).from(s).where(s.note.eq('x')).cte('wanted')
      await engine.execute(deleteFrom(t).where(t.id.in(select({ id: wanted.tId }).from(wanted).where(wanted.tId.eq(3)))))
      expect(await left()).toEqual([1, 2])
      const joined = update(t).set({ c: wanted.v }).from(wanted).where(wanted.tId.eq(t.id))
      if (dialect === 'mariadb') {
        await expect(engine.execute(joined)).rejects.toEqual(unsupported('withBeforeUpdate'))
        return
      }
      await engine.execute(joined)
      expect((await all()).map(({ c }) => c)).toEqual([100, 31])
    })

    test('ORDER BY and LIMIT take the rows they say', async () => {
      const first = deleteFrom(t).where(t.a.gt(0)).orderBy(t.a.desc()).limit(1)
      const two = update(t).set({ b: 0 }).allRows().orderBy(t.id).limit(1)
      if (dialect === 'postgres') {
        await expect(engine.execute(first)).rejects.toEqual(unsupported('writeLimit'))
        return
      }
      expect((await engine.execute(first)).rowCount).toBe(1)
      expect((await engine.execute(two)).rowCount).toBe(1)
      expect(await all()).toEqual([{ ...rows[0], b: 0 }, rows[1]])
      if (dialect === 'mysql') return
      expect(await engine.all(first.returning(t.id))).toEqual([{ id: 2 }])
    })
  })
}
