#!/usr/bin/env node
// @ts-check
import { cacheDirectory } from './cache.mjs'
import { downloadServers, startServers } from './servers.mjs'

const usage = `node test/servers/start.mjs [--download]

Starts the servers that the tests run against, prints their URLs as export lines, and stays until Ctrl-C.
--download only fills the cache (${cacheDirectory()}; QUERN_SERVER_CACHE names another).
QUERN_TEST_ONLY=postgres,mysql starts only those; QUERN_TEST_POSTGRES_ALSO=15 adds PostgreSQL 15.`

/** The standard output is for the export lines. */
const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

async function stay() {
  const { environment, servers, stop } = await startServers({ log })
  for (const [name, url] of Object.entries(environment)) process.stdout.write(`export ${name}='${url}'\n`)
  if (servers.length === 0) return
  const timer = setInterval(() => undefined, 1 << 30) // the servers by themselves do not keep this process
  const end = async () => {
    clearInterval(timer)
    await stop()
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, end)
}

const args = process.argv.slice(2)
try {
  if (args.length === 0) await stay()
  else if (args.length === 1 && args[0] === '--download') await downloadServers({ log })
  else {
    log(usage)
    process.exitCode = args[0] === '--help' ? 0 : 2
  }
} catch (error) {
  log(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
