/**
 * Lays out a folder per Node version in which contenders run as in a user's project: the peers from the lock file, better-sqlite3 built
 * for that Node, and Quern's packages as they are published (`package.json` and `dist`). Quern's other dependencies are found in the
 * repository's own node_modules, further up.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from './npm.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const repository = dirname(here)
const binding = 'build/Release/better_sqlite3.node'

export function stage(node) {
  const folder = join(here, '.cache', `node-${node.version}`)
  installPeers(folder, node)
  copyQuern(folder)
  rmSync(join(folder, 'cases'), { recursive: true, force: true })
  cpSync(join(here, 'cases'), join(folder, 'cases'), { recursive: true })
  return { folder, versions: versionsIn(folder) }
}

function installPeers(folder, node) {
  const lock = readFileSync(join(here, 'package-lock.json'))
  const stamp = createHash('sha256').update(lock).update(node.abi).digest('hex')
  const stampFile = join(folder, '.installed')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  console.log(`Installing the peers for Node ${node.version} …`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(folder, file))
  npm(['ci', '--ignore-scripts'], { cwd: folder })
  if (!takeBinding(folder, node)) {
    console.log('Building better-sqlite3, once for this Node (about a minute) …')
    npm(['rebuild', 'better-sqlite3'], { cwd: folder, node })
    if (!bindingLoads(folder, node)) throw new Error('better-sqlite3 was built and does not load')
  }
  writeFileSync(stampFile, stamp)
}

/** The repository's own better-sqlite3 will do when it is the same version and loads in this Node. */
function takeBinding(folder, node) {
  const ours = join(repository, 'node_modules/better-sqlite3')
  if (!existsSync(join(ours, binding)) || versionOf(ours) !== versionOf(join(folder, 'node_modules/better-sqlite3'))) return false
  cpSync(join(ours, binding), join(folder, 'node_modules/better-sqlite3', binding), { recursive: true })
  return bindingLoads(folder, node)
}

function bindingLoads(folder, node) {
  const script = "new (require('better-sqlite3'))(':memory:').prepare('SELECT 1').get()"
  return spawnSync(node.path, ['-e', script], { cwd: folder }).status === 0
}

function copyQuern(folder) {
  const modules = join(folder, 'node_modules')
  rmSync(join(modules, 'quern'), { recursive: true, force: true })
  rmSync(join(modules, '@quern'), { recursive: true, force: true })
  for (const entry of readdirSync(join(repository, 'packages'))) {
    const source = join(repository, 'packages', entry)
    if (!existsSync(join(source, 'package.json')) || !existsSync(join(source, 'dist'))) continue
    const target = join(modules, JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).name)
    cpSync(join(source, 'package.json'), join(target, 'package.json'))
    cpSync(join(source, 'dist'), join(target, 'dist'), { recursive: true })
  }
}

const versionOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version

function versionsIn(folder) {
  const names = [
    'quern',
    'kysely',
    'drizzle-orm',
    'drizzle-orm-next',
    'knex',
    'better-sqlite3',
    'pg',
    'pg-copy-streams',
    'pg-cursor',
    'mysql2',
    'esbuild',
  ]
  const found = names.filter((name) => existsSync(join(folder, 'node_modules', name)))
  return Object.fromEntries(found.map((name) => [name, versionOf(join(folder, 'node_modules', name))]))
}
