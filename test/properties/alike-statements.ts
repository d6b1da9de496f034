/**
 * Random statements over whatever set of tables they are given: few shapes, many values, so that one is often like another before it but for
 * its values, or for one word.
 */
import {
  alias,
  and,
  bigint,
  boolean,
  count,
  deleteFrom,
  enumType,
  insertInto,
  integer,
  json,
  literal,
  lower,
  not,
  numeric,
  or,
  select,
  table,
  text,
  timestamptz,
  update,
  upper,
  uuid,
  varchar,
} from 'quern'

const mood = enumType('mood', ['happy', 'sad'])

/** A set of tables of its own: nothing that the compiler has kept with other tables is kept with these. */
export function makeTables() {
  const users = table('users', {
    id: integer().primaryKey(),
    name: varchar(40).notNull(),
    email: text().unique(),
    age: integer(),
    score: bigint(),
    balance: numeric(12, 2),
    mood: mood(),
    token: text().sensitive(),
    active: boolean().notNull().default(true),
    born: timestamptz(),
    key: uuid().defaultFn(() => '5f0c8c66-6b2c-4c1b-9a43-0d7f6a3b1f10'),
    changed: timestamptz().onUpdateFn(() => new Date(0)),
    document: json<any>(),
  })
  const orders = table('orders', {
    id: integer().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id),
    total: numeric(10, 2).notNull(),
    note: text(),
  })
  return { users, orders, boss: alias(users, 'boss') }
}
export type Tables = ReturnType<typeof makeTables>

/** What is drawn from: the same draws over two sets of tables make the same statement twice. */
export type Draw = <T>(...choices: readonly T[]) => T

