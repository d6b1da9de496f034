/** What the schemas say and refuse as a whole; value by value they are held against the servers in `test/properties/zod.test.ts`. */
import {
  alias,
  array,
  bigint,
  boolean,
  customType,
  doublePrecision,
  enumType,
  integer,
  json,
  numeric,
  table,
  text,
  timestamp,
  varchar,
} from '@quern/schema'
import { insertSchema, patchSchema, selectSchema } from '@quern/zod'
import * as z from 'zod'

const users = table('users', {
  id: integer().primaryKey().identity(),
  serial: bigint().identity({ always: true }),
  name: varchar(5).notNull(),
  email: text().notNull().default('none'),
  token: text()
    .notNull()
    .defaultFn(() => 'x'),
  managerId: integer().named('manager_id'),
  price: numeric(10, 2).notNull(),
  double: numeric(11, 2).generatedAs((t) => t.price.mul('2')),
})
const row = { id: 1, serial: 5n, double: '25', name: 'Ada', email: 'a@b.c', token: 't', managerId: null, price: '12.50' }
const { serial, double, ...insertable } = row

/** Path and sentence of everything that is wrong. */
const complaints = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)

test('a row as it is read has every column and nothing else', () => {
  expect(selectSchema(users).parse(row)).toEqual(row)
  expect(complaints(selectSchema(users), { ...insertable, double })).toEqual(['serial: Invalid input: expected bigint, received undefined'])
  expect(complaints(selectSchema(users), { ...row, more: 1 })).toEqual([': Unrecognized key: "more"'])
  expect(selectSchema(alias(users, 'u')).parse(row)).toEqual(row)
})

test('a row to insert may lack what may be NULL, has a default or is an identity', () => {
  expect(insertSchema(users).parse({ name: 'Ada', price: '1' })).toEqual({ name: 'Ada', price: '1' })
  expect(insertSchema(users).parse({ ...insertable, id: undefined })).toEqual({ ...insertable, id: undefined })
  expect(complaints(insertSchema(users), {})).toEqual([
    'name: Invalid input: expected string, received undefined',
    'price: Invalid input: expected string, received undefined',
  ])
  expect(complaints(insertSchema(users), { name: 'Ada', price: '1', email: null })).toEqual([
    'email: Invalid input: expected string, received null',
  ])
})

test('what the server alone generates takes no value', () => {
  expect(complaints(insertSchema(users), { ...insertable, serial })).toEqual([': Unrecognized key: "serial"'])
  expect(complaints(patchSchema(users), { serial, double })).toEqual([': Unrecognized keys: "serial", "double"'])
})

test('a patch has what changes', () => {
  expect(patchSchema(users).parse({})).toEqual({})
  expect(patchSchema(users).parse({ managerId: null })).toEqual({ managerId: null })
  expect(complaints(patchSchema(users), { name: null, manager_id: 1 })).toEqual([
    'name: Invalid input: expected string, received null',
    ': Unrecognized key: "manager_id"',
  ])
})

test('messages name the key and say what to do', () => {
  const wrong = { name: 'too long', price: 'abc', managerId: 2 ** 31, email: '\ud800' }
  expect(complaints(patchSchema(users), wrong)).toEqual([
    'name: must have at most 5 characters',
    'email: must be well-formed text (this has half a surrogate pair)',
    'managerId: Too big: expected number to be <=2147483647',
    "price: must be an exact decimal such as '12.50'",
  ])
  expect(complaints(patchSchema(users), { price: '1.005' })).toEqual(['price: must have at most 8 digits before and 2 after the point'])
  expect(complaints(patchSchema(users), { price: '1e5' })).toEqual(["price: must be an exact decimal such as '12.50'"])
})

const odd = table('odd', { f: doublePrecision().notNull(), t: text().notNull(), n: numeric().notNull() })
const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success
test('limits of one server hold where its dialect is named', () => {
  const fine = { f: 1, t: 'x', n: '1' }
  for (const [value, ...takers] of [
    [{ ...fine, f: Number.NaN }, 'postgres'],
    [{ ...fine, t: '\0' }, 'mysql', 'mariadb', 'sqlite'],
    [{ ...fine, n: `0.${'1'.repeat(31)}` }, 'postgres', 'sqlite'],
    [{ ...fine, n: '1'.repeat(131073) }, 'sqlite'],
  ] as const) {
    expect(accepts(insertSchema(odd), value)).toBe(true)
    const dialects = ['postgres', 'mysql', 'mariadb', 'sqlite'] as const
    expect(dialects.filter((dialect) => accepts(insertSchema(odd, {}, { dialect }), value))).toEqual(takers)
  }
})

