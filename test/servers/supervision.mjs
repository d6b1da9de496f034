// @ts-check
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, statSync } from 'node:fs'
import { chmod, chown, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {{ uid: number, gid: number }} Identity */

/** @type {import('node:child_process').ChildProcess | undefined} */
let watchdog

/** Folders in use; once there are none the watchdog need not wait for our end. */
const directories = new Set()

/** @param {object} message */
function tell(message) {
  if (!watchdog || watchdog.exitCode !== null) {
    // Detached: a Ctrl-C in the terminal reaches the harness, whose end the watchdog then sees, and not the watchdog itself.
    const file = fileURLToPath(new URL('./watchdog.mjs', import.meta.url))
    watchdog = spawn(process.execPath, [file], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: process.env.PATH } })
    watchdog.unref()
    const input = /** @type {import('node:net').Socket} */ (watchdog.stdin)
    input.unref()
    input.on('error', () => undefined)
  }
  watchdog.stdin?.write(`${JSON.stringify(message)}\n`)
}

/**
 * Has the watchdog end this process, with `signal` first, if we end before `unguard`.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export const guard = (pid, signal) => tell({ add: pid, signal })

/** @param {number} pid */
export const unguard = (pid) => tell({ remove: pid })

/**
 * May any user walk down to this path? Root may go where the unprivileged user that PostgreSQL insists on may not.
 * @param {string} path
 */
export function openToAll(path) {
  for (let at = path; ; at = dirname(at)) {
    if (statSync(at).isDirectory() && (statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Short, because a Unix socket's path has room for about a hundred characters; writable for all, for the reason above. */
function temporaryRoot() {
  for (const candidate of [tmpdir(), '/tmp']) {
    try {
      accessSync(candidate, constants.W_OK)
      if (candidate.length <= 60 && openToAll(candidate)) return candidate
    } catch {
      // the next one
    }
  }
  return tmpdir()
}

/**
 * A folder of its own for one server, removed by `removeDirectory` or else by the watchdog.
 * @param {Identity} [owner]
 */
export async function makeDirectory(owner) {
  const directory = mkdtempSync(join(temporaryRoot(), 'quern-'))
  directories.add(directory)
  tell({ directory })
  if (owner) await chown(directory, owner.uid, owner.gid)
  await chmod(directory, 0o700)
  return directory
}

/** @param {string} directory */
export async function removeDirectory(directory) {
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  if (!directories.delete(directory)) return
  tell({ forget: directory })
  if (directories.size > 0) return
  watchdog?.stdin?.end()
  watchdog = undefined
}
