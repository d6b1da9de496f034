// @ts-check
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Downloads are kept per user, not per checkout, so that a fresh clone on the same machine starts at once.
 * `QUERN_SERVER_CACHE` names another folder.
 */
export const cacheDirectory = () =>
  process.env.QUERN_SERVER_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'quern', 'servers')

/** A holder that gave no sign of life for this long is dead, wherever it ran. */
const staleAfter = 60_000

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {string} lock */
async function abandoned(lock) {
  try {
    const { mtimeMs } = await stat(lock)
    if (Date.now() - mtimeMs > staleAfter) return true
    const [host, pid] = (await readFile(join(lock, 'owner'), 'utf8')).split(' ')
    return host === hostname() && !alive(Number(pid))
  } catch {
    return false // just released, or just taken and not yet signed
  }
}

/** @param {string} lock */
async function acquire(lock) {
  for (;;) {
    try {
      await mkdir(lock)
      await writeFile(join(lock, 'owner'), `${hostname()} ${process.pid}`)
      return
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    if (await abandoned(lock)) {
      // Renaming first lets exactly one of several waiters remove it.
      const grave = `${lock}-${process.pid}-${Date.now()}`
      await rename(lock, grave).then(
        () => rm(grave, { recursive: true, force: true }),
        () => undefined,
      )
    } else await sleep(200)
  }
}

/**
 * Returns `<cache>/<name>`, made by `fill` if it is not there. `fill` gets an empty folder beside it, which is renamed when it is
 * complete: nobody ever sees half an entry, and two runs that need the same one do not both make it.
 * @param {string} name
 * @param {(directory: string) => Promise<void>} fill
 */
export async function cached(name, fill) {
  const entry = join(cacheDirectory(), name)
  if (existsSync(entry)) return entry
  await mkdir(cacheDirectory(), { recursive: true })
  const lock = `${entry}.lock`
  await acquire(lock)
  const heartbeat = setInterval(() => utimes(lock, new Date(), new Date()).catch(() => undefined), staleAfter / 6)
  const unfinished = `${entry}.unfinished`
  try {
    if (existsSync(entry)) return entry
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished)
    await fill(unfinished)
    await rename(unfinished, entry)
    return entry
  } finally {
    clearInterval(heartbeat)
    await rm(unfinished, { recursive: true, force: true })
    await rm(lock, { recursive: true, force: true })
  }
}
