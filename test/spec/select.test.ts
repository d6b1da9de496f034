/** SELECT where a spec row cannot say it: sentences of refusals, what runs on single dialects, what the planner is told. */
import {
  alias,
  boolean,
  CompileError,
  compile,
  count,
  createEngine,
  createView,
  cube,
  customType,
  dropView,
  type Engine,
  except,
  exists,
  fn,
  foreignKey,
  InvalidValueError,
  index,
  insertInto,
  integer,
  intersect,
  json,
  literal,
  metadata,
  nested,
  numeric,
  prepare,
  rowNumber,
  select,
  sql,
  table,
  tableFunction,
  tableSample,
  text,
  union,
  unionAll,
  update,
  valuesTable,
  varchar,
  view,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const people = table(
  'people',
  { id: integer().primaryKey(), name: varchar(20).notNull(), bossId: integer(), helperId: integer(), pay: numeric(10, 2) },
  (t) => [foreignKey(t.bossId).references(t.id), foreignKey(t.helperId).references(t.id), index('people_name').on(t.name)],
)
const posts = table('posts', {
  id: integer().primaryKey(),
  personId: integer().references(() => people.id),
  title: text().notNull(),
  cost: integer(),
})
const db = metadata({ people, posts })
const wrapped = table('wrapped', { word: customType<string>('bytea', { select: (column) => sql`convert_from(${column}, 'UTF8')` }) })
const any = (value: unknown): any => value

describe('what is refused, in one sentence', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      'locks and GROUP BY',
      () => compile(any(select({ n: count() }).from(people).groupBy(people.id)).forUpdate(), 'postgres'),
      'rows cannot be locked in a statement with GROUP BY; lock them in one without',
    ],
    [
      'locks and DISTINCT',
      () => compile(any(select(people)).distinct().forUpdate(), 'postgres'),
      'rows cannot be locked in a statement with DISTINCT; lock them in one without',
    ],
    [
      'locks and aggregates',
      () => compile(select({ n: count() }).from(people).forUpdate(), 'postgres'),
      'rows cannot be locked in a statement with aggregates; lock them in one without',
    ],
    [
      'locks and windows',
      () => compile(select({ n: rowNumber().over() }).from(people).forUpdate(), 'postgres'),
      'rows cannot be locked in a statement with window functions; lock them in one without',
    ],
    [
      'a lock of a table that is not there',
      () => compile(select(people).forUpdate({ of: posts }), 'postgres'),
      'posts is locked and not in FROM',
    ],
    [
      'two ways to wait',
      () => select(people).forUpdate({ skipLocked: true, noWait: true }),
      'forUpdate() takes skipLocked or noWait, not both',
    ],
    [
      'a misspelt option',
      () => select(people).forUpdate(any({ nowait: true })),
      'forUpdate() has no option "nowait"; it takes of, skipLocked, noWait',
    ],
    [
      'HAVING without GROUP BY',
      () => compile(any(select(people.id).from(people).having(count().gt(1))), 'postgres'),
      'people.id must be in GROUP BY or inside an aggregate',
    ],
    [
      'DISTINCT ON after another order',
      () => compile(select(people.id).from(people).distinctOn(people.bossId).orderBy(people.id), 'postgres'),
      'people.id comes too early in ORDER BY: the keys of distinctOn() come first',
    ],
    [
      'DISTINCT ordered by what is not selected',
      () => compile(select(people.id).from(people).distinct().orderBy(people.name), 'sqlite'),
      'people.name must be selected, because the statement is DISTINCT and ordered by it',
    ],
    [
      'nested rows and DISTINCT',
      () =>
        compile(
          select({ x: nested(select(posts)) })
            .from(people)
            .distinct(),
          'mysql',
        ),
      'x holds nested rows, which DISTINCT does not compare; take distinct() of a subquery',
    ],
    [
      'ties without an order',
      () => compile(select(people).fetch(1, { withTies: true }), 'postgres'),
      'fetch(n, { withTies: true }) needs an order, by which rows tie; add orderBy()',
    ],
    [
      'a correlated column that is not grouped',
      () => compile(any(select({ n: count(), x: exists(select(posts).where(posts.personId.eq(people.bossId))) }).from(people)), 'sqlite'),
      'people.bossId must be in GROUP BY or inside an aggregate',
    ],
    [
      'keys of a set operation',
      () => union(select({ a: people.id }).from(people), any(select({ b: people.id }).from(people))),
      'the statements of a set operation select the same keys; a is not in all of them (a against b)',
    ],
    [
      'families of a set operation',
      () => union(select({ a: people.id }).from(people), any(select({ a: people.name }).from(people))),
      'a is exact in one statement of the set operation and text in another; cast one of them',
    ],
    [
      'a column that is read through SQL of its own, in a set operation',
      () => compile(unionAll(select({ a: wrapped.word }).from(wrapped), select({ a: wrapped.word }).from(wrapped)), 'postgres'),
      'a is read through SQL of its own, which set operations do not do; select from the set operation as a subquery',
    ],
    [
      'nested objects in a set operation',
      () => union(select({ a: { b: people.id } }).from(people), any(select({ a: { b: people.id } }).from(people))),
      'the statements of a set operation select flat columns; nested objects have no place in it',
    ],
    [
      'a limit that is text',
      () => select(people).limit(any(people.name)),
      'limit() takes a whole number from 0 or a parameter that is one, not text',
    ],
    [
      'a limit that may be null',
      () => prepare({ n: integer().nullable() }, ($) => select(people).limit(any($.n))),
      'limit() takes a whole number from 0 or a parameter that is one, not a nullable one',
    ],
    ['one statement is no set', () => any(intersect)(select(people)), 'intersect() takes at least two statements'],
    [
      'exact numerics beside other numbers on SQLite',
      () => compile(union(select({ a: people.pay }).from(people), select({ a: people.id }).from(people)), 'sqlite'),
      'SQLite 3.39 has no set operation with other numbers for exact numeric',
    ],
    [
      'locks and UNION',
      () => union(select(people).forUpdate(), select(people)),
      'rows cannot be locked in a statement with UNION; lock them in one without',
    ],
    [
      'a hint that ends its comment',
      () => select(people).hint('x */ ; DROP TABLE people; /*'),
      'the hint "x */ ; DROP TABLE people; /*" could end the comment that it stands in',
    ],
    ['a hint on two lines', () => select(people).hint('a\nb'), 'could end the comment'],
    [
      'a hint for nobody',
      () => select(people).hint(any({ oracle: 'x' })),
      'hint() has no option "oracle"; it takes postgres, mysql, mariadb, sqlite',
    ],
    [
      'a hint about another table',
      () => compile(select(people).hint(posts, { force: 'x' }), 'mysql'),
      'posts has a hint and is not in FROM',
    ],
    [
      'a lateral subquery that comes first',
      () => any(select(people)).rightJoin(any(lateralPosts())),
      'latest is lateral and comes after the tables it refers to; only join(), leftJoin() and crossJoin() take it',
    ],
    [
      'a cursor of another length',
      () => select(people).seek([people.name.asc(), people.id.asc()], ['a']),
      'seek() has 2 keys and a cursor of 1 values; it takes one for each',
    ],
    ['a cursor without a key', () => select(people).seek([people.name.asc()], { id: 1 }), 'the cursor of seek() has no name'],
    [
      'a cursor and an order',
      () => select(people).orderBy(people.id).seek([people.id], [1]),
      'seek() gives the order itself; leave orderBy() out',
    ],
    ['values without a column', () => valuesTable({ id: integer() }, [any({})], 'v'), 'valuesTable(v): a row has no id; use null for NULL'],
    [
      'values of a column that is not there',
      () => valuesTable({ id: integer() }, [any({ id: 1, x: 2 })], 'v'),
      'valuesTable(v) has no column x; the columns are id',
    ],
    ['a sample of more than all', () => tableSample(people, 'bernoulli', 101), 'tableSample() takes a percentage from 0 to 100, not 101'],
    ['two keys to join over', () => select(people).join(alias(people, 'other')), '4 foreign keys join other ('],
    [
      'CUBE beside windows on MySQL',
      () => compile(any(select({ n: rowNumber().over() }).from(people)).groupBy(cube(people.id)), 'mysql'),
      'MySQL 8.4 has no CUBE beside window functions; group several times and join the results with unionAll()',
    ],
    [
      'a scalar of two columns',
      () => any(select(people)).scalar(),
      'scalar() takes a statement of one column, not 5 (id, name, bossId, helperId, pay)',
    ],
  ]
  test.each(cases)('%s', (_, run, sentence) => {
    expect(run).toThrow(CompileError)
    expect(run).toThrow(sentence)
  })
})

