import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { type FreshDatabase, freshDatabase, serverUrl, targets } from '../servers/urls.js'

const root = join(__dirname, '../..')
const demo = join(root, 'docs/examples/demo')
const main = join(demo, 'dist/main.js')

/** What Chinook holds, by SQL that Quern had no hand in. */
const chinook = new Sqlite(':memory:')
chinook.exec(gunzipSync(readFileSync(join(root, 'test/fixtures/chinook/sqlite.sql.gz'))).toString())
const query = <Row>(sql: string) => chinook.prepare(sql).all() as Row[]
const facts = {
  tables: query<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`).map(
    ({ name }) => ({ name, rows: query<{ n: number }>(`SELECT COUNT(*) AS n FROM "${name}"`)[0]!.n }),
  ),
  artists: query<{ name: string; tracks: number; buyers: number; revenue: string }>(`
    SELECT a.Name AS name, SUM(l.Quantity) AS tracks, COUNT(DISTINCT i.CustomerId) AS buyers, PRINTF('%.2f', SUM(l.UnitPrice * l.Quantity)) AS revenue
    FROM InvoiceLine l JOIN Invoice i USING (InvoiceId) JOIN Track t USING (TrackId) JOIN Album USING (AlbumId) JOIN Artist a USING (ArtistId)
    GROUP BY a.ArtistId HAVING SUM(l.UnitPrice * l.Quantity) > 25 ORDER BY SUM(l.UnitPrice * l.Quantity) DESC, a.Name`),
  countries: query<{ country: string; invoices: number; revenue: string }>(`
    SELECT BillingCountry AS country, COUNT(*) AS invoices, PRINTF('%.2f', SUM(Total)) AS revenue
    FROM Invoice GROUP BY BillingCountry ORDER BY SUM(Total) DESC, BillingCountry`),
  employees: query<{ depth: number; name: string }>(`
    WITH RECURSIVE r (id, depth) AS (
      SELECT EmployeeId, 0 FROM Employee WHERE ReportsTo IS NULL UNION ALL SELECT e.EmployeeId, depth + 1 FROM Employee e JOIN r ON e.ReportsTo = r.id)
    SELECT depth, FirstName || ' ' || LastName AS name FROM r JOIN Employee ON EmployeeId = id ORDER BY depth, id`),
}
chinook.close()

let temporary: string
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'quern-test-demo-'))
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', demo])
  execFileSync(process.execPath, [join(root, 'build/bundle.mjs')])
})
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the demo in a folder for temporary files of its own; `interrupt` sends SIGINT when that text has appeared. */
function run(args: readonly string[], interrupt?: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1' } })
    let [out, err] = ['', '']
    let waiting = interrupt
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
      if (waiting === undefined || !out.includes(waiting)) return
      waiting = undefined
      child.kill('SIGINT')
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }))
  })
}

/** What is printed under a numbered heading, line by line, cell by cell. */
const cells = (out: string, section: number): string[][] =>
  out
    .slice(out.indexOf(`\n${section}  `) + 1)
    .split(/\n\n(?=\d {2}\S)/)[0]!
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/))

test('Chinook is what it is known to be', () => {
  const sizes = Object.fromEntries(facts.tables.map(({ name, rows }) => [name, rows]))
  expect(sizes).toMatchObject({ Album: 347, Artist: 275, Track: 3503, Employee: 8, Invoice: 412 })
  expect(facts.countries.reduce((sum, { revenue }) => sum + Number(revenue), 0).toFixed(2)).toBe('2328.60')
  expect(facts.employees.map(({ depth }) => depth)).toEqual([0, 1, 1, 2, 2, 2, 2, 2])
})

describe.each(targets)('the demo on %s', (target) => {
  let database: FreshDatabase
  let outcome: Outcome
  const args = () => (target === 'sqlite' ? [] : ['--url', database.url])

  beforeAll(async () => {
    database = await freshDatabase(target)
    outcome = await run(args())
  })
  afterAll(() => database.drop())

  test('ends well and says nothing on standard error', () => {
    expect(outcome).toMatchObject({ code: 0, err: '' })
    expect(outcome.out).toMatch(/^Quern on (SQLite|PostgreSQL|MySQL|MariaDB): loads Chinook into /)
    expect(outcome.out).toContain(target === 'sqlite' ? 'the file is removed.' : 'the database quern_demo is dropped.')
  })

  test('fits into 100 columns', () => {
    expect(outcome.out.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  test('reflects every table and its size', () => {
    const found = cells(outcome.out, 1)
    for (const { name, rows } of facts.tables) {
      const shown = database.dialect === 'postgres' ? name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase() : name
      expect(found).toContainEqual([shown, expect.any(String), expect.any(String), expect.any(String), String(rows)])
      expect(outcome.out).toContain(`= table('${shown}', {`)
    }
    expect(outcome.out).toContain('11 tables reflected')
  })

  test('joins and aggregates', () => {
    const expected = facts.artists.map(({ name, tracks, buyers, revenue }) => [name, String(tracks), String(buyers), revenue])
    expect(cells(outcome.out, 2)).toEqual(expect.arrayContaining(expected.slice(0, 8)))
    expect(outcome.out).toContain(`… ${expected.length - 8} more`)
    expect(outcome.out).toContain(`${expected.length} rows in `)
  })

  test('ranks and sums up with windows', () => {
    let running = 0
    const expected = facts.countries.map(({ country, invoices, revenue }, i) => {
      running += Number(revenue)
      const percent = (Number(revenue) / 23.286).toFixed(2)
      return [String(i + 1), country, String(invoices), revenue, running.toFixed(2), percent]
    })
    expect(cells(outcome.out, 3)).toEqual(expect.arrayContaining(expected.slice(0, 8)))
    expect(outcome.out).toContain('24 countries, total revenue 2328.60')
  })

  test('finds the depth of every employee', () => {
    const found = cells(outcome.out, 4).filter(([depth]) => /^\d$/.test(depth!))
    expect(found.map(([depth, name]) => ({ depth: Number(depth), name }))).toEqual(facts.employees)
  })

  test('inserts 100,000 rows, as the database counts them', () => {
    const byDevice = cells(outcome.out, 5).filter(([device]) => ['car', 'desktop', 'kitchen radio', 'phone'].includes(device!))
    expect(byDevice.map(([, playbacks]) => playbacks)).toEqual(['25000', '25000', '25000', '25000'])
    const seconds = Array.from({ length: 100_000 }, (_, i) => 30 + ((i * 17) % 300)).reduce((a, b) => a + b)
    expect(byDevice.reduce((sum, [, , shown]) => sum + Number(shown), 0)).toBe(seconds)
    expect(outcome.out).toMatch(/100,000 rows in [\d.]+ ms: [\d,]+ rows\/s/)
    expect(outcome.out.match(/^ +(25|50|75|100) % /gm)).toHaveLength(4)
  })

  test('undoes the savepoint and nothing else', () => {
    expect(cells(outcome.out, 6)).toEqual(
      expect.arrayContaining([
        ['before the savepoint', '3'],
        ['inside the savepoint', '5'],
        ['after it was rolled back', '3'],
        ['after COMMIT', '3'],
      ]),
    )
    expect(outcome.out).toContain('ForeignKeyViolationError')
  })

  test('leaves nothing behind, neither here nor on the server', async () => {
    expect(readdirSync(temporary)).toEqual([])
    if (target === 'sqlite') return
    expect(await execute(target, `SELECT ${nameOf(target)}`)).toEqual([])
    expect(
      await execute(
        target,
        `SELECT table_name FROM information_schema.tables WHERE table_schema IN ('public', '${database.name}')`,
        database.url,
      ),
    ).toEqual([])
  })

  test('removes everything when it is interrupted', async () => {
    const interrupted = await run(args(), ' 25 %')
    expect(readdirSync(temporary)).toEqual([])
    // SQLite works on this very thread and bulkInsert never pauses, so there the signal is heard only when all is done
    if (target === 'sqlite') return
    expect(interrupted).toMatchObject({ code: 1, err: 'demo: interrupted\n' })
    expect(interrupted.out).not.toContain('6  A transaction')
    expect(await execute(target, `SELECT ${nameOf(target)}`)).toEqual([])
  })

  test('refuses a database quern_demo that is there already, and leaves it alone', async () => {
    if (target === 'sqlite') return
    await execute(target, 'CREATE DATABASE quern_demo')
    try {
      expect(await run(args())).toEqual({
        code: 1,
        out: '',
        err: 'demo: the server has a database quern_demo already, and the demo touches nothing that it did not make; drop or rename it first\n',
      })
      expect(await execute(target, `SELECT ${nameOf(target)}`)).toHaveLength(1)
    } finally {
      await execute(target, 'DROP DATABASE quern_demo')
    }
  })
})

const nameOf = (target: string): string =>
  target.startsWith('postgres')
    ? `datname FROM pg_database WHERE datname = 'quern_demo'`
    : `schema_name FROM information_schema.schemata WHERE schema_name = 'quern_demo'`

async function execute(target: Exclude<(typeof targets)[number], 'sqlite'>, text: string, url = serverUrl(target)): Promise<unknown[]> {
  if (target.startsWith('postgres')) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return await client
      .query(text)
      .then(({ rows }) => rows)
      .finally(() => client.end())
  }
  const connection = await mysql.createConnection(url)
  return await connection
    .query(text)
    .then(([rows]) => rows as unknown[])
    .finally(() => connection.end())
}

test('the tables that its queries are written against are what the printer prints', async () => {
  const bare = (text: string) => text.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '')
  const { out } = await run([])
  const printed = out.slice(out.indexOf('export const artist'), out.indexOf('export const db')).replaceAll('export const', 'const')
  expect(bare(readFileSync(join(demo, 'chinook.ts'), 'utf8'))).toContain(bare(printed))
})

test.each([
  [
    ['--ulr', 'postgresql://u:secret@h/db'],
    'there is no option --ulr; write npm run demo -- --url postgresql://user:password@host/database',
  ],
  [['postgresql://u:secret@h/db'], 'a URL stands after --url; write npm run demo -- --url postgresql://user:password@host/database'],
  [['--uri=postgresql://u:secret@h/db'], 'a URL stands after --url; write npm run demo -- --url postgresql://user:password@host/database'],
  [['--url'], '--url needs a URL, such as postgresql://user:password@host/database'],
  [['--url', 'postgresql://u:secret@h/db', 'more'], 'there is one argument too many; --url takes one URL'],
  [['--url', 'secret'], 'this is no database URL; Quern knows postgresql:// (or postgres://), mysql://, mariadb:// and sqlite://'],
  [['--url', 'sqlite:///mine.db'], '--url is for a server; without it the demo makes a SQLite database of its own'],
  [
    ['--url', 'postgresql://u:se/cret@h/db'],
    'an @ stands after the host part: / ? and @ in a user name, password or database must be percent-encoded',
  ],
  [
    ['--url=mysql://u:secret@127.0.0.1:1/db'],
    'cannot connect to MySQL at mysql://u@127.0.0.1:1/db: the connection was refused: nothing listens there',
  ],
])('%j is answered with one sentence, without a password', async (args, sentence) => {
  expect(await run(args)).toEqual({ code: 1, out: '', err: `demo: ${sentence}\n` })
})

test('npm run demo builds what it needs', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(scripts.demo).toBe('npm run --silent build && tsc -b docs/examples/demo && node docs/examples/demo/dist/main.js')
  expect(existsSync(main)).toBe(true)
})