function condition(draw: Draw, { users, orders, boss }: Tables, joined: boolean, depth: number): any {
  const someone: any = joined ? draw<any>(users, users, boss) : users
  const number = draw(1, 2, 7, -1, 2_000_000, 3.5)
  const simple = [
    () => someone.id.eq(draw(1, 2, 3)),
    () => someone.id[draw('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'isDistinctFrom', 'isNotDistinctFrom')](draw(1, 2, 3)),
    () => someone.age.gt(draw(18, 65, someone.id)),
    () => someone.name.eq(draw('Ada', "O'Hara", '')),
    () => someone.email.eq(draw('a@b.c', null)),
    () => someone.name[draw('like', 'ilike', 'startsWith')](draw('A', '_b')),
    () => someone.age[draw('between', 'betweenSymmetric')](draw(1, 2), 3),
    () => someone.age[draw('isNull', 'isNotNull')](),
    () => someone.active.eq(draw(true, false)),
    () => someone.balance.eq(draw('1.50', '2')),
    () => someone.balance.lt(draw('1.50', '2', '1234567890.12', '0.001')),
    () => someone.mood.eq(draw('happy', 'sad')),
    () => someone.token.eq(draw('secret', 'hidden')),
    () => someone.born.lt(draw(new Date(0), new Date(1e12))),
    () => someone.score.eq(draw(1n, 2n)),
    () => someone.age.add(draw(1, 2)).gt(number as number),
    () => someone.age.in(draw([1], [1, 2], [3, 4], [1, 2, 3])),
    () => draw(lower, upper)(someone.name).eq(draw('ada', 'eve')),
    () => literal(draw<any>(1, 2, 'x')).eq(literal(draw<any>(1, 2, 'x'))),
    () => someone.document.eq(draw({ a: 1 }, [1])),
    () => (joined ? orders.total.gte(draw('1', '2')) : someone.id.eq(someone.age)),
    () => draw(literal(true), literal(false)),
  ]
  if (depth > 0 && draw(0, 1, 2, 3) === 0) {
    const parts = [...Array(draw(2, 2, 3))].map(() => condition(draw, { users, orders, boss }, joined, depth - 1))
    return draw(
      () => and(...parts),
      () => or(...parts),
      () => not(parts[0]),
    )()
  }
  return draw(...simple)()
}

function conditions(draw: Draw, tables: Tables, joined: boolean, least = 0): any[] {
  const { users } = tables
  const list = [...Array(Math.max(least, draw(0, 1, 1, 2)))].map(() => condition(draw, tables, joined, 1))
  const [one, other] = [users.id.eq(draw<number>(1, 2)), users.id.eq(2)]
  // one condition twice is one parameter in two places
  return draw<() => any[]>(
    () => list,
    () => list,
    () => [one, one],
    () => [one, other],
    () => [draw(literal(true), literal(false))],
  )()
}

function fields(draw: Draw, { users, orders }: Tables, joined: boolean): any {
  return draw<() => any>(
    () => select(users.id, users.name),
    () => select(users.id, users.name, users.email, users.age),
    () => select(users.name, users.id),
    () => select({ id: users.id, [draw('called', 'named')]: users.name }),
    () => select({ id: users.id, name: users.email }),
    () => select({ id: users.id, total: joined ? orders.total : users.balance }),
    () => select({ n: count() }),
    () => select({ id: users.id, person: { name: users.name, age: users.age } }),
    () => select(users.id.as('a'), users.id.as('b')),
  )()
}

function selecting(draw: Draw, tables: Tables): any {
  const { users, orders, boss } = tables
  const joined = draw(0, 0, 1) === 1
  let statement = draw(0, 0, 0, 1) === 1 && !joined ? select(users) : fields(draw, tables, joined).from(users)
  if (joined) {
    const join = draw('join', 'join', 'leftJoin')
    statement = statement[join](
      orders,
      draw<any>(orders.userId.eq(users.id), users.id.eq(orders.userId), and(orders.userId.eq(users.id), orders.total.gt(draw('1', '2')))),
    )
    statement = draw(
      () => statement.join(boss, boss.id.eq(users.id)),
      () => statement.crossJoin(boss),
    )()
  }
  const first = conditions(draw, tables, joined)
  if (first.length > 0) statement = statement.where(...first)
  if (draw(0, 0, 1) === 1) statement = statement.where(...conditions(draw, tables, joined))
  const key = draw<any>(users.id, users.age, users.balance, lower(users.name))
  const way = draw<any>(key, key.asc(), key.desc(), key.desc().nullsLast(), key.desc().nullsFirst())
  statement = draw<() => any>(
    () => statement,
    () => statement.orderBy(way),
    () => statement.orderBy(way, users.name),
    () => statement.orderBy(way).orderBy(users.name),
  )()
  if (draw(0, 0, 1) === 1) statement = statement.limit(draw(1, 10))
  if (draw(0, 0, 0, 1) === 1) statement = statement.offset(draw(1, 10))
  if (draw(0, 0, 0, 0, 0, 1) === 1) statement = statement.distinct()
  if (draw(0, 0, 0, 0, 0, 1) === 1) statement = statement.forUpdate()
  return statement
}

const row = (draw: Draw, { users }: Tables): any => ({
  name: draw<any>('Ada', 'Eve', lower(literal(draw('X', 'Y')))),
  ...draw<any>(
    {},
    { id: 1 },
    { id: 2 },
    { email: 'x' },
    { email: null },
    { age: draw(1, 2) },
    { age: literal(3) },
    { balance: draw('1.5', '2.25') },
    { mood: 'sad', token: draw('s', 't') },
  ),
  ...draw<any>(
    {},
    {},
    { score: 5n, born: new Date(draw(0, 1000)) },
    { document: draw<any>({ a: [1] }, 'text') },
    { age: users.age.add(1) },
  ),
})
const inserted = (draw: Draw, tables: Tables): any => {
  const { age, ...rest } = row(draw, tables)
  return typeof age === 'number' ? { ...rest, age } : rest
}

const returned = (draw: Draw, statement: any, { users }: Tables): any =>
  draw<() => any>(
    () => statement,
    () => statement,
    () => statement,
    () => statement.returning(),
    () => statement.returning(users.id),
    () => statement.returning({ id: users.id, now: users.name }),
  )()

function inserting(draw: Draw, tables: Tables): any {
  const { users } = tables
  const rows = draw(0, 0, 0, 1) === 1 ? [inserted(draw, tables), inserted(draw, tables)] : inserted(draw, tables)
  let statement: any = insertInto(users).values(rows)
  const conflict = draw(0, 0, 1, 2, 3, 4, 4)
  if (conflict === 1) statement = statement.onConflict(users.id).doUpdate((excluded: any) => ({ name: excluded.name, age: excluded.age }))
  if (conflict === 2) statement = statement.onConflict(users.id).doUpdate({ name: draw('new', 'newer') })
  if (conflict === 3) statement = statement.onConflict().doNothing()
  if (conflict === 4)
    statement = statement
      .onConflict(users.email)
      .where(users.age.gt(draw(1, 2)))
      .doUpdate({ name: 'x' })
  return returned(draw, statement, tables)
}

function updating(draw: Draw, tables: Tables): any {
  const statement = update(tables.users)
    .set({ ...row(draw, tables), ...draw<any>({}, {}, { [draw('id', 'age')]: tables.users.age }) })
    .where(...conditions(draw, tables, false, 1))
  return returned(draw, statement, tables)
}

const deleting = (draw: Draw, tables: Tables): any =>
  returned(draw, deleteFrom(draw<any>(tables.users, tables.users)).where(...conditions(draw, tables, false, 1)), tables)

/** Each call makes one statement, or throws what the statement is refused with. */
export const anyStatement = (draw: Draw, tables: Tables): object =>
  draw(selecting, selecting, selecting, inserting, updating, deleting)(draw, tables)