const lateralPosts = () => {
  const { lateral } = require('quern') as typeof import('quern')
  return lateral(select(posts).where(posts.personId.eq(people.id)), 'latest')
}

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      await engine.execute(
        insertInto(people).values([
          { id: 1, name: 'Ada' },
          { id: 2, name: 'Bob', bossId: 1 },
          { id: 3, name: 'Cleo', bossId: 1, helperId: 2 },
        ]),
      )
      await engine.execute(
        insertInto(posts).values([
          { id: 1, personId: 1, title: 'x', cost: 1 },
          { id: 2, personId: null, title: 'y', cost: null },
          { id: 7, personId: 1, title: 'z', cost: null },
        ]),
      )
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('COLLATE decides whether case tells texts apart', async () => {
      const collation = { postgres: 'C', mysql: 'utf8mb4_bin', mariadb: 'utf8mb4_bin', sqlite: 'NOCASE' }[dialectOf(target)]
      const found = await engine.scalars(select(people.id).from(people).where(people.name.collate(collation).eq('ADA')))
      expect(found).toEqual(dialectOf(target) === 'sqlite' ? [1] : [])
      expect(await engine.scalars(select(people.id).from(people).where(people.name.collate(collation).eq('Ada')))).toEqual([1])
    })

    test('a view of a set operation is a source like any other', async () => {
      const both = view('both_ids', union(select({ id: people.id }).from(people), select({ id: posts.id }).from(posts)))
      await engine.execute(createView(both))
      expect(await engine.all(select(both).where(both.id.gt(1)).orderBy(both.id))).toEqual([{ id: 2 }, { id: 3 }, { id: 7 }])
      await engine.execute(dropView(both))
    })

    test('pages whose size and place are prepared; what is below zero is refused', async () => {
      const page = prepare({ n: integer(), from: integer() }, ($) =>
        select(people.id).from(people).orderBy(people.id).limit($.n).offset($.from),
      )
      expect(await engine.scalars(page, { n: 2, from: 1 })).toEqual([2, 3])
      expect(await engine.scalars(page, { n: 0, from: 0 })).toEqual([])
      await expect(engine.scalars(page, { n: -1, from: 0 })).rejects.toThrow('parameter n takes a whole number from 0, not a number')
      await expect(engine.scalars(page, { n: 1, from: -1 })).rejects.toBeInstanceOf(InvalidValueError)
      const same = prepare({ n: integer() }, ($) =>
        union(select(people.id).from(people).where(people.id.gt($.n)), select(people.id).from(people).where(people.id.gt(2)))
          .orderBy((out) => out.id.asc())
          .limit($.n),
      )
      expect(await engine.scalars(same, { n: 1 })).toEqual([2])
      await expect(engine.scalars(same, { n: -1 })).rejects.toBeInstanceOf(InvalidValueError)
    })

    test('indexes are hinted at where there are such hints', async () => {
      const statement = select(people.id).from(people).where(people.name.eq('Bob'))
      const forced = statement.hint(people, { force: 'people_name' })
      const texts: Record<string, string | undefined> = {
        mysql: 'SELECT `people`.`id` FROM `people` FORCE INDEX (`people_name`) WHERE `people`.`name` = ?',
        mariadb: 'SELECT `people`.`id` FROM `people` FORCE INDEX (`people_name`) WHERE `people`.`name` = ?',
        sqlite: 'SELECT "people"."id" FROM "people" INDEXED BY "people_name" WHERE "people"."name" = ?',
      }
      const text = texts[database.dialect]
      if (text === undefined) expect(() => compile(forced, 'postgres')).toThrow('PostgreSQL 15.0 has no index hints')
      else {
        expect(compile(forced, database.dialect).sql).toBe(text)
        expect(await engine.all(forced)).toEqual([{ id: 2 }])
      }
      const ignored = statement.hint(people, { ignore: ['people_name', 'PRIMARY'] })
      if (database.dialect === 'mysql' || database.dialect === 'mariadb') expect(await engine.all(ignored)).toEqual([{ id: 2 }])
      else expect(() => compile(ignored, database.dialect)).toThrow(/index/)
    })

    test('an outer-joined table of values, and values of every row', async () => {
      const long = 'x'.repeat(500)
      const given = valuesTable(
        { id: integer().notNull(), note: text(), yes: boolean(), doc: json<unknown>() },
        [
          { id: 1, note: 'a', yes: true, doc: { a: [1] } },
          { id: 2, note: long, yes: false, doc: null },
          { id: 9, note: null, yes: null, doc: [] },
        ],
        'given',
      )
      expect(
        await engine.all(
          select({ name: people.name, given: given }).from(people).leftJoin(given, given.id.eq(people.id)).orderBy(people.id),
        ),
      ).toEqual([
        { name: 'Ada', given: { id: 1, note: 'a', yes: true, doc: { a: [1] } } },
        { name: 'Bob', given: { id: 2, note: long, yes: false, doc: null } },
        { name: 'Cleo', given: null },
      ])
      expect(await engine.all(select(given).orderBy(given.id.desc()).limit(1))).toEqual([{ id: 9, note: null, yes: null, doc: [] }])
    })

    test('functions in FROM see what stands before them', async () => {
      if (database.dialect === 'mysql' || database.dialect === 'mariadb') return
      const each = tableFunction(
        fn('json_each', text())(database.dialect === 'postgres' ? literal({ a: 1 }, json<object>()) : literal('{"a":1}')),
        { key: text() },
      ).as('each_one')
      if (database.dialect === 'sqlite')
        expect(
          await engine.all(select({ name: people.name, key: each.key }).from(people).crossJoin(each).orderBy(people.id).limit(1)),
        ).toEqual([{ name: 'Ada', key: 'a' }])
      if (database.dialect !== 'postgres') return
      const series = tableFunction(fn('generate_series', integer())(literal(1), people.id), { value: integer() }, { ordinality: 'n' }).as(
        'series',
      )
      expect(
        await engine.all(
          select({ id: people.id, v: series.value, n: series.n })
            .from(people)
            .crossJoin(series)
            .where(people.id.lt(3))
            .orderBy(people.id, series.value),
        ),
      ).toEqual([
        { id: 1, v: 1, n: 1 },
        { id: 2, v: 1, n: 1 },
        { id: 2, v: 2, n: 2 },
      ])
    })

    test('a statement that is built under conditions', async () => {
      const page = (name: string | undefined, withBoss: boolean) =>
        engine.all(
          select({ id: people.id, ...(withBoss && { boss: people.bossId }) })
            .from(people)
            .where(name !== undefined && people.name.eq(name))
            .orderBy(people.id)
            .if(withBoss, (q) => q.limit(2)),
        )
      expect(await page(undefined, false)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
      expect(await page(undefined, true)).toEqual([
        { id: 1, boss: null },
        { id: 2, boss: 1 },
      ])
      expect(await page('Bob', true)).toEqual([{ id: 2, boss: 1 }])
    })

    test('a common table expression inside a part of a set operation is written once', async () => {
      const bosses = select({ id: people.bossId }).from(people).where(people.bossId.isNotNull()).cte('bosses')
      const statement = unionAll(
        select({ id: bosses.id }).from(bosses),
        except(select({ id: people.id }).from(people), select({ id: bosses.id }).from(bosses)),
      ).orderBy((out) => out.id.asc())
      expect(await engine.all(statement)).toEqual([{ id: 1 }, { id: 1 }, { id: 2 }, { id: 3 }])
      expect(compile(statement, database.dialect).sql.match(/WITH/g)).toHaveLength(1)
    })

    test('statements inside RETURNING refer to the outer row', async () => {
      const statement = update(people)
        .set({ name: 'Ada' })
        .where(people.id.eq(1))
        .returning({
          id: people.id,
          n: select({ n: count() }).from(posts).where(posts.personId.eq(people.id)).scalar(),
          posts: nested(select({ id: posts.id }).from(posts).where(posts.personId.eq(people.id)).orderBy(posts.id)),
        })
      if (database.dialect === 'mysql' || database.dialect === 'mariadb')
        expect(() => compile(statement, database.dialect)).toThrow('RETURNING')
      else expect(await engine.all(statement)).toEqual([{ id: 1, n: 2, posts: [{ id: 1 }, { id: 7 }] }])
    })

    test('DISTINCT with NULLs in their place', async () => {
      const bosses = select({ boss: people.bossId }).from(people).distinct().orderBy(people.bossId.desc().nullsLast())
      expect(await engine.all(bosses)).toEqual([{ boss: 1 }, { boss: null }])
    })

    test('text of a set operation decodes by its own type', async () => {
      const flags = union(select({ yes: people.id.eq(1) }).from(people), select({ yes: people.id.eq(1) }).from(people)).orderBy((out) =>
        out.yes.asc(),
      )
      expect(await engine.all(flags)).toEqual([{ yes: false }, { yes: true }])
    })
  })
}
