/** What the modifiers of columns make of the types of rows. */
import {
  bigint,
  check,
  foreignKey,
  index,
  indexKey,
  integer,
  lower,
  type NewRow,
  numeric,
  type Patch,
  partition,
  partitionBy,
  primaryKey,
  type Row,
  select,
  sql,
  table,
  tableComment,
  tables,
  text,
  unique,
} from 'quern'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(): T | undefined => undefined

const t = table(
  't',
  {
    id: integer().primaryKey().identity({ start: 5 }),
    sure: bigint().identity({ always: true }),
    price: numeric(10, 2)
      .notNull()
      .check((price) => price.gte('0'))
      .comment('net'),
    quantity: integer().notNull(),
    total: numeric(20, 2).generatedAs((c) => c.price.mul(c.quantity)),
    name: text()
      .notNull()
      .collate('C')
      .onUpdate('x')
      .onUpdateFn(() => 'y'),
    parent: integer().references((): any => t.id, {
      onDelete: 'cascade',
      match: 'simple',
      deferrable: { initially: 'deferred' },
      name: 'fk',
    }),
  },
  (c) => [
    primaryKey(c.id).named('pk').include(c.name).deferrable(),
    foreignKey(c.parent).references(c.id).onDelete('set null', c.parent).match('full').deferrable({ initially: 'immediate' }).notValid(),
    unique('u').on(c.name).nullsNotDistinct().include(c.price).deferrable(),
    check('k', c.quantity.gt(0)).noInherit().notValid().notEnforced(),
    index('i')
      .on(c.name.desc().nullsLast(), lower(c.name), indexKey(c.name, { opclass: 'text_pattern_ops', length: 10 }))
      .where(c.quantity.gt(1)),
    tableComment('x'),
    partitionBy('range', c.id).partitions(partition('p').from([1]).to([2])),
  ],
)
holds<
  Equal<NewRow<typeof t>, { id?: number | undefined; price: string; quantity: number; name: string; parent?: number | null | undefined }>
>()
holds<Equal<keyof Patch<typeof t>, 'id' | 'price' | 'quantity' | 'name' | 'parent'>>()
holds<
  Equal<
    Row<typeof t>,
    { id: number; sure: bigint; price: string; quantity: number; total: string | null; name: string; parent: number | null }
  >
>()

// @ts-expect-error a default is a value of the column's type
integer().default('x')
// @ts-expect-error and so is what an update sets
integer().onUpdate('x')
// @ts-expect-error a default sees no columns
integer().default(t.id)
// @ts-expect-error an option that is none
integer().identity({ begin: 1 })
// @ts-expect-error a unique constraint without its columns is none yet
table('v', { a: integer() }, () => [unique('u')])
// @ts-expect-error a range partition without its end is none yet
partitionBy('range', t.id).partitions(partition('p').from([1]))

const made = tables({ naming: { column: (key) => key.toUpperCase() } })
const named = made.table('named', { aB: integer().notNull() })
holds<Equal<Row<typeof named>, { aB: number }>>()
export const read = select(named.aB).from(named)
export const total = sql<number>`${t.quantity} * 2`
