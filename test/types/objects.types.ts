/** What TypeScript knows of schema objects: labels, views' columns, sequences' numbers, the tables of a metadata. */
import {
  count,
  domain,
  type Executor,
  enumType,
  integer,
  materializedView,
  metadata,
  type NewRow,
  type Row,
  schema,
  select,
  sequence,
  sql,
  table,
  text,
  view,
} from 'quern'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const yes = <T extends true>(_?: T): void => undefined

export const mood = enumType('mood', ['sad', 'ok'])
export const email = domain('email', text(), { notNull: true, check: (value) => value.like('%@%') })
export const ticket = sequence('ticket')
export const small = sequence('small', { as: 'integer' })
export const users = table('users', {
  id: integer().primaryKey().default(small.nextValue()),
  mood: mood(),
  mail: email(),
  was: mood().notNull().default('ok'),
})
yes<Same<Row<typeof users>, { id: number; mood: 'sad' | 'ok' | null; mail: string; was: 'sad' | 'ok' }>>()
yes<
  Same<
    NewRow<typeof users>,
    { mail: string; id?: number | undefined; mood?: 'sad' | 'ok' | null | undefined; was?: 'sad' | 'ok' | undefined }
  >
>()
// @ts-expect-error no such label
mood().default('glad')
// @ts-expect-error no such label
users.mood.eq('glad')

export const happy = view('happy', select({ id: users.id, who: users.mail, mood: users.mood }).from(users))
yes<Same<Row<typeof happy>, { id: number; who: string; mood: 'sad' | 'ok' | null }>>()
export const totals = materializedView('totals', select({ n: count(), mood: happy.mood }).from(happy).groupBy(happy.mood))
export const byHand = view('byHand', sql`select 1`.returns({ a: integer().notNull(), b: text() }))
yes<Same<Row<typeof byHand>, { a: number; b: string | null }>>()
export const audit = schema('audit')
export const log = audit.table('log', { id: integer().primaryKey() })
export const recent = audit.view('recent', select({ id: log.id }).from(log))
export const db = metadata({ users, mood, ticket, happy, totals, log, recent, audit })
yes<Same<keyof typeof db.tables, 'users' | 'happy' | 'totals' | 'log' | 'recent'>>()
export const found = db.table('happy').who.like('x%')
// @ts-expect-error an enum type is no table
db.table('mood')

export async function run(ex: Executor): Promise<void> {
  const rows = await ex.all(
    select({ who: happy.who, n: totals.n, next: ticket.nextValue(), one: small.nextValue() })
      .from(happy)
      .leftJoin(totals, totals.mood.eq(happy.mood)),
  )
  yes<Same<(typeof rows)[number], { who: string; n: number | null; next: bigint; one: number }>>()
  // @ts-expect-error happy is not in FROM
  await ex.all(select({ who: happy.who }).from(recent))
}
