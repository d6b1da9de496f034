/** What TypeScript makes of each column type. Nothing here runs; a line under `@ts-expect-error` must not compile. */
import {
  array,
  bigint,
  customType,
  insertInto,
  integer,
  interval,
  jsonb,
  type NewRow,
  numeric,
  type Patch,
  type Row,
  select,
  sql,
  table,
  text,
  timestamp,
  varchar,
  withVariant,
} from 'quern'
import { set, unsigned } from 'quern/mysql'
import { bit, inet, int4range, int8multirange, type Range, range, tstzrange } from 'quern/postgres'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function exactly<Expected>(): <Actual>(
  value: Actual,
  ...wrong: Same<Expected, Actual> extends true ? [] : [expected: Expected, actual: Actual]
) => void

class Money {
  readonly cents: bigint
  constructor(cents: bigint) {
    this.cents = cents
  }
}
const t = table('t', {
  id: bigint().primaryKey().identity({ always: true }),
  tags: array(text()).notNull(),
  words: array(text().notNull()),
  grid: array(array(integer().notNull()).notNull()).notNull(),
  during: tstzrange(),
  seats: int4range().notNull(),
  many: int8multirange(),
  ip: inet(),
  flags: bit(8).notNull(),
  took: interval(),
  data: jsonb<{ a: number }>(),
  price: numeric(10, 2)
    .codec({ encode: (money: Money) => `${money.cents}`, decode: (digits) => new Money(BigInt(digits)) })
    .notNull(),
  place: customType<string>('geometry(Point,4326)', {
    bind: (value) => sql`ST_GeomFromText(${value}, 4326)`,
    select: (column) => sql`ST_AsText(${column})`,
  }),
  ref: withVariant(varchar(36).notNull(), 'mysql', customType<string>('binary(16)')),
  size: unsigned(integer()).notNull().default(1),
  colors: set(['red', 'green']),
  stamp: timestamp({ precision: 0 }).notNull(),
  exact: timestamp({ precision: 6, mode: 'string' }),
})

declare const row: Row<typeof t>
exactly<{
  id: bigint
  tags: (string | null)[]
  words: string[] | null
  grid: number[][]
  during: Range<Date> | 'empty' | null
  seats: Range<number> | 'empty'
  many: Range<bigint>[] | null
  ip: string | null
  flags: string
  took: string | null
  data: { a: number } | null
  price: Money
  place: string | null
  ref: string
  size: number
  colors: ('red' | 'green')[] | null
  stamp: Date
  exact: string | null
}>()(row)
declare const patch: Patch<typeof t>
exactly<Money | undefined>()(patch.price)
// @ts-expect-error the server alone makes it
patch.id
declare const fresh: NewRow<typeof t>
exactly<number | undefined>()(fresh.size)

insertInto(t).values({
  tags: ['a', null],
  grid: [[1]],
  seats: range(1, 5),
  flags: '00000001',
  price: new Money(5n),
  ref: 'x',
  stamp: new Date(),
})
// @ts-expect-error a Money, not its digits
insertInto(t).values({ tags: [], grid: [], seats: 'empty', flags: '', price: '5', ref: 'x', stamp: new Date() })
select(t).where(t.price.eq(new Money(1n)), t.tags.eq(['a']), t.seats.eq('empty'), t.words.ne(null))
// @ts-expect-error its elements are declared NOT NULL
select(t).where(t.words.eq(['a', null]))
// @ts-expect-error an array is compared with arrays
select(t).where(t.tags.eq(t.flags))
// @ts-expect-error another kind of bounds
select(t).where(t.seats.eq(range(new Date(), null)))
// @ts-expect-error a label that the set has not
insertInto(t).values({ ...fresh, colors: ['blue'] })
// @ts-expect-error only whole numbers lose their sign
unsigned(text())
// @ts-expect-error a variant holds the same values
withVariant(varchar(36), 'mysql', integer())
