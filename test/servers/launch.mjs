// @ts-check
import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { probe } from './probe.mjs'
import { processTree, signalAll, someAlive } from './process-tree.mjs'
import { gist } from './run.mjs'
import { guard, makeDirectory, removeDirectory, unguard } from './supervision.mjs'

/** @typedef {import('./servers.mjs').Server} Server */
/** @typedef {import('./servers.mjs').StartOptions} StartOptions */
/** @typedef {import('./supervision.mjs').Identity} Identity */

/**
 * @typedef {object} Instance what a recipe needs to know about one instance
 * @property {string} directory
 * @property {string} password
 * @property {number} port
 *
 * @typedef {object} Recipe how to run one kind of server
 * @property {import('./servers.mjs').ServerName} name
 * @property {string} origin
 * @property {Identity} [identity] run as this user
 * @property {Record<string, string>} [environment]
 * @property {NodeJS.Signals} shutDown asks for an orderly end
 * @property {NodeJS.Signals} endNow the quickest end that leaves nothing behind; the data may be lost
 * @property {(instance: Instance) => Promise<void>} prepare makes `<directory>/data`
 * @property {(instance: Instance) => { command: string, args: readonly string[] }} command
 * @property {(instance: Instance) => string} url
 * @property {(instance: Instance) => Promise<void>} [discard] gives back what a killed server left outside its folder
 */

const host = '127.0.0.1'
const startDeadline = 60_000

/** @param {number} port */
const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })

/** Below the range from which systems give ports to outgoing connections: none of those may take it while a server restarts. */
export async function freePort() {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    if (await isFree(port)) return port
  }
}

/**
 * @param {Recipe} recipe
 * @param {Instance} instance
 * @param {readonly string[]} flags
 */
function spawnServer(recipe, instance, flags) {
  const { command, args } = recipe.command(instance)
  const log = openSync(join(instance.directory, 'log'), 'a')
  const child = spawn(command, [...args, ...flags], {
    ...recipe.identity,
    cwd: instance.directory,
    env: { ...process.env, ...recipe.environment },
    detached: true, // see watchdog
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.on('error', () => undefined) // a missing program shows as a child without a pid
  child.unref()
  if (child.pid) guard(child.pid, recipe.endNow)
  return child
}

/** @param {import('node:child_process').ChildProcess} child */
const ended = (child) => child.pid === undefined || child.exitCode !== null || child.signalCode !== null

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Recipe} recipe
 * @param {Instance} instance
 */
async function ready(child, recipe, instance) {
  /** @type {unknown} */
  let lastError
  for (const start = Date.now(); Date.now() - start < startDeadline; await sleep(25)) {
    if (ended(child)) break
    try {
      return await probe(recipe.url(instance))
    } catch (error) {
      lastError = error
    }
  }
  const log = await readFile(join(instance.directory, 'log'), 'utf8').catch(() => '')
  const what = ended(child)
    ? `ended at once (${child.signalCode ?? child.exitCode})`
    : `did not answer in ${startDeadline / 1000} s (${lastError})`
  throw new Error(`${recipe.command(instance).command} ${what}: ${gist(log)}`)
}

/**
 * Signals a server and all its processes, and waits until they have ended.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 * @param {number} patience milliseconds until SIGKILL
 */
async function end(pid, signal, patience) {
  const pids = processTree(pid)
  signalAll(pids, 'SIGCONT') // a stopped process would keep the signal for later
  signalAll([pid], signal)
  for (let waited = 0; waited < patience && someAlive(pids); waited += 20) await sleep(20)
  if (someAlive(pids)) signalAll(pids, 'SIGKILL')
  while (someAlive(pids)) await sleep(20)
  unguard(pid)
}

/**
 * The process of an instance, which comes and goes while its folder stays.
 * @param {Recipe} recipe
 * @param {Instance} instance
 * @param {readonly string[]} flags
 */
function processOf(recipe, instance, flags) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  return {
    pid: () => (child && !ended(child) ? child.pid : undefined),
    start: async () => {
      child = spawnServer(recipe, instance, flags)
      return await ready(child, recipe, instance)
    },
    /** @param {NodeJS.Signals} signal @param {number} patience */
    end: async (signal, patience) => {
      if (child?.pid) await end(child.pid, signal, patience)
      // until Node has taken note of its end, its number is taken, and PostgreSQL's lock file seems to be somebody's
      while (child && !ended(child)) await sleep(5)
      child = undefined
    },
  }
}

/**
 * Starts `recipe` in a folder of its own and keeps hold of it.
 * @param {Recipe} recipe
 * @param {StartOptions} options
 * @returns {Promise<Server>}
 */
export async function launch(recipe, options) {
  const begin = performance.now()
  const instance = { directory: await makeDirectory(recipe.identity), password: randomBytes(12).toString('hex'), port: 0 }
  const server = processOf(recipe, instance, options.flags ?? [])
  const stop = async () => {
    await server.end(recipe.endNow, 5000)
    await recipe.discard?.(instance)
    await removeDirectory(instance.directory)
  }
  try {
    await recipe.prepare(instance)
    const version = await startOnSomePort(instance, options.port, server)
    const { directory, port } = instance
    const seconds = (performance.now() - begin) / 1000
    const { name, origin } = recipe
    return { name, origin, version, url: recipe.url(instance), port, seconds, directory, stop, ...controls(recipe, server) }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * What fault tests do to a server.
 * @param {Recipe} recipe
 * @param {ReturnType<typeof processOf>} server
 * @returns {Pick<Server, 'kill' | 'restart' | 'pid'>}
 */
function controls(recipe, server) {
  return {
    pid: server.pid,
    kill: async (signal) => {
      const pid = server.pid()
      if (pid === undefined) throw new Error(`${recipe.name} is not running`)
      if (signal === 'SIGKILL') await server.end(signal, 5000)
      else signalAll(signal === 'SIGSTOP' || signal === 'SIGCONT' ? processTree(pid) : [pid], signal)
    },
    restart: async () => {
      await server.end(recipe.shutDown, 20_000)
      await server.start()
    },
  }
}

/**
 * Another process may take a free port before our server does; then the server ends, and the next port is tried.
 * @param {Instance} instance
 * @param {number | undefined} port
 * @param {ReturnType<typeof processOf>} server
 */
async function startOnSomePort(instance, port, server) {
  for (let attempt = 1; ; attempt++) {
    instance.port = port ?? (await freePort())
    try {
      return await server.start()
    } catch (error) {
      await server.end('SIGKILL', 0)
      if (port !== undefined || attempt === 3 || (await isFree(instance.port))) throw error
    }
  }
}
