// @ts-check
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Pairs of pid and parent. `/proc` where there is one, because slim container images have no `ps`. */
function parents() {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => line.trim().split(/\s+/).map(Number))
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The command stands in parentheses and may itself contain some, so fields are counted from the last one.
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        return [[Number(name), Number(fields[1])]]
      } catch {
        return [] // ended meanwhile
      }
    })
}

/**
 * A process and all its descendants, itself first. PostgreSQL gives every backend a session of its own, so signalling the process
 * group would not reach them.
 * @param {number} pid
 */
export function processTree(pid) {
  const pairs = parents()
  const tree = [pid]
  for (const member of tree) {
    for (const [child, parent] of pairs) if (parent === member && child !== undefined) tree.push(child)
  }
  return tree
}

/**
 * @param {readonly number[]} pids
 * @param {NodeJS.Signals} signal
 */
export function signalAll(pids, signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // already gone
    }
  }
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    // A zombie answers the signal although it has ended and only waits for its parent to notice.
    return process.platform !== 'linux' || !/^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** @param {readonly number[]} pids */
export const someAlive = (pids) => pids.some(alive)
