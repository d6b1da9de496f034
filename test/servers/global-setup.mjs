// @ts-check
import { startServers } from './servers.mjs'

/** Jest calls this once per run, before it starts its workers, which inherit the variables set here. */
export default async function setUp() {
  let running
  try {
    running = await startServers({ log: (line) => process.stdout.write(`${line}\n`) })
  } catch (error) {
    // Jest prints the stack, which tells nobody how to get a server.
    if (error instanceof Error) error.stack = error.message
    throw error
  }
  const added = Object.keys(running.environment).filter((name) => !process.env[name])
  Object.assign(process.env, running.environment)
  Object.assign(globalThis, { quernServers: { added, stop: running.stop } })
}
