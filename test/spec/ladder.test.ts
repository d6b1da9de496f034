/** The mistakes of test/types/ladder.types.ts where no type sees them: in dynamic code, each in one sentence before anything is sent. */
import {
  alias,
  bigint,
  boolean,
  CompileError,
  compile,
  count,
  createEngine,
  deleteFrom,
  exists,
  InvalidValueError,
  insertInto,
  integer,
  numeric,
  rowNumber,
  select,
  sql,
  sum,
  table,
  tableSample,
  text,
  timestamptz,
  UnsupportedFeatureError,
  union,
  update,
} from 'quern'

const users: any = table('users', {
  id: integer().primaryKey().identity(),
  name: text().notNull(),
  age: integer(),
  active: boolean().notNull().default(true),
  createdAt: timestamptz().notNull(),
})
const posts: any = table('posts', { id: bigint().primaryKey(), authorId: integer().notNull(), title: text().notNull(), price: numeric() })
const start: any = select
const on = (statement: any) => compile(statement, 'postgres')
const at = new Date(0)

/** By the number of the ladder; rows that are about types alone, or that are no mistake here, have tests below. */
const refused: readonly (readonly [number, string, () => unknown, string])[] = [
  [1, 'an unknown column', () => start(users.nam), 'select(…) takes'],
  [
    3,
    'text against numeric',
    () => users.name.eq(posts.price),
    'users.name is text and posts.price is number; cast one of them to compare them',
  ],
  [4, 'LIKE on a number', () => users.age.like('3%'), 'users.age is a number, not text; cast it to text() for LIKE'],
  [4, 'LIKE of two numbers', () => users.age.ilike(users.id), 'users.age is a number, not text; cast it to text() for LIKE'],
  [
    4,
    'the beginning of a date',
    () => users.createdAt.startsWith('2024'),
    'users.createdAt is datetime, not text; cast it to text() for LIKE',
  ],
  [4, 'text has no addition', () => users.name.add(1), 'users.name is text, not a number; it has no +'],
  [5, 'projected and not in FROM', () => on(start({ t: posts.title }).from(users)), 'posts is not in FROM'],
  [6, 'in WHERE and not in FROM', () => on(start(users).where(posts.title.eq('x'))), 'posts is not in FROM'],
  [6, 'in ORDER BY and not in FROM', () => on(start(users).orderBy(posts.title)), 'posts is not in FROM'],
  [
    7,
    'out of the scope of a subquery',
    () => on(start(users).where(exists(start(alias(users, 'u')).where(posts.id.isNull())))),
    'posts is not in FROM',
  ],
  [
    10,
    'an aggregate beside a column',
    () => on(start({ x: users.name, n: count() }).from(users)),
    'users.name must be in GROUP BY or inside an aggregate',
  ],
  [
    11,
    'a column that is not grouped',
    () => on(start({ x: posts.title, n: count() }).from(posts).groupBy(posts.authorId)),
    'posts.title must be in GROUP BY or inside an aggregate',
  ],
  [
    12,
    'an aggregate in WHERE',
    () => on(start({ n: count() }).from(users).where(count().gt(1))),
    'an aggregate cannot stand in WHERE; use having()',
  ],
  [
    13,
    'an aggregate of an aggregate',
    () => on(start({ n: sum(count()) }).from(users)),
    'an aggregate cannot stand in another aggregate; select it in a subquery and aggregate there',
  ],
  [
    13,
    'a window function in WHERE',
    () => on(start({ n: count() }).from(users).where(rowNumber().over().eq(1))),
    'a window function cannot stand in WHERE; select it in a subquery and filter there',
  ],
  [
    14,
    'HAVING without GROUP BY',
    () => on(start(users.name).from(users).having(count().gt(1))),
    'users.name must be in GROUP BY or inside an aggregate',
  ],
  [
    15,
    'what the dialect lacks',
    () => compile(start(users).forUpdate(), 'sqlite'),
    'SQLite 3.39 has no row locks; begin a transaction, which locks the whole database here',
  ],
  [
    17,
    'a required column',
    () => insertInto(users).values({ name: 'a' }),
    'insertInto(users): the row lacks createdAt, which is NOT NULL and has no default',
  ],
  [
    18,
    'an unknown column to insert',
    () => insertInto(users).values({ name: 'a', createdAt: at, nam: 'x' }),
    'insertInto(users): there is no column "nam"',
  ],
  [18, 'an unknown column to update', () => update(users).set({ nam: 'x' }), 'update(users): there is no column "nam"'],
  [19, 'NULL for NOT NULL', () => update(users).set({ name: null }), 'update(users): name is NOT NULL'],
  [20, 'two columns of one name', () => start(users.id, posts.id), 'two columns are called id'],
  [
    21,
    'a scalar of two columns',
    () => start({ a: users.id, b: users.age }).from(users).scalar(),
    'scalar() takes a statement of one column, not 2 (a, b)',
  ],
  [
    22,
    'IN a statement of two columns',
    () => on(start(users).where(users.id.in(start({ a: users.id, b: users.age }).from(users)))),
    'users.id in …: the statement must select one column, not 2 (a, b)',
  ],
  [
    23,
    'IN a statement of another type',
    () => on(start(users).where(users.id.in(start({ t: posts.title }).from(posts)))),
    'users.id is number and t is text; cast one of them to compare them',
  ],
  [
    24,
    'a set operation of other columns',
    () => union(start({ a: users.id, b: users.name }).from(users), start({ a: users.id }).from(users)),
    'the statements of a set operation select the same keys; b is not in all of them (a, b against a)',
  ],
  [
    27,
    'UPDATE without WHERE',
    () => on(update(users).set({ name: 'x' })),
    'update(users) has no condition; add where(…), or allRows() to mean every row',
  ],
  [
    27,
    'DELETE without WHERE',
    () => on(deleteFrom(users)),
    'deleteFrom(users) has no condition; add where(…), or allRows() to mean every row',
  ],
  [
    28,
    'an expression that is not in FROM',
    () => on(start({ n: start({ n: count() }).from(posts).cte('top').n }).from(users)),
    'top is not in FROM',
  ],
  [29, 'undefined', () => users.age.eq(undefined), 'users.age is compared with undefined; use null for NULL, or leave the condition out'],
  [
    31,
    'a table twice',
    () => on(start(users.name).from(users).join(users, users.id.eq(1))),
    'users is in FROM twice; give one of them another name with alias()',
  ],
  [
    32,
    'locks and GROUP BY',
    () => on(start(users.id).from(users).groupBy(users.id).forUpdate()),
    'rows cannot be locked in a statement with GROUP BY; lock them in one without',
  ],
  [
    32,
    'locks and DISTINCT',
    () => on(start(users.id).from(users).distinct().forUpdate()),
    'rows cannot be locked in a statement with DISTINCT; lock them in one without',
  ],
  [33, 'no rows', () => insertInto(users).values([]), 'insertInto(users).values([]) inserts nothing; bulkInsert() takes an empty list'],
  [
    33,
    'no columns',
    () => on(update(users).set({}).where(users.id.eq(1))),
    'update(users).set({}) changes nothing; give at least one column a value',
  ],
]

