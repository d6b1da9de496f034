/** Tables, columns, constraints, indexes on four databases: what is created is read back from the catalogs, what is refused sends nothing. */
import { loadModule, parseSync } from 'libpg-query'
import { createEngine, type Engine, metadata, sql, UnsupportedFeatureError } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { declaredFor, tableFeatures } from './table-features.js'

const titles = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' }

const isOlder = (version: string, since: string): boolean => {
  const [a, b] = [version, since].map((text) => text.split('.').map(Number)) as [number[], number[]]
  const i = a.findIndex((part, at) => part !== (b[at] ?? 0))
  return i >= 0 && a[i]! < (b[i] ?? 0)
}

for (const target of targets) {
  const dialect = dialectOf(target)

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine
    let version: string

    const ask = async (query: string): Promise<(string | null)[][]> => {
      await using connection = await engine.connect()
      const rows = (await connection.all(sql`${sql.unsafe(query)}`)) as unknown[][]
      return rows.map((row) => row.map((value) => (value === null ? null : String(value))))
    }

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      const query = dialect === 'postgres' ? 'show server_version' : dialect === 'sqlite' ? 'select sqlite_version()' : 'select version()'
      version = /^[\d.]+/.exec((await ask(query))[0]![0]!)![0]
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each(tableFeatures.map((row) => [row.feature, row] as const))('%s', async (_, row) => {
      const db = metadata(declaredFor(row, dialect))
      const expected = row.expected[dialect]
      if (typeof expected === 'object' && ('refused' in expected || isOlder(version, expected.since))) {
        const refused = db.createAll(engine)
        await expect(refused).rejects.toThrow(UnsupportedFeatureError)
        if ('refused' in expected)
          await expect(refused).rejects.toThrow(
            expect.objectContaining({ message: expect.stringMatching(sentence(titles[dialect], expected.refused)) }),
          )
        return
      }
      try {
        await db.createAll(engine, { checkFirst: false })
        const seen = row.seen[dialect]
        if (seen) expect(await ask(seen[0])).toEqual(seen[1])
        if (row.rejected) await expectRejected(engine, row.rejected)
      } finally {
        await db.dropAll(engine)
      }
    })
  })
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const sentence = (title: string, refused: string): RegExp => new RegExp(`^${title} \\d+\\.\\d+ has no ${escaped(refused)}$`)

async function expectRejected(engine: Engine, statements: readonly string[]): Promise<void> {
  await using connection = await engine.connect()
  for (const text of statements.slice(0, -1)) await connection.script(text)
  await expect(connection.script(statements.at(-1)!)).rejects.toThrow()
}

describe('the table of features', () => {
  beforeAll(() => loadModule())

  test.each(tableFeatures.map((row) => [row.feature, row] as const))('%s is what PostgreSQL’s own parser takes', (_, row) => {
    if (typeof row.expected.postgres === 'object' && 'refused' in row.expected.postgres) return
    for (const text of metadata(declaredFor(row, 'postgres')).toDdl('postgres', { version: '18.0.0' }))
      expect(parseSync(text).stmts).toHaveLength(1)
  })

  test('names each feature once', () => {
    expect(new Set(tableFeatures.map(({ feature }) => feature)).size).toBe(tableFeatures.length)
  })
})
