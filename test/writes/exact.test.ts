/** What becomes of exact numerics that a statement works out and a column keeps: the same decimals on every database, those that store numerics as text too. */
import {
  alias,
  avg,
  check,
  coalesce,
  createEngine,
  type Engine,
  insertInto,
  integer,
  metadata,
  numeric,
  select,
  sql,
  sum,
  table,
  update,
  view,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const goods = table(
  'goods',
  {
    id: integer().primaryKey(),
    price: numeric(8, 2),
    loose: numeric(),
    count: integer().notNull().default(2),
    total: numeric(12, 2).generatedAs((t) => t.price.mul(t.count), { stored: true }),
  },
  (t) => [check('not_dear', t.price.lt('900000'))],
)
const sums = view(
  'sums',
  select({ count: goods.count, price: sum(goods.price) })
    .from(goods)
    .groupBy(goods.count),
)
const averages = view(
  'averages',
  select({ count: goods.count, price: avg(goods.price) })
    .from(goods)
    .groupBy(goods.count),
)
const db = metadata({ goods, sums, averages })

describe.each(targets)('on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const prices = () => engine.all(select(goods.id, goods.price).from(goods).orderBy(goods.id))

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await db.createAll(engine)
  })
  beforeEach(async () => {
    await engine.execute(sql`delete from goods`)
    await engine.execute(insertInto(goods).values([{ id: 1, price: '10.50' }, { id: 2, price: '-0.05', loose: '1.23456' }, { id: 3 }]))
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  // 11.7075, -0.05575
  test('UPDATE rounds to the decimals of the column, half away from zero', async () => {
    await engine.execute(
      update(goods)
        .set({ price: goods.price.mul('1.115') })
        .allRows(),
    )
    expect(await prices()).toEqual([
      { id: 1, price: '11.71' },
      { id: 2, price: '-0.06' },
      { id: 3, price: null },
    ])
  })

  test('more digits than the column has are an error, and nothing is changed', async () => {
    const dear = update(goods)
      .set({ price: goods.price.mul('99999.9') })
      .where(goods.id.lt(3))
    await expect(engine.execute(dear)).rejects.toMatchObject({ name: 'DataError' })
    expect(await prices()).toMatchObject([{ price: '10.5' }, { price: '-0.05' }, { price: null }])
  })

  // 3.4965, -0.01665
  test('INSERT … SELECT rounds, too', async () => {
    await engine.execute(insertInto(goods).from(select({ id: goods.id.add(10), price: goods.price.mul('0.333') }).from(goods)))
    expect(await prices()).toMatchObject([{}, {}, {}, { id: 11, price: '3.5' }, { id: 12, price: '-0.02' }, { id: 13, price: null }])
  })

  test('the average is rounded where a column keeps it, and compared', async () => {
    const g = alias(goods, 'g')
    const average = select({ a: avg(g.price) })
      .from(g)
      .scalar()
    expect(await engine.all(select(goods.id).from(goods).where(goods.price.gt(average)))).toEqual([{ id: 1 }]) // 5.225
    await engine.execute(
      insertInto(goods).from(
        select({
          id: g.id.add(20),
          price: select({ a: avg(goods.price) })
            .from(goods)
            .scalar(),
        })
          .from(g)
          .where(g.id.eq(1)),
      ),
    )
    expect((await prices()).at(-1)).toEqual({ id: 21, price: '5.23' })
  })

  test('an upsert calculates with both rows', async () => {
    const rows = insertInto(goods).values([
      { id: 1, price: '1.11' },
      { id: 4, price: '7' },
    ])
    await engine.execute(rows.onConflict(goods.id).doUpdate((x) => ({ price: coalesce(goods.price, '0').add(x.price.mul('0.5')) })))
    expect(await prices()).toEqual([
      { id: 1, price: '11.06' }, // 10.5 + 0.555
      { id: 2, price: '-0.05' },
      { id: 3, price: null },
      { id: 4, price: '7' },
    ])
  })

  test('CHECK and generated columns calculate', async () => {
    expect(await engine.all(select(goods.total).from(goods).orderBy(goods.id))).toEqual([
      { total: '21' },
      { total: '-0.1' },
      { total: null },
    ])
    await expect(engine.execute(insertInto(goods).values({ id: 9, price: '900000' }))).rejects.toMatchObject({
      name: 'CheckViolationError',
      constraint: 'not_dear',
    })
    await engine.execute(insertInto(goods).values({ id: 9, price: '90000' }))
  })

  test('a view of sums', async () => {
    expect(await engine.all(select(sums))).toEqual([{ count: 2, price: '10.45' }])
    expect(await engine.all(select(sums).where(sums.price.eq('10.45')))).toHaveLength(1)
    expect(await engine.all(select(averages).where(averages.price.eq('5.225')))).toMatchObject([{ count: 2 }])
  })

  if (target !== 'sqlite') return
  test('digits that nobody knows are refused where they would have to be rounded', async () => {
    await expect(engine.execute(update(goods).set({ price: goods.loose }).where(goods.id.eq(2)))).rejects.toMatchObject({
      name: 'UnsupportedFeatureError',
      feature: 'numericArithmetic',
    })
  })
})
