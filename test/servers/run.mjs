// @ts-check
import { spawn } from 'node:child_process'

/**
 * Runs a program to its end and returns what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ input?: string, env?: Record<string, string | undefined>, uid?: number, gid?: number, cwd?: string }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, options = {}) {
  const { input, env, ...rest } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...rest, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout)
      reject(new Error(`${command} ended with ${signal ?? code}: ${gist(stderr || stdout)}`))
    })
    // A program that dies before it has read everything: its exit code says why, not the broken pipe.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
  })
}

/**
 * The few words of a log that say what went wrong, on one line.
 * @param {string} text
 */
export function gist(text) {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const errors = lines.filter((line) => /error|fatal|^E:|cannot|could not|unable/i.test(line))
  return (errors.length > 0 ? errors : lines).slice(-3).join(' | ').slice(0, 600)
}

/**
 * Is `version` (`8.4.3-1`, `1:10.11.18+deb12u1`) at least `minimum` (`8.4`)?
 * @param {string} version
 * @param {string} minimum
 */
export function atLeast(version, minimum) {
  const numbers = (/** @type {string} */ text) => (text.replace(/^\d+:/, '').match(/^\d+(\.\d+)*/)?.[0] ?? '0').split('.').map(Number)
  const [have, want] = [numbers(version), numbers(minimum)]
  for (let i = 0; i < want.length; i++) {
    if ((have[i] ?? 0) !== want[i]) return (have[i] ?? 0) > (want[i] ?? 0)
  }
  return true
}
