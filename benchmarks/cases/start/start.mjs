/** What a library costs before it does anything: the time of its import in a fresh process, and its size in a bundle. */
import { spawnSync } from 'node:child_process'
import { relative } from 'node:path'
import { gzipSync } from 'node:zlib'

const entries = {
  nothing: [],
  pg: ['pg'],
  quern: ['quern'],
  kysely: ['kysely'],
  drizzle: ['drizzle-orm', 'drizzle-orm/pg-core'],
  'drizzle-next': ['drizzle-orm-next', 'drizzle-orm-next/pg-core'],
  'drizzle-pg': ['drizzle-orm', 'drizzle-orm/pg-core', 'drizzle-orm/node-postgres'],
  knex: ['knex'],
}
const external = [
  'mariadb',
  'pg',
  'pg-native',
  'pg-copy-streams',
  'pg-query-stream',
  'mysql',
  'mysql2',
  'better-sqlite3',
  'sqlite3',
  'tedious',
  'oracledb',
]

/** Milliseconds from the first import to the last, without the start of the process. */
function importTime(names) {
  const script = `const start = performance.now(); for (const name of ${JSON.stringify(names)}) await import(name); console.log(performance.now() - start)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  const time = Number(stdout)
  if (!(time >= 0)) throw new Error(stderr)
  return time
}

const everything = (names) => names.map((name, i) => `import * as x${i} from '${name}'; globalThis.x${i} = x${i}`).join('\n')

/** One table, one select by key, an engine for PostgreSQL: what a bundler leaves of a library. */
const small = {
  quern: `import { createEngine, integer, select, table, text } from 'quern'
    const users = table('users', { id: integer().primaryKey(), name: text().notNull() })
    const engine = createEngine('postgresql://localhost/shop')
    console.log(await engine.all(select(users).where(users.id.eq(1))))`,
  kysely: `import { Kysely, PostgresDialect } from 'kysely'
    import pg from 'pg'
    const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: 'postgresql://localhost/shop' }) }) })
    console.log(await db.selectFrom('users').selectAll().where('id', '=', 1).execute())`,
  ...Object.fromEntries(
    ['drizzle-orm', 'drizzle-orm-next'].map((drizzle) => [
      drizzle === 'drizzle-orm' ? 'drizzle' : 'drizzle-next',
      `import { eq } from '${drizzle}'
      import { integer, pgTable, text } from '${drizzle}/pg-core'
      import { drizzle } from '${drizzle}/node-postgres'
      const users = pgTable('users', { id: integer().primaryKey(), name: text().notNull() })
      const db = drizzle('postgresql://localhost/shop')
      console.log(await db.select().from(users).where(eq(users.id, 1)))`,
    ]),
  ),
  knex: `import knex from 'knex'
    console.log(await knex({ client: 'pg', connection: 'postgresql://localhost/shop' })('users').where('id', 1))`,
}

/** Bytes of a program, bundled, minified and compressed: of what it loads before it does anything, and with what it loads when that is first needed. */
async function sizes(contents) {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    splitting: true,
    outdir: 'bundled',
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: [...external, ...external.map((name) => `${name}/*`)],
    logLevel: 'silent',
  })
  const bytes = new Map(outputFiles.map(({ path, contents }) => [relative(process.cwd(), path), gzipSync(contents, { level: 9 }).length]))
  const [start] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === '<stdin>')
  const atOnce = new Set([start])
  for (const path of atOnce)
    for (const { path: next, kind, external } of metafile.outputs[path].imports)
      if (kind === 'import-statement' && !external) atOnce.add(next)
  const sum = (paths) => paths.reduce((total, path) => total + bytes.get(path), 0)
  return { atOnce: sum([...atOnce]), all: sum([...bytes.keys()]) }
}

const sizeOf = {
  'size-at-once': async (id) => (await sizes(everything(entries[id]))).atOnce,
  'size-all': async (id) => (await sizes(everything(entries[id]))).all,
  'size-small': async (id) => (await sizes(small[id])).atOnce,
}

export default async (name, variant, _database, library) => {
  const id = variant ?? library
  const names = entries[id]
  return {
    prove: async () => ({ rows: [names.length > 0] }),
    async timed({ batches }) {
      if (name in sizeOf) {
        const bytes = await sizeOf[name](id)
        return { ns: bytes, min: bytes, max: bytes, iterations: 1, batches: 1 }
      }
      const samples = Array.from({ length: Math.max(1, batches) }, () => importTime(names) * 1e6).sort((a, b) => a - b)
      return { ns: samples[samples.length >> 1], min: samples[0], max: samples.at(-1), iterations: 1, batches }
    },
  }
}
