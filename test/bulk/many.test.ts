/** Many rows go in with little memory, and a death in the middle leaves all of them or none. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { boolean, createEngine, type Engine, integer, sql, table, varchar } from 'quern'
import { faultTexts } from '../faults/texts.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const built = join(__dirname, '../../packages/quern/dist/index.js')
const many = Number(process.env.QUERN_TEST_BULK_ROWS ?? 50_000)
const kills = Number(process.env.QUERN_TEST_BULK_KILLS ?? 3)
/** Rows of a call that is to die. */
const dying = kills > 3 ? 40_000 : 20_000
const megabyte = 1024

interface Child {
  readonly done: Promise<{ code: number | null; out: string }>
  kill(): void
}

function child(url: string, rows: number, method = 'auto'): Child {
  if (!existsSync(built)) throw new Error('packages/quern is not built; run: npm run build')
  const process_ = spawn(process.execPath, [join(__dirname, 'child.mjs'), url, String(rows), method], {
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let out = ''
  process_.stdout.on('data', (bytes) => (out += bytes))
  process_.stderr.on('data', (bytes) => (out += bytes))
  const done = new Promise<{ code: number | null; out: string }>((resolve) => process_.on('close', (code) => resolve({ code, out })))
  return { done, kill: () => process_.kill('SIGKILL') }
}

async function report(url: string, rows: number, method?: string): Promise<Record<string, any>> {
  const { code, out } = await child(url, rows, method).done
  if (code !== 0) throw new Error(out)
  return JSON.parse(out.trim().split('\n').at(-1)!)
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    const stamp = database.dialect === 'postgres' ? 'timestamptz(3)' : 'datetime(3)'
    await engine.execute(
      sql`create table many (id integer primary key, a varchar(100) not null, b bigint, c ${sql.unsafe(database.dialect === 'sqlite' ? 'text' : 'numeric(12, 2)')}, d double precision, e boolean not null, f ${sql.unsafe(stamp)}, g text, h integer, i varchar(50))`,
    )
  })
  afterEach(() => engine.execute(sql`delete from many`))
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })
  const count = async () => Number(await engine.scalar(sql`select count(*) from many`))

  const methods = (one: string) => (one === 'sqlite' || many > 100_000 ? ['auto'] : ['auto', 'values'])
  test.each(methods(target))(
    'rows from a generator by %s: all there, and memory stays flat',
    async (method) => {
      const small = await report(database.url, 10_000, method)
      await engine.execute(sql`delete from many`)
      const rows = method === 'auto' ? many : Math.min(many, 20_000)
      const large = await report(database.url, rows, method)
      const sum = (value: (i: number) => number) => {
        let total = 0
        for (let i = 0; i < rows; i++) total += value(i)
        return String(total)
      }
      expect(large).toMatchObject({
        rowCount: rows,
        n: String(rows),
        s: sum((i) => i),
        h: sum((i) => i % 977),
        i: sum((i) => (i % 3 === 0 ? 0 : 1)),
      })
      process.stderr.write(
        `    ${target}, ${method}: peak ${small.peak / megabyte} MiB at 10,000 rows, ${large.peak / megabyte} MiB at ${rows}\n`,
      )
      expect((large.peak - small.peak) / megabyte).toBeLessThanOrEqual(60)
    },
    600_000,
  )

  test(`killed ${kills} times at random moments: all or nothing`, async () => {
    const rows = dying
    const begun = performance.now()
    await report(database.url, rows)
    const whole = performance.now() - begun
    await engine.execute(sql`delete from many`)
    const seen = { none: 0, all: 0 }
    for (let i = 0; i < kills; i++) {
      const { kill, done } = child(database.url, rows)
      // from the moment when the packages are loaded until the end
      await pause(whole * (0.25 + 0.75 * Math.random()))
      kill()
      await done
      // a server may need a moment to notice, and to roll back
      const found = await settled(count)
      expect([0, rows]).toContain(found)
      seen[found === 0 ? 'none' : 'all']++
      await engine.execute(sql`delete from many`)
    }
    process.stderr.write(`    ${target}, process killed: ${JSON.stringify(seen)}\n`)
  }, 600_000)

  if (target === 'sqlite') return
  test(`its connection killed by the server ${kills} times: all or nothing, and the call fails`, async () => {
    const rows = dying
    const texts = faultTexts[database.dialect as 'postgres']
    const mortal = createEngine(database.url)
    const watcher = await engine.connect()
    try {
      for (let i = 0; i < kills; i++) {
        const moment = 5_000 + Math.floor(Math.random() * (rows - 5_000))
        let at = 0
        const { things, generated } = bulkRows(rows, async (n) => {
          at = n
          if (n !== moment) return
          for (const id of await watcher.scalars(sql`${sql.unsafe(texts.sessions)}`))
            if (String(id) !== watcher.id) await watcher.script(texts.kill(String(id))).catch(() => {})
        })
        await expect(mortal.bulkInsert(things, generated)).rejects.toMatchObject({ name: 'ConnectionLostError' })
        expect(at).toBeGreaterThanOrEqual(moment)
        // by the one session that was not killed: those of the pool are found out with the next statement
        expect(await settled(async () => Number(await watcher.scalar(sql`select count(*) from many`)))).toBe(0)
      }
    } finally {
      await watcher.close()
      await mortal.close()
    }
  }, 600_000)

  async function settled(look: () => Promise<number>): Promise<number> {
    let last = await look()
    for (let i = 0; i < 40; i++) {
      await pause(50)
      const next = await look()
      if (next === last && i > 2) return next
      last = next
    }
    return last
  }
})

const things = table('many', { id: integer().primaryKey(), a: varchar(100).notNull(), e: boolean().notNull() })
function bulkRows(count: number, at: (n: number) => Promise<void>) {
  async function* generated() {
    for (let i = 0; i < count; i++) {
      await at(i)
      yield { id: i, a: `name ${i}`, e: true }
    }
  }
  return { things, generated: generated() }
}
