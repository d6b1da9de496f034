/** What the process keeps of statements is bounded, in number and in size, and `engine.status()` shows it. */
import { compile, createEngine, integer, select, sql, table, text } from 'quern'

const makeUsers = () => table('users', { id: integer().primaryKey(), name: text(), age: integer() })
const none = { limit: 1, used: 0, idle: 0, waiting: 0, prepared: 0 }

test('statements that differ in more than values are kept up to a number, and a statement with very long text not at all', () => {
  const engine = createEngine('sqlite://')
  const users = makeUsers()
  const run = (statement: Parameters<typeof compile>[0]) => compile(statement, 'sqlite').sql
  const before = engine.status().statements
  expect(engine.status()).toMatchObject({ ...none, limit: engine.status().limit, statements: before })
  const like = (n: number) =>
    select(users.id)
      .from(users)
      .where(...Array.from({ length: n }, (_, i) => users.age.ne(i)))
  run(like(1))
  expect(engine.status().statements).toBe(before)
  for (let i = 0; i < 3; i++) run(like(1))
  expect(engine.status().statements).toBe(before + 1)
  for (let n = 1; n <= 30; n++) for (let i = 0; i < 3; i++) run(like(n))
  expect(engine.status().statements).toBe(before + 16)

  const others = makeUsers()
  const wide = () =>
    select(others.name)
      .from(others)
      .where(...Array.from({ length: 300 }, () => others.age.isNull()))
  for (let i = 0; i < 3; i++) expect(run(wide()).length).toBeGreaterThan(4096)
  expect(engine.status().statements).toBe(before + 16)
})

test('how rows are read is kept up to a number of texts, and of characters', async () => {
  const engine = createEngine('sqlite://')
  const read = (comment: string) => engine.all(sql`SELECT 1 AS n /* ${sql.unsafe(comment)} */`.returns({ n: integer() }))
  try {
    for (let i = 0; i < 40; i++) expect(await read(`${i}${'x'.repeat(60_000)}`)).toEqual([{ n: 1 }])
    const many = engine.status().readings
    expect(many).toBeLessThanOrEqual(35)
    expect(await read('y'.repeat(70_000))).toEqual([{ n: 1 }])
    expect(engine.status().readings).toBe(many)
    for (let i = 0; i < 1100; i++) await read(String(i))
    expect(engine.status().readings).toBeLessThanOrEqual(1000)
    expect(engine.status().prepared).toBeLessThanOrEqual(256 * engine.status().limit)
  } finally {
    await engine.close()
  }
})
