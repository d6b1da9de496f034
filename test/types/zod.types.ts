/** What the zod schemas infer: `Row`, `NewRow` and `Patch` exactly, of every kind of column. */
import { array, enumType, interval } from '@quern/schema'
import { insertSchema, patchSchema, selectSchema } from '@quern/zod'
import {
  alias,
  bigint,
  blob,
  boolean,
  char,
  customType,
  date,
  integer,
  json,
  type NewRow,
  now,
  numeric,
  type Patch,
  type Row,
  real,
  table,
  text,
  time,
  timestamp,
  timestamptz,
  uuid,
  varchar,
} from 'quern'
import * as z from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

const users = table('users', {
  id: integer().primaryKey().identity(),
  serial: bigint().identity({ always: true }),
  name: varchar(100).notNull(),
  email: varchar(255).notNull().unique(),
  managerId: integer().named('manager_id'),
  active: boolean().notNull().default(true),
  token: uuid()
    .notNull()
    .defaultFn(() => ''),
  price: numeric(10, 2).notNull(),
  weight: numeric(10, 2, { mode: 'number' }),
  big: bigint().notNull(),
  count: bigint({ mode: 'number' }).notNull(),
  ratio: real(),
  letter: char(1),
  born: date(),
  wakes: time(),
  seen: timestamp(),
  seenText: timestamp({ mode: 'string' }).notNull(),
  createdAt: timestamptz().named('created_at').notNull().default(now()),
  meta: json<{ tags: string[] }>(),
  settings: json<{ dark?: boolean }>().notNull(),
  anything: json(),
  photo: blob(),
  place: customType<string>('point').notNull(),
  matrix: array(array(integer())),
  words: array(varchar(10).notNull()).notNull(),
  every: interval(),
  mood: enumType('mood', ['sad', 'ok'])().notNull(),
  twice: numeric(11, 2).generatedAs((t) => t.price.mul('2')),
  spot: text()
    .notNull()
    .codec({ encode: (p: { x: number }) => `${p.x}`, decode: (stored) => ({ x: Number(stored) }) }),
  maybe: integer().codec({ encode: (d: Date) => d.getTime(), decode: (stored) => new Date(stored) }),
})

const selected = selectSchema(users)
const inserted = insertSchema(users)
const patched = patchSchema(users)
same<z.output<typeof selected>, Row<typeof users>>(true)
same<z.input<typeof selected>, Row<typeof users>>(true)
same<z.output<typeof inserted>, NewRow<typeof users>>(true)
same<z.input<typeof inserted>, NewRow<typeof users>>(true)
same<z.output<typeof patched>, Patch<typeof users>>(true)
same<z.input<typeof patched>, Patch<typeof users>>(true)
same<z.output<typeof inserted>, Row<typeof users>>(false)

const boss = selectSchema(alias(users, 'boss'))
same<z.output<typeof boss>, Row<typeof users>>(true)

// keys are the properties, not the names in the database
selected.shape.managerId
// @ts-expect-error
selected.shape.manager_id
// @ts-expect-error a column that is generated always takes no value
inserted.shape.serial
// @ts-expect-error
patched.shape.serial
// @ts-expect-error
inserted.shape.twice
// @ts-expect-error no label
inserted.parse({}).mood === 'bad'
const row = inserted.parse({})
export const id: number | undefined = row.id
// @ts-expect-error an identity may be left out
export const certain: number = row.id
// @ts-expect-error numeric is a string
export const price: number = row.price
// @ts-expect-error it may be NULL
export const weight: number | undefined = row.weight

// refinements see the column's own schema and keep the types
const refined = insertSchema(users, {
  email: (s) => s.email(),
  name: (s) => s.min(2).max(10),
  big: (s) => s.positive(),
  seen: (s) => s.min(new Date(0)),
  weight: (s) => s.positive(),
  price: (s) => s.regex(/^\d/),
  meta: z.object({ tags: z.array(z.string()) }),
  ratio: z.number().min(0),
})
same<z.output<typeof refined>, NewRow<typeof users>>(true)
const branded = selectSchema(users, { id: (s) => s.brand<'UserId'>(), active: () => z.literal(true) })
same<z.output<typeof branded>['id'], number & z.$brand<'UserId'>>(true)
same<z.output<typeof branded>['active'], true>(true)
same<z.output<typeof branded>['name'], string>(true)
const coerced = insertSchema(users, { createdAt: z.coerce.date() }, { dialect: 'postgres' })
same<z.output<typeof coerced>, NewRow<typeof users>>(true)

// @ts-expect-error there is no such column
selectSchema(users, { emial: (s: z.ZodString) => s.email() })
// @ts-expect-error nor is it to be inserted
insertSchema(users, { serial: (s: z.ZodBigInt) => s })
// @ts-expect-error a number has no such method
selectSchema(users, { id: (s) => s.email() })
// @ts-expect-error the result must still be the column's value
selectSchema(users, { id: () => z.string() })
// @ts-expect-error
selectSchema(users, { name: z.number() })
// @ts-expect-error
selectSchema(users, {}, { dialect: 'oracle' })
// @ts-expect-error a table, not its columns
selectSchema({ id: integer() })
