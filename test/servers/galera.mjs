// @ts-check
import { spawnSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { galeraPackages } from './apt.mjs'
import { freePort, launch } from './launch.mjs'
import { mysqlRecipe } from './mysql.mjs'
import { gist } from './run.mjs'
import { makeDirectory, removeDirectory } from './supervision.mjs'

/**
 * @typedef {import('./servers.mjs').Server} Server
 *
 * @typedef {object} Group what the nodes of a cluster share
 * @property {string} provider Galera's library
 * @property {string} board a folder where nodes leave word for each other, and the data that all of them begin with
 * @property {readonly number[]} ports of the traffic between them
 * @property {string} [password]
 * @property {import('./servers.mjs').StartOptions} options
 */

/** Where `wsrep_sst_missed` is. */
const scripts = dirname(fileURLToPath(import.meta.url))

/**
 * A cluster of MariaDB servers that all take writes, on this machine. Every node begins with a copy of the same data, which knows its place
 * in the cluster's history; so who joins or comes back asks for what it has missed, and never for a copy of everything.
 * @type {typeof import('./galera.mjs').startGalera}
 */
export async function startGalera(size, options = {}) {
  const provider = join(await galeraPackages(options.log ?? (() => undefined)), 'root/usr/lib/galera/libgalera_smm.so')
  const ports = await Promise.all(Array.from({ length: size }, freePort))
  const board = await makeDirectory()
  /** @type {Server[]} */
  const nodes = []
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await removeDirectory(board)
  }
  try {
    const group = { provider, board, ports, options }
    const password = await sow(group)
    for (const port of ports) nodes.push(await startNode({ ...group, password }, port, nodes.length === 0))
    await Promise.all(nodes.map(synced))
    return { nodes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Makes the data that all nodes begin with: those of a cluster of one that was shut down in order.
 * @param {Group} group
 */
async function sow(group) {
  const seed = await startNode(group, group.ports[0] ?? 0, true)
  try {
    await seed.kill('SIGTERM')
    while (seed.pid() !== undefined) await sleep(20)
    await cp(join(seed.directory, 'data'), join(group.board, 'data'), { recursive: true })
    return new URL(seed.url).password
  } finally {
    await seed.stop()
  }
}

/**
 * @param {Group} group
 * @param {number} port
 * @param {boolean} founds only at its first start: afterwards it joins the others as everybody does
 */
async function startNode({ provider, board, ports, password, options }, port, founds) {
  const recipe = await mysqlRecipe('mariadb', options.log ?? (() => undefined))
  let starts = 0
  return await launch(
    {
      ...recipe,
      environment: { ...recipe.environment, QUERN_GROUP: board, PATH: `${scripts}${delimiter}${process.env.PATH}` },
      prepare: async (instance) => {
        if (password) instance.password = password
        await recipe.prepare(instance)
        const data = join(instance.directory, 'data')
        if (password) await cp(join(board, 'data'), data, { recursive: true, force: true })
      },
      command: (instance) => {
        const { command, args } = recipe.command(instance)
        const alone = founds && starts === 0
        const others = alone ? [] : ports.filter((other) => other !== port).map((other) => `127.0.0.1:${other}`)
        const position =
          password || starts > 0 ? [`--wsrep-start-position=${recovered(command, [...args, ...flagsOf(provider, port, others)])}`] : []
        starts++
        return { command, args: [...args, ...flagsOf(provider, port, others), ...(alone ? ['--wsrep-new-cluster'] : []), ...position] }
      },
    },
    options,
  )
}

/**
 * Where a node was when it ended, however that was: its storage engine knows.
 * @param {string} command
 * @param {readonly string[]} args
 */
function recovered(command, args) {
  const env = { ...process.env, OPENSSL_CONF: '/dev/null' }
  const { stdout, stderr } = spawnSync(command, [...args, '--wsrep-recover'], { encoding: 'utf8', env })
  const position = /Recovered position:? *([0-9a-f-]{36}:-?\d+)/.exec(stderr + stdout)?.[1]
  if (!position) throw new Error(`no position in what --wsrep-recover says: ${gist(stderr)}`)
  return position
}

/**
 * @param {string} provider
 * @param {number} port
 * @param {readonly string[]} others
 */
const flagsOf = (provider, port, others) => [
  ...['--binlog-format=ROW', '--innodb-autoinc-lock-mode=2', '--wsrep-on=ON', `--wsrep-provider=${provider}`],
  ...[`--wsrep-cluster-address=gcomm://${others.join(',')}`, `--wsrep-node-address=127.0.0.1:${port}`, '--wsrep-cluster-name=quern'],
  `--wsrep-provider-options=base_port=${port};gmcast.listen_addr=tcp://127.0.0.1:${port};ist.recv_addr=127.0.0.1:${port + 1};gcache.size=64M;pc.recovery=FALSE`,
  ...['--wsrep-sst-method=missed', `--wsrep-sst-receive-address=127.0.0.1:${port + 2}`, `--wsrep-node-name=node${port}`],
]

/** @type {typeof import('./galera.mjs').synced} */
export async function synced(node) {
  const { default: mysql } = await import('mysql2/promise')
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) {
    const connection = await mysql.createConnection(node.url.replace('mariadb:', 'mysql:')).catch(() => undefined)
    if (!connection) continue
    const [rows] = await connection.query("SHOW STATUS LIKE 'wsrep_ready'").catch(() => [[]])
    await connection.end().catch(() => undefined)
    if (/** @type {any} */ (rows)[0]?.Value === 'ON') return
  }
  throw new Error(`the node on port ${node.port} has not caught up with its cluster in 30 s; see ${node.directory}/log`)
}
