/** T10: what a program leaves open must not keep it from ending. Programs of their own, with the built packages. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const built = join(__dirname, '../../packages/quern/dist/index.js')

/** Runs a program and yields what it printed; rejects when it does not end by itself. */
function run(url: string, body: string): Promise<string> {
  if (!existsSync(built)) throw new Error('packages/quern is not built; run: npm run build')
  const folder = mkdtempSync(join(tmpdir(), 'quern-exit-'))
  const program = join(folder, 'program.mjs')
  writeFileSync(
    program,
    `import { createEngine, sql } from ${JSON.stringify(pathToFileURL(built).href)}\nconst url = process.env.URL_OF_TEST\n${body}`,
  )
  return new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, [program], { env: { ...process.env, NODE_OPTIONS: '', URL_OF_TEST: url }, timeout: 20_000 })
    let printed = ''
    child.stdout.on('data', (bytes) => (printed += bytes))
    child.stderr.on('data', (bytes) => (printed += bytes))
    child.on('error', reject)
    child.on('close', (code, signal) =>
      code === 0 ? resolve(printed.trim()) : reject(new Error(`it ended with ${signal ?? code}: ${printed}`)),
    )
  }).finally(() => rmSync(folder, { recursive: true, force: true }))
}

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
  })
  afterAll(() => database.drop())

  test('T10: with allowExitOnIdle a program with idle connections ends by itself', async () => {
    const body = `const engine = createEngine(url, { pool: { allowExitOnIdle: true } })
      for (let i = 0; i < 2; i++) await Promise.all([1, 2, 3].map(() => engine.execute(sql\`select 1\`)))
      await new Promise((resolve) => setTimeout(resolve, 20))
      console.log(await engine.scalar(sql\`select 7\`), engine.status().idle > 0)`
    expect(await run(database.url, body)).toBe('7 true')
  })

  test('T10: after close nothing keeps the program, and nothing was thrown where nobody listens', async () => {
    const body = `for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => console.log(event, error))
      const engine = createEngine(url, { pool: { size: 2, maxOverflow: 0 } })
      await Promise.allSettled(Array.from({ length: 20 }, (_, i) => engine.execute(sql\`select 1\`, { timeout: 1 + i })))
      const leaked = await engine.connect()
      await engine.close({ timeout: 50 })
      await new Promise(setImmediate)
      // where output goes to is not counted
      const left = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|Immediate|FSReq/.test(name))
      console.log('closed', left.join())`
    expect(await run(database.url, body)).toBe('closed')
  })
})
