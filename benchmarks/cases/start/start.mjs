/** What a library costs before it does anything: the time of its import in a fresh process, and its size in a bundle. */
import { spawnSync } from 'node:child_process'
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

async function size(names) {
  const { build } = await import('esbuild')
  const contents = names.map((name, i) => `import * as x${i} from '${name}'; globalThis.x${i} = x${i}`).join('\n')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: [...external, ...external.map((name) => `${name}/*`)],
    logLevel: 'silent',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

export default async (name, variant, _database, library) => {
  const names = entries[variant ?? library]
  return {
    prove: async () => ({ rows: [names.length > 0] }),
    async timed({ batches }) {
      if (name === 'size') {
        const bytes = await size(names)
        return { ns: bytes, min: bytes, max: bytes, iterations: 1, batches: 1 }
      }
      const samples = Array.from({ length: Math.max(1, batches) }, () => importTime(names) * 1e6).sort((a, b) => a - b)
      return { ns: samples[samples.length >> 1], min: samples[0], max: samples.at(-1), iterations: 1, batches }
    },
  }
}
