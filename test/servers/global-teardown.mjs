// @ts-check

/** Jest calls this once at the end, also after failures. If Jest itself is killed, the watchdog does the same. */
export default async function tearDown() {
  const { quernServers } = /** @type {{ quernServers?: { added: string[], stop(): Promise<void> } }} */ (
    /** @type {unknown} */ (globalThis)
  )
  if (!quernServers) return
  // In watch mode the next run starts anew and must not take these for the user's own.
  for (const name of quernServers.added) delete process.env[name]
  await quernServers.stop()
}
