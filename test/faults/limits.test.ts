/** Servers and files that have no more room: who cannot be served is told so, and everything goes on when there is room again. */
import { createEngine, DatabaseError, integer, metadata, sql, table, varchar } from 'quern'
import { freshDatabase, targets } from '../servers/urls.js'
import { endAll, engineOn, later, type ServerTarget, scene, until } from './observer.js'

afterEach(endAll)

const servers = targets.filter((target): target is ServerTarget => target !== 'sqlite')
if (servers.length > 0)
  test.each(servers)(
    '%s: a user who may have three sessions: everybody is served or told, nobody hangs, and nothing is left',
    async (target) => {
      const { database, observer } = await scene(target)
      const postgres = target.startsWith('postgres')
      const name = `limited_${Math.random().toString(36).slice(2)}`
      const create = postgres
        ? [`create role ${name} login password 'secret' connection limit 3`]
        : [`create user ${name} identified by 'secret' with max_user_connections 3`, `grant all on ${database.name}.* to ${name}`]
      for (const text of create) await observer.ask(text)
      const url = new URL(database.url)
      url.username = name
      url.password = 'secret'
      const engine = engineOn(url.href, { pool: { size: 5, maxOverflow: 5, timeout: 10_000 } })
      try {
        const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, i) => engine.scalar(sql`select ${i} + 0`)))
        const answered = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [[Number(outcome.value), i]] : []))
        for (const [answer, i] of answered) expect(answer).toBe(i)
        expect(answered.length).toBeGreaterThan(3)
        const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
        expect(new Set(refused.map(({ name: kind }) => kind))).toEqual(new Set(['ConnectError']))
        expect(refused[0].message).not.toContain('secret')
        expect((await observer.sessions()).length).toBeLessThanOrEqual(3)
        // one after the other there is room for all
        for (let i = 0; i < 20; i++) expect(Number(await engine.scalar(sql`select ${i} + 0`))).toBe(i)
        expect(engine.status()).toMatchObject({ used: 0, waiting: 0 })
        await engine.close()
        expect(
          await until(
            () => observer.sessions(),
            (ids) => ids.length === 0,
          ),
        ).toEqual([])
      } finally {
        await engine.close()
        await observer.ask(postgres ? `drop role ${name}` : `drop user ${name}`)
      }
    },
  )

if (targets.includes('sqlite'))
  test('X12: sqlite: a file that may not grow: the transaction is all there or not at all', async () => {
    const database = later(await freshDatabase('sqlite'), (it) => it.drop())
    const filled = table('filled', { n: integer().primaryKey(), w: varchar(100_000) })
    await using engine = createEngine(database.url, {
      pool: { size: 1, maxOverflow: 0 },
      onConnect: async (conn) => conn.script('pragma max_page_count = 40'),
    })
    await metadata({ filled }).createAll(engine)
    const add = (n: number, length: number) => sql`insert into filled values (${n}, ${'x'.repeat(length)})`
    let refused: unknown
    const outcome = await engine
      .transaction(async (tx) => {
        await tx.execute(add(1, 10))
        for (let n = 2; refused === undefined; n++) await tx.execute(add(n, 50_000)).catch((error) => (refused = error))
        // what comes after a failure that was swallowed is in the same transaction, or nowhere
        await tx.execute(add(1_000, 10))
      })
      .then(
        () => 'committed',
        (error: Error) => error.name,
      )
    expect(refused).toBeInstanceOf(DatabaseError)
    expect(refused).toMatchObject({ code: 'SQLITE_FULL' })
    const there = (await engine.scalars(sql`select n from filled order by n`)).map(Number)
    if (outcome === 'committed') expect([there[0], there.at(-1)]).toEqual([1, 1_000])
    else expect(there).toEqual([])
    expect(await engine.scalar(sql`pragma integrity_check`)).toBe('ok')
    await engine.execute(sql`delete from filled`)
    await engine.execute(add(7, 10))
    expect(engine.status()).toMatchObject({ used: 0 })
  })