test.each(refused)('%i: %s', (_, __, run, sentence) => {
  expect(run).toThrow(CompileError)
  expect(run).toThrow(sentence)
})

test('2, 19, 26: a value of another type is refused where it is sent', async () => {
  await using engine = createEngine('sqlite://')
  await engine.execute(sql`create table users (id integer primary key, name text, age integer)`)
  const wrong = [start(users.id).from(users).where(users.age.eq('3')), update(users).set({ name: 1 }).where(users.id.eq(1))]
  for (const statement of wrong) await expect(engine.all(statement)).rejects.toBeInstanceOf(InvalidValueError)
})

test('15: the feature and the dialect are named', () => {
  const sampled = () => compile(start(users).join(tableSample(posts, 'bernoulli', 10), posts.authorId.eq(users.id)), 'mysql')
  expect(sampled).toThrow(UnsupportedFeatureError)
  expect(sampled).toThrow(expect.objectContaining({ feature: 'tableSample', dialect: 'mysql' }))
})

test('25: columns of set operations meet by key', () => {
  const both = union(start({ a: users.id, b: users.name }).from(users), start({ b: posts.title, a: posts.authorId }).from(posts))
  expect(on(both).sql).toBe(
    'SELECT "users"."id" AS "a", "users"."name" AS "b" FROM "users" UNION SELECT "posts"."authorId" AS "a", "posts"."title" AS "b" FROM "posts"',
  )
})

test('29, 30: NULL is IS NULL, an empty list is false', () => {
  expect(on(start(users.id).from(users).where(users.age.eq(null))).sql).toContain('WHERE "users"."age" IS NULL')
  expect(on(start(users.id).from(users).where(users.id.in([]))).sql).toContain('WHERE FALSE')
})

test('34: rows with other keys keep their defaults', () => {
  const rows = insertInto(users).values([
    { name: 'a', createdAt: at },
    { name: 'b', createdAt: at, active: false },
  ])
  expect(on(rows).sql).toBe('INSERT INTO "users" ("name", "active", "createdAt") VALUES ($1, DEFAULT, $2), ($3, $4, $5)')
})
