// @ts-check
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { aptPackage } from './apt.mjs'
import { atLeast, run } from './run.mjs'

/**
 * @typedef {object} Program
 * @property {string} command
 * @property {readonly string[]} args that come before all others: for an extracted package, what its own loader needs
 * @property {string} share the folder with error messages, character sets and SQL scripts
 * @property {readonly string[]} layout options that tell an extracted server where its files are
 * @property {string} version
 * @property {string} origin
 */

const families = {
  mysql: { binaries: ['mysqld'], minimum: '8.4' },
  mariadb: { binaries: ['mariadbd', 'mysqld'], minimum: '10.11' },
}

/**
 * `mysqld` may be either family; only its own word tells.
 * @param {string} command
 * @param {readonly string[]} args
 */
async function ask(command, args) {
  const text = await run(command, [...args, '--no-defaults', '--version'])
  return { family: /mariadb/i.test(text) ? 'mariadb' : 'mysql', version: text.match(/Ver (\S+)/)?.[1] ?? '' }
}

/**
 * @param {'mysql' | 'mariadb'} family
 * @param {string[]} refused gets a note on each program that was found but will not do
 * @returns {Promise<Program | undefined>}
 */
async function fromPath(family, refused) {
  // The sbin folders are often missing from the PATH of ordinary users.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/usr/libexec']
  const { binaries, minimum } = families[family]
  const candidates = folders.flatMap((folder) => binaries.map((binary) => join(folder, binary))).filter(existsSync)
  for (const command of new Set(candidates.map((candidate) => realpathSync(candidate)))) {
    try {
      const found = await ask(command, [])
      if (found.family === family && atLeast(found.version, minimum)) {
        return { command, args: [], layout: [], share: shareFolder(command), version: found.version, origin: command }
      }
      refused.push(`${command} is ${found.family} ${found.version}`)
    } catch (error) {
      refused.push(`${command} does not run (${error instanceof Error ? error.message : error})`)
    }
  }
  return undefined
}

/** @param {string} command */
function shareFolder(command) {
  const usr = dirname(dirname(command))
  const candidates = ['share/mysql', 'share/mariadb', 'share'].flatMap((folder) => [join(usr, folder), join('/usr', folder)])
  return (
    candidates.find((folder) => existsSync(join(folder, 'english')) || existsSync(join(folder, 'mysql_system_tables.sql'))) ??
    join(usr, 'share')
  )
}

/**
 * An extracted package runs through its own loader with its own libraries, since its C library may be newer than the machine's.
 * @param {'mysql' | 'mariadb'} family
 * @param {(line: string) => void} log
 * @returns {Promise<Program>}
 */
async function fromPackages(family, log) {
  const { directory, origin } = await aptPackage(family, log)
  const root = join(directory, 'root')
  const libraries = ['lib', 'usr/lib'].flatMap((folder) => {
    const parent = join(root, folder)
    const names = existsSync(parent) ? readdirSync(parent).filter((name) => name.includes('-linux-')) : []
    return names.map((name) => join(parent, name))
  })
  const loader = libraries.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^ld-linux.*\.so/.test(name))
      .map((name) => join(folder, name)),
  )[0]
  const binary = families[family].binaries.map((name) => join(root, 'usr/sbin', name)).find(existsSync)
  if (!loader || !binary) throw new Error(`${directory} is not what was expected; remove it to download it again`)
  const share = join(root, 'usr/share/mysql')
  const layout = [`--basedir=${join(root, 'usr')}`, `--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`]
  const plugins = join(root, 'usr/lib/mysql/plugin')
  if (existsSync(plugins)) layout.push(`--plugin-dir=${plugins}`)
  const args = ['--library-path', libraries.join(':'), binary]
  const { version } = await ask(loader, args)
  return { command: loader, args, share, layout, version, origin }
}

/**
 * @param {'mysql' | 'mariadb'} family
 * @param {(line: string) => void} log
 * @returns {Promise<Program>}
 */
export async function findProgram(family, log) {
  /** @type {string[]} */
  const refused = []
  const found = await fromPath(family, refused)
  if (found) return found
  try {
    return await fromPackages(family, log)
  } catch (error) {
    const nothing = `no ${families[family].binaries.join(' or ')} >= ${families[family].minimum} on PATH`
    throw new Error([nothing, ...refused, error instanceof Error ? error.message : String(error)].join('; '))
  }
}
