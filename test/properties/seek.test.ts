/** Keyset pages are the pages of OFFSET: the same rows in the same order, for any keys, directions and places of NULL. */
import fc from 'fast-check'
import { createEngine, type Engine, insertInto, integer, metadata, type Row, select, table, timestamptz, varchar } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const items = table('items', {
  id: integer().primaryKey(),
  n: integer(),
  word: varchar(10),
  at: timestamptz(),
  sure: integer().notNull(),
})
const db = metadata({ items })
const days = [null, new Date('2024-01-01T00:00:00.000Z'), new Date('2024-01-01T00:00:00.001Z')]
const words = [null, '', 'a', 'B', 'b', 'ä']
const rows = Array.from({ length: 60 }, (_, id) => ({
  id,
  n: id % 5 === 0 ? null : (id * 7) % 4,
  word: words[(id * 11) % words.length]!,
  at: days[(id * 5) % days.length]!,
  sure: (id * 3) % 4,
}))

interface Key {
  readonly column: 'n' | 'word' | 'at' | 'sure'
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | undefined
}
const keys = fc.uniqueArray(
  fc.record<Key>({
    column: fc.constantFrom('n', 'word', 'at', 'sure'),
    descending: fc.boolean(),
    nulls: fc.constantFrom(undefined, undefined, 'first', 'last'),
  }),
  { selector: (key) => key.column, maxLength: 3 },
)
const cases = fc.record({ keys, lastDescending: fc.boolean(), size: fc.integer({ min: 1, max: 25 }) })

const orderOf = (key: Key) => {
  const ordered = key.descending ? items[key.column].desc() : items[key.column].asc()
  return key.nulls === 'first' ? ordered.nullsFirst() : key.nulls === 'last' ? ordered.nullsLast() : ordered
}

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      await engine.execute(insertInto(items).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('pages after a cursor are the pages of OFFSET', async () => {
      let pages = 0
      let nulls = 0
      await fc.assert(
        fc.asyncProperty(cases, async ({ keys: chosen, lastDescending, size }) => {
          const order = [...chosen.map(orderOf), lastDescending ? items.id.desc() : items.id.asc()]
          let cursor: Row<typeof items> | undefined
          for (let offset = 0; offset <= rows.length; offset += size) {
            const byOffset = await engine.all(
              select(items)
                .orderBy(...order)
                .limit(size)
                .offset(offset),
            )
            const byCursor: typeof byOffset = await engine.all(select(items).seek(order, cursor).limit(size))
            expect(byCursor).toEqual(byOffset)
            pages++
            cursor = byCursor.at(-1)
            if (cursor === undefined) break
            if (chosen.some(({ column }) => cursor![column] === null)) nulls++
          }
        }),
        { numRuns: 60, seed: 20_260_101 },
      )
      // the test means something only if cursors with NULLs came up
      expect(pages).toBeGreaterThan(200)
      expect(nulls).toBeGreaterThan(20)
    })
  })
}
