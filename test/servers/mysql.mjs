// @ts-check
import { createHash } from 'node:crypto'
import { constants, existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from './cache.mjs'
import { findProgram } from './mysql-programs.mjs'
import { run } from './run.mjs'

/** @typedef {import('./mysql-programs.mjs').Program} Program */
/** @typedef {import('./launch.mjs').Recipe} Recipe */
/** @typedef {'mysql' | 'mariadb'} Family */

/** Everything that makes a server survive a power cut, which a test server does not have to, costs time. */
const common = [
  ...['--innodb-flush-method=nosync', '--innodb-doublewrite=OFF', '--innodb-flush-log-at-trx-commit=2', '--innodb-use-native-aio=OFF'],
  ...['--innodb-buffer-pool-size=64M', '--performance-schema=OFF', '--skip-log-bin', '--character-set-server=utf8mb4'],
]
const particular = {
  mysql: ['--innodb-redo-log-capacity=32M', '--mysqlx=OFF', '--log-error-verbosity=2'],
  mariadb: ['--innodb-log-file-size=32M'],
}
const serving = [
  ...['--bind-address=127.0.0.1', '--skip-name-resolve', '--local-infile=1', '--max-connections=300'],
  '--max-allowed-packet=64M', // MariaDB's own 16M do not hold a value of 16 MiB and its statement
]

/** Part of a template's name: changes with anything that shapes the data folder. */
const recipeVersion = 1

/** @param {Program} program @param {Family} family @param {string} data */
const baseArgs = (program, family, data) => [
  ...[...program.args, '--no-defaults', ...program.layout, ...common, ...particular[family], `--datadir=${data}`],
  ...(process.getuid?.() === 0 ? ['--user=root'] : []), // refuses to run as root without being told so
]

/** An extracted server must not read the machine's OpenSSL configuration: it may name modules of another version. */
const environment = { OPENSSL_CONF: '/dev/null' }

/**
 * What `mariadb-install-db` feeds its server; that script itself looks for files that are not in the server's package.
 * @param {string} share
 */
function mariadbSystemTables(share) {
  const script = (/** @type {string} */ name) => {
    const file = ['mysql', 'mariadb'].map((prefix) => join(share, `${prefix}_${name}.sql`)).find(existsSync)
    if (!file) throw new Error(`there is no mysql_${name}.sql in ${share}`)
    return readFileSync(file, 'utf8')
  }
  return [
    'create database mysql;\nuse mysql;\nset @auth_root_socket=NULL;\nset @skip_auth_anonymous_user=1;',
    ...['system_tables', 'performance_tables', 'system_tables_data', 'sys_schema'].map(script),
    // The passwordless accounts for 127.0.0.1, ::1 and this host would win over the one we make.
    "delete from mysql.global_priv where User <> 'mariadb.sys' and Host <> 'localhost';",
    "delete from mysql.proxies_priv where Host <> 'localhost';\n",
  ].join('\n')
}

/**
 * @param {Program} program
 * @param {Family} family
 * @param {string} data
 */
async function initialise(program, family, data) {
  await mkdir(data, { recursive: true })
  const args = baseArgs(program, family, data)
  if (family === 'mysql') await run(program.command, [...args, '--initialize-insecure'], { env: environment })
  else await run(program.command, [...args, '--bootstrap'], { env: environment, input: mariadbSystemTables(program.share) })
  await rm(join(data, 'auto.cnf'), { force: true }) // each server makes its own UUID
}

/**
 * Initialising takes MySQL some seconds, a copy of the result a tenth of one; so the first result is kept in the cache.
 * @param {Program} program
 * @param {Family} family
 * @param {string} data
 */
async function makeData(program, family, data) {
  const print = createHash('sha256').update(JSON.stringify([recipeVersion, program.command, program.args, common, particular[family]]))
  const name = `data-${family}-${program.version}-${process.getuid?.() ?? 'user'}-${print.digest('hex').slice(0, 8)}`
  try {
    const template = await cached(name, (directory) => initialise(program, family, join(directory, 'data')))
    await cp(join(template, 'data'), data, { recursive: true, mode: constants.COPYFILE_FICLONE })
  } catch (error) {
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error)
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error
    await initialise(program, family, data) // the cache is somebody else's
  }
}

/** @param {string} password */
const accounts = (password) => `CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';
`

/**
 * @param {Family} family
 * @param {(line: string) => void} log
 * @returns {Promise<Recipe>}
 */
export async function mysqlRecipe(family, log) {
  const program = await findProgram(family, log)
  return {
    ...{ name: family, origin: program.origin, environment, shutDown: 'SIGTERM' },
    endNow: 'SIGKILL', // an orderly end takes seconds and would only save data that is about to be removed
    prepare: async ({ directory, password }) => {
      await makeData(program, family, join(directory, 'data'))
      await mkdir(join(directory, 'files'))
      await mkdir(join(directory, 'tmp'))
      await writeFile(join(directory, 'accounts.sql'), accounts(password), { mode: 0o600 })
    },
    command: ({ directory, port }) => ({
      command: program.command,
      args: [
        ...[...baseArgs(program, family, join(directory, 'data')), ...serving, `--port=${port}`, `--socket=${join(directory, 'socket')}`],
        ...[`--pid-file=${join(directory, 'pid')}`, `--secure-file-priv=${join(directory, 'files')}`],
        `--init-file=${join(directory, 'accounts.sql')}`,
        // a server that starts removes the temporary tables that it finds, also those of a neighbour
        `--tmpdir=${join(directory, 'tmp')}`,
      ],
    }),
    url: ({ password, port }) => `${family}://root:${password}@127.0.0.1:${port}/`,
  }
}
