// @ts-check

import { launch } from './launch.mjs'
import { mysqlRecipe } from './mysql.mjs'
import { postgresRecipe } from './postgres.mjs'
import { probe } from './probe.mjs'
import { atLeast } from './run.mjs'
import { activeTargets, dialectOf, serverNames, urlVariable } from './targets.mjs'

export { activeTargets, atLeast, dialectOf, serverNames, urlVariable }

/** @typedef {import('./servers.mjs').ServerName} ServerName */
/** @typedef {import('./servers.mjs').Server} Server */

const silent = () => undefined

/** @param {ServerName} name @param {(line: string) => void} log */
const recipeFor = (name, log) => (name === 'mysql' || name === 'mariadb' ? mysqlRecipe(name, log) : postgresRecipe(name))

/** @type {typeof import('./servers.mjs').startServer} */
export async function startServer(name, options = {}) {
  return await launch(await recipeFor(name, options.log ?? silent), options)
}

const minimums = { postgres: '15', postgres15: '15', mysql: '8.4', mariadb: '10.11' }

/**
 * A server that the environment names must be what the variable says.
 * @param {ServerName} name
 * @param {string} url
 */
async function checkGiven(name, url) {
  const version = await probe(url).catch((error) => {
    throw new Error(`${urlVariable(name)} is set, but: ${error.message || error.code || error}`)
  })
  if (name !== 'postgres' && name !== 'postgres15' && /mariadb/i.test(version) !== (name === 'mariadb')) {
    throw new Error(`${urlVariable(name)} leads to ${version}, which is not ${name}`)
  }
  if (!atLeast(version, minimums[name])) throw new Error(`${urlVariable(name)} leads to ${version}; at least ${minimums[name]} is needed`)
  return version
}

/**
 * @param {ServerName} name
 * @param {unknown} error
 */
function missing(name, error) {
  const reason = error instanceof Error ? error.message : String(error)
  const service = dialectOf(name)
  const url = `${urlVariable(name)}=${service === 'postgres' ? 'postgresql' : service}://user:password@host:port/`
  const ways = `set ${url}, or run 'docker compose up -d --wait ${service}' (compose.yaml says which URL), or narrow the run on purpose with QUERN_TEST_ONLY`
  return `${name}: no server (${reason.replaceAll('\n', ' ')}); ${ways}`
}

/**
 * @param {ServerName} name
 * @param {(line: string) => void} log
 * @returns {Promise<{ url: string, server?: Server }>}
 */
async function provide(name, log) {
  const given = process.env[urlVariable(name)]
  if (given) {
    log(`${name}: ${await checkGiven(name, given)}, named by ${urlVariable(name)}`)
    return { url: given }
  }
  const server = await startServer(name, { log })
  log(`${name}: ${server.version}, from ${server.origin}, port ${server.port}, ${server.seconds.toFixed(1)} s`)
  return { url: server.url, server }
}

/** @type {typeof import('./servers.mjs').startServers} */
export async function startServers({ log = silent } = {}) {
  const targets = activeTargets()
  if (process.env.QUERN_TEST_ONLY) {
    const left = activeTargets({}).filter((target) => !targets.includes(target))
    log(`QUERN_TEST_ONLY=${process.env.QUERN_TEST_ONLY}: this run leaves out ${left.join(', ') || 'nothing'}`)
  }
  const names = serverNames.filter((name) => targets.includes(name))
  const results = await Promise.allSettled(names.map((name) => provide(name, log)))
  const provided = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined))
  const servers = provided.flatMap((entry) => (entry?.server ? [entry.server] : []))
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  const failures = results.flatMap((result, i) => (result.status === 'rejected' ? [missing(names[i] ?? 'postgres', result.reason)] : []))
  if (failures.length > 0) {
    await stop()
    throw new Error(failures.join('\n'))
  }
  const environment = Object.fromEntries(names.map((name, i) => [urlVariable(name), provided[i]?.url ?? '']))
  return { servers, environment, stop }
}

/** @type {typeof import('./servers.mjs').downloadServers} */
export async function downloadServers({ log = silent } = {}) {
  const { stop } = await startServers({ log })
  await stop()
}
