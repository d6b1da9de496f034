// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { distributionSources, machineSources, osRelease, printDeb822 } from './apt-sources.mjs'
import { cached } from './cache.mjs'
import { atLeast, run } from './run.mjs'

/**
 * Server packages of the distribution, downloaded and extracted into the cache without touching the system: apt gets a
 * configuration of its own (lists, cache, an empty package status), so neither root nor an `apt-get update` is needed.
 */

const quiet = { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }

/**
 * @param {string} directory
 * @param {string} command `apt-get` or `apt-cache`
 * @param {readonly string[]} args
 */
function apt(directory, command, args) {
  const options = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(directory, 'sources'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State': join(directory, 'state'),
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::State::status': join(directory, 'state', 'status'), // empty, as if nothing were installed: every library comes along
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    'Acquire::Languages': 'none',
    'APT::Update::Error-Mode': 'any', // else a mirror that cannot be reached is only a warning
    'Acquire::Retries': '3',
    'Acquire::http::Timeout': '30',
    'Acquire::https::Timeout': '30',
    // Root's apt otherwise downloads as a user who may not enter a cache in root's home; signatures are checked all the same.
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  }
  const settings = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return run(command, [...settings, ...args], { env: quiet })
}

/** @param {string} program */
const onPath = (program) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/**
 * @param {string} directory
 * @param {readonly string[]} names
 * @param {string} minimum
 */
async function candidate(directory, names, minimum) {
  const report = await apt(directory, 'apt-cache', ['policy', ...names])
  const found = [...report.matchAll(/^(\S+):\n(?: .*\n)*? {2}Candidate: (\S+)/gm)].map(([, name = '', version = '']) => ({ name, version }))
  return found
    .filter(({ version }) => version !== '(none)' && atLeast(version, minimum))
    .sort((a, b) => (atLeast(a.version, b.version) ? -1 : 1))[0]
}

/**
 * Makes apt's folders in `directory` and loads the lists of one suite.
 * @param {string} directory
 * @param {string | undefined} suite
 */
async function readLists(directory, suite) {
  const codename = osRelease().get('VERSION_CODENAME') ?? ''
  const sources = distributionSources(machineSources(), codename, suite)
  if (sources.length === 0)
    throw new Error(`the machine's apt sources name no archive of this distribution (${codename || 'unnamed release'})`)
  for (const folder of ['sources', 'state', 'lists', 'archives']) {
    await rm(join(directory, folder), { recursive: true, force: true })
    await mkdir(join(directory, folder, folder === 'lists' || folder === 'archives' ? 'partial' : ''), { recursive: true })
  }
  await writeFile(join(directory, 'sources', 'quern.sources'), printDeb822(sources))
  await writeFile(join(directory, 'state', 'status'), '')
  await apt(directory, 'apt-get', ['-q', 'update'])
}

/**
 * @param {string} directory
 * @param {{ names: readonly string[], minimum: string, suites: readonly (string | undefined)[] }} wanted
 */
async function download(directory, { names, minimum, suites }) {
  const codename = osRelease().get('VERSION_CODENAME') ?? ''
  for (const suite of suites) {
    await readLists(directory, suite)
    const found = await candidate(directory, names, minimum)
    if (!found) continue
    await apt(directory, 'apt-get', ['-q', '-y', '--no-install-recommends', '--download-only', 'install', found.name])
    return { package: found.name, version: found.version, suite: suite ?? codename }
  }
  throw new Error(`apt finds no ${names.join(' or ')} >= ${minimum} in ${suites.map((suite) => suite ?? codename).join(', ')}`)
}

/**
 * @param {string} directory
 */
async function extract(directory) {
  const archives = join(directory, 'archives')
  await mkdir(join(directory, 'root'))
  for (const file of readdirSync(archives)) {
    // The servers are plain programs; perl is for the scripts beside them.
    if (file.endsWith('.deb') && !/^(lib)?perl/.test(file)) await run('dpkg', ['-x', join(archives, file), join(directory, 'root')])
  }
  const used = ['sources', 'state', 'lists', 'archives', 'pkgcache.bin', 'srcpkgcache.bin']
  for (const name of used) await rm(join(directory, name), { recursive: true, force: true })
}

const packages = {
  mysql: { names: ['mysql-server-core', 'mysql-server-core-8.4'], minimum: '8.4' },
  mariadb: { names: ['mariadb-server-core'], minimum: '10.11' },
}

/**
 * Debian has MySQL in `sid` only. Ubuntu has both in its releases.
 * @param {'mysql' | 'mariadb'} name
 */
function suites(name) {
  if (osRelease().get('ID') !== 'debian') return [undefined]
  return name === 'mysql' ? ['sid'] : [undefined, 'sid']
}

/**
 * The folder of the extracted packages of `name`, downloaded if need be. `root/` in it is the file tree, `install.json` says what it is.
 * @param {'mysql' | 'mariadb'} name
 * @param {(line: string) => void} log
 */
export async function aptPackage(name, log) {
  const codename = osRelease().get('VERSION_CODENAME') ?? 'unknown'
  const directory = await cached(`${name}-${codename}-${process.arch}`, async (unfinished) => {
    if (!onPath('apt-get') || !onPath('dpkg')) throw new Error('this is no Debian-like system, so there are no packages to download')
    log(`${name}: downloading the server's packages, once for this machine`)
    const install = await download(unfinished, { ...packages[name], suites: suites(name) })
    await extract(unfinished)
    await writeFile(join(unfinished, 'install.json'), JSON.stringify(install))
  })
  const install = JSON.parse(readFileSync(join(directory, 'install.json'), 'utf8'))
  return { directory, origin: `Debian package ${install.package} ${install.version} (${install.suite})` }
}

/**
 * The folder of the library that makes a cluster of MariaDB servers, downloaded if need be.
 * @param {(line: string) => void} log
 */
export async function galeraPackages(log) {
  const codename = osRelease().get('VERSION_CODENAME') ?? 'unknown'
  return await cached(`galera-${codename}-${process.arch}`, async (unfinished) => {
    if (!onPath('apt-get') || !onPath('dpkg')) throw new Error('this is no Debian-like system, so there is no package galera-4 to download')
    log('galera: downloading its package, once for this machine')
    await readLists(unfinished, undefined)
    await apt(unfinished, 'apt-get', ['-q', '-y', '--no-install-recommends', '--download-only', 'install', 'galera-4'])
    await extract(unfinished)
  })
}
