// @ts-check
/**
 * A process of its own that outlives the harness by a moment: whatever ends the harness (a failed test, Ctrl-C, a kill -9), its
 * end of our standard input closes, and the servers and folders it had not put away itself are put away here.
 * Each line of input is a JSON object: {"add": pid, "signal": …}, {"remove": pid}, {"directory": path}, {"forget": path}.
 */
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { processTree, signalAll, someAlive } from './process-tree.mjs'

/** @type {Map<number, NodeJS.Signals>} */
const servers = new Map()
/** @type {Set<string>} */
const directories = new Set()

/** @param {string} line */
function note(line) {
  const { add, signal, remove, directory, forget } = JSON.parse(line)
  if (add) servers.set(add, signal)
  if (remove) servers.delete(remove)
  if (directory) directories.add(directory)
  if (forget) directories.delete(forget)
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
async function end(pid, signal) {
  const pids = processTree(pid)
  signalAll(pids, 'SIGCONT')
  signalAll([pid], signal)
  for (let waited = 0; waited < 3000 && someAlive(pids); waited += 50) await sleep(50)
  signalAll(pids, 'SIGKILL')
  for (let waited = 0; waited < 3000 && someAlive(pids); waited += 50) await sleep(50)
}

async function cleanUp() {
  await Promise.all([...servers].map(([pid, signal]) => end(pid, signal)))
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  process.exit(0)
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGHUP'])) process.on(signal, () => undefined)
process.on('SIGTERM', cleanUp)
createInterface({ input: process.stdin }).on('line', note).on('close', cleanUp)