test('refinements see the column and come on top of its own rule', () => {
  const schema = insertSchema(users, { email: (s) => s.email(), name: (s) => s.min(2) })
  expect(complaints(schema, { name: 'A', price: '1', email: 'nobody' })).toEqual([
    'name: Too small: expected string to have >=2 characters',
    'email: Invalid email address',
  ])
  expect(complaints(schema, { name: 'too long', price: '1' })).toEqual(['name: must have at most 5 characters'])
})

test('a schema stands before the column', () => {
  const seen = table('seen', { at: timestamp(), data: json<{ tags: string[] }>() })
  const schema = insertSchema(seen, { at: z.coerce.date(), data: z.object({ tags: z.array(z.string()) }) })
  expect(schema.parse({ at: '2024-02-29T12:00:00Z', data: { tags: ['a'] } })).toEqual({
    at: new Date('2024-02-29T12:00:00Z'),
    data: { tags: ['a'] },
  })
  expect(complaints(schema, { at: new Date(8.64e15), data: { tags: [1] } })).toEqual([
    'at: must be a date in the years 1 to 9999',
    'data.tags.0: Invalid input: expected string, received number',
  ])
})

test('a type that only the server knows takes what can be bound', () => {
  const t = table('t', { v: customType('tsvector').notNull() })
  for (const v of ['x', 1, 1n, true, new Uint8Array(1)]) expect(accepts(insertSchema(t), { v })).toBe(true)
  for (const v of [null, undefined, {}, Number.NaN, Symbol('s'), '\ud800']) expect(accepts(insertSchema(t), { v })).toBe(false)
})

test('mistakes are named where the schema is made', () => {
  const loose = insertSchema as (...args: any[]) => unknown
  expect(() => loose(users, { emial: z.string() })).toThrow(
    'insertSchema(users) has no column "emial"; its columns are id, name, email, token, managerId, price',
  )
  expect(() => loose(users, { serial: z.bigint() })).toThrow('insertSchema(users) has no column "serial"')
  expect(() => loose(users, { email: 1 })).toThrow("email: give a function of the column's schema, or a schema, not a number")
  expect(() => loose(users, { email: () => 1 })).toThrow('email: the function must return a zod schema, not a number')
  expect(() => loose(users, {}, { dialect: 'oracle' })).toThrow(
    'the dialect of insertSchema is one of postgres, mysql, mariadb, sqlite, not a string',
  )
  expect(() => loose(users, {}, { dialekt: 'postgres' })).toThrow('insertSchema has no option "dialekt"; it takes dialect')
  expect(() => loose({ id: integer() })).toThrow()
})

test('a key that zod leaves out in silence is refused', () => {
  const t = table('t', { ['__proto__']: integer().notNull(), constructor: boolean().notNull() })
  expect(() => selectSchema(t)).toThrow('selectSchema(t): objects of zod have no key "__proto__"; give the column another one and named()')
})

test('the labels of an enum are enforced', () => {
  const mood = enumType('mood', ['sad', 'ok'])
  const t = table('t', { mood: mood().notNull(), moods: array(mood()) })
  expect(insertSchema(t).parse({ mood: 'ok', moods: ['sad', null] })).toEqual({ mood: 'ok', moods: ['sad', null] })
  expect(complaints(insertSchema(t), { mood: 'bad', moods: ['OK'] })).toEqual([
    'mood: Invalid option: expected one of "sad"|"ok"',
    'moods.0: Invalid option: expected one of "sad"|"ok"',
  ])
})

test('of a column with a codec its codec decides', () => {
  const encode = (point: { x: number; y: number }) => `${point.x.toFixed(0)},${point.y.toFixed(0)}`
  const t = table('t', {
    p: varchar(5)
      .notNull()
      .codec({ encode, decode: () => ({ x: 0, y: 0 }) }),
  })
  expect(insertSchema(t).parse({ p: { x: 1, y: 2 } })).toEqual({ p: { x: 1, y: 2 } })
  for (const p of ['1,2', { x: 1 }, { x: 1000, y: 1000 }, null, undefined])
    expect(complaints(insertSchema(t), { p })).toEqual(["p: must be a value that the column's codec takes"])
  const narrow = insertSchema(t, { p: z.object({ x: z.number().min(0), y: z.number() }) })
  expect(complaints(narrow, { p: { x: -1, y: 2 } })).toEqual(['p.x: Too small: expected number to be >=0'])
  expect(() => insertSchema(t, { p: (s) => s })).toThrow(
    'p: the column has a codec, so the type of its values is not known here; give a schema',
  )
})
