/** What a library costs before it does anything: the time of its import in a fresh process, and its size in a bundle. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

/** Milliseconds that a program takes, without the start of the process. */
function timeOf(program) {
  const { stdout, stderr } = node(`const start = performance.now()\n${program}\nconsole.log(performance.now() - start)`)
  const time = Number(stdout)
  if (!(time >= 0)) throw new Error(stderr)
  return time
}

const node = (program) => spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })

const everything = (names) => names.map((name, i) => `import * as x${i} from '${name}'; globalThis.x${i} = x${i}`).join('\n')

/** One table, one select by key, its SQL for PostgreSQL: what every program needs. */
const first = {
  quern: `const { compile, integer, select, table, text } = await import('quern')
    const users = table('users', { id: integer().primaryKey(), name: text().notNull() })
    globalThis.text = compile(select(users).where(users.id.eq(1)), 'postgres').sql`,
  kysely: `const { Kysely, PostgresDialect } = await import('kysely')
    const db = new Kysely({ dialect: new PostgresDialect({ pool: {} }) })
    globalThis.text = db.selectFrom('users').selectAll().where('id', '=', 1).compile().sql`,
  ...Object.fromEntries(
    ['drizzle-orm', 'drizzle-orm-next'].map((drizzle) => [
      drizzle === 'drizzle-orm' ? 'drizzle' : 'drizzle-next',
      `const { eq } = await import('${drizzle}')
      const { integer, pgTable, PgDialect, QueryBuilder, text } = await import('${drizzle}/pg-core')
      const users = pgTable('users', { id: integer().primaryKey(), name: text().notNull() })
      globalThis.text = new QueryBuilder().select().from(users).where(eq(users.id, 1)).toSQL().sql`,
    ]),
  ),
  knex: `const { default: knex } = await import('knex')
    globalThis.text = knex({ client: 'pg' })('users').where('id', 1).toSQL().sql`,
}
const alone = (names) => `for (const name of ${JSON.stringify(names)}) await import(name)`

/** The files of CommonJS that Node has loaded when a program has run; modules are loaded with what imports them. */
function loadedBy(program) {
  const { stdout, stderr } = node(`import { createRequire } from 'node:module'
    ${program}
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)))`)
  if (stdout === '') throw new Error(stderr)
  return new Set(JSON.parse(stdout))
}

/** Bytes of what a program imports, as one file, minified and compressed; without what comes by `import()`, and of scripts only those `loaded`. */
async function sizeOf(contents, loaded) {
  const { build } = await import('esbuild')
  const onlyLoaded = {
    name: 'only what is loaded',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^/ }, ({ kind, path }) => (loaded && kind === 'dynamic-import' ? { path, external: true } : undefined))
      if (loaded) onLoad({ filter: /\.c?js$/ }, ({ path }) => (isScript(path) && !loaded.has(path) ? { contents: '' } : undefined))
    },
  }
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    splitting: true,
    outdir: 'bundled',
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: [...external, ...external.map((name) => `${name}/*`)],
    plugins: [onlyLoaded],
    logLevel: 'silent',
  })
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
}

/** Whether Node loads a file as CommonJS. */
function isScript(path) {
  if (path.endsWith('.cjs')) return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type !== 'module'
    if (folder === dirname(folder)) return true
  }
}

const cases = {
  import: { time: (id) => timeOf(alone(entries[id])) },
  'first-statement': { time: (id) => timeOf(first[id]) },
  'size-at-once': { size: (id) => sizeOf(everything(entries[id]), loadedBy(alone(entries[id]))) },
  'size-first-statement': { size: (id) => sizeOf(everything(entries[id]), loadedBy(first[id])) },
  'size-all': { size: (id) => sizeOf(everything(entries[id])) },
}

export default async (name, variant, _database, library) => {
  const id = variant ?? library
  const { time, size } = cases[name]
  return {
    // the SQL is each library's own, so it is not compared
    prove: async () => ({ rows: [name.includes('first') ? provesItself(first[id]) : entries[id].length > 0] }),
    async timed({ batches }) {
      if (size !== undefined) {
        const bytes = await size(id)
        return { ns: bytes, min: bytes, max: bytes, iterations: 1, batches: 1 }
      }
      const samples = Array.from({ length: Math.max(1, batches) }, () => time(id) * 1e6).sort((a, b) => a - b)
      return { ns: samples[samples.length >> 1], min: samples[0], max: samples.at(-1), iterations: 1, batches }
    },
  }
}

function provesItself(program) {
  const { stdout, stderr } = node(`${program}\nconsole.log(globalThis.text)`)
  if (!/^select .* from .*users.* where .*id/i.test(stdout)) throw new Error(stdout + stderr)
  return true
}
