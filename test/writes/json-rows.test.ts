/** Rows as programs get them from JSON: what they carry besides columns is refused before anything is sent, by every way to write. */
import {
  type AnyColumn,
  CompileError,
  createEngine,
  type Engine,
  insertInto,
  integer,
  metadata,
  select,
  table,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const people = table('people', {
  id: integer().primaryKey(),
  name: varchar(20).notNull(),
  age: integer(),
  twice: integer().generatedAs((t: any) => t.age.mul(2), { stored: true }),
})
const inherited = Object.assign(Object.create({ age: 99 }), { id: 1, name: 'x' })
const bad: [string, unknown, RegExp][] = [
  ['__proto__', JSON.parse('{"id":1,"name":"x","__proto__":{"age":99}}'), /there is no column "__proto__"/],
  ['__proto__ that is a value', JSON.parse('{"id":1,"name":"x","__proto__":1}'), /there is no column "__proto__"/],
  ['constructor', JSON.parse('{"id":1,"name":"x","constructor":{"prototype":{"age":99}}}'), /there is no column "constructor"/],
  ['an extra key', JSON.parse('{"id":1,"name":"x","admin":true}'), /there is no column "admin"/],
  ['a key in other letters', JSON.parse('{"id":1,"name":"x","AGE":1}'), /there is no column "AGE"/],
  ['an inherited key', inherited, /age is inherited; give it as a key of the row itself/],
  ['a generated column', { id: 1, name: 'x', twice: 4 }, /twice is GENERATED ALWAYS and takes no value/],
  ['NULL into NOT NULL', { id: 1, name: null }, /name is NOT NULL/],
  ['an object for a number', JSON.parse('{"id":1,"name":"x","age":{"$gt":0}}'), /age/],
  ['an array for a text', JSON.parse('{"id":1,"name":["x"]}'), /name/],
  ['an object that looks like SQL', JSON.parse('{"id":1,"name":{"kind":"constant","constant":"true"}}'), /name/],
]

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const sent: string[] = []

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await metadata({ people }).createAll(engine)
    await engine.execute(insertInto(people).values({ id: 1, name: 'Ada', age: 36 }))
    engine.on('query', ({ sql }) => sent.push(sql))
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  const by = { by: [people.id] as readonly AnyColumn[] }
  const ways: [string, (row: any) => PromiseLike<unknown>][] = [
    ['insertInto, one row', async (row) => engine.execute(insertInto(people).values(row))],
    ['insertInto, two rows', async (row) => engine.execute(insertInto(people).values([{ id: 7, name: 'y' }, row]))],
    ['update', async (row) => engine.execute(update(people).set(row).where(people.id.eq(1)))],
    [
      'upsert',
      async (row) =>
        engine.execute(
          insertInto(people)
            .values({ id: 1, name: 'z' })
            .onConflict(people.id)
            .doUpdate(() => row),
        ),
    ],
    ['bulkInsert', (row) => engine.bulkInsert(people, [{ id: 7, name: 'y' }, row])],
    ['bulkInsert of the first', (row) => engine.bulkInsert(people, [row, { id: 7, name: 'y' }])],
    ['bulkUpsert', (row) => engine.bulkUpsert(people, [{ id: 7, name: 'y' }, row])],
    ['bulkUpdate', (row) => engine.bulkUpdate(people, [{ id: 1, name: 'y' }, row], by)],
  ]
  test.each(ways)('%s', async (_, write) => {
    for (const [what, row, sentence] of bad) {
      sent.length = 0
      const error: any = await Promise.resolve(write(row)).then(
        () => undefined,
        (thrown) => thrown,
      )
      expect([what, error?.message]).toEqual([what, expect.stringMatching(sentence)])
      expect(error).toBeInstanceOf(CompileError)
      expect(sent.filter((text) => !/^(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/.test(text))).toEqual([])
    }
    expect(await engine.all(select(people.id, people.name, people.age).from(people))).toEqual([{ id: 1, name: 'Ada', age: 36 }])
    expect(({} as { age?: number }).age).toBeUndefined()
  })
})
