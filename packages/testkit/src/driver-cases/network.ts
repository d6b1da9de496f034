import type { Driver } from '@quern/engine'
import { eventually, failure, ok, same, sleep, soon, uncaught } from '../driver-checks.js'
import { type DriverCase, request } from '../driver-subject.js'
import { FaultyLink } from '../faulty-link.js'

const servers = ['postgres', 'mysql', 'mariadb'] as const

/** Where the driver connects to, by its own word. */
function target(driver: Driver): { host: string; port: number } {
  const { hostname, port } = new URL(driver.address)
  return { host: hostname, port: Number(port) }
}

async function through(to: { host: string; port: number } | undefined, use: (link: FaultyLink) => Promise<void>): Promise<void> {
  const link = await FaultyLink.to(to)
  try {
    same(await uncaught(() => use(link)), [])
  } finally {
    await link.close()
  }
}

/** Networks that fail. */
export const network: readonly DriverCase[] = [
  {
    name: 'a server that never says a word is given up in time, and its socket closed',
    on: servers,
    run: ({ subject }) =>
      through(undefined, async (link) => {
        const driver = subject.driver({ host: '127.0.0.1', port: link.port, connectTimeout: 200 })
        await failure(driver.connect(new AbortController().signal), 1000)
        same(link.made, 1)
        await eventually(() => link.open === 0, 1000)
      }),
  },
  {
    name: 'an abort while a silent server is waited for rejects at once, and closes the socket',
    on: servers,
    run: ({ subject }) =>
      through(undefined, async (link) => {
        const abort = new AbortController()
        const reason = new Error('no longer wanted')
        const attempt = failure(subject.driver({ host: '127.0.0.1', port: link.port }).connect(abort.signal), 1000)
        await eventually(() => link.open === 1)
        abort.abort(reason)
        same(await attempt, reason)
        await eventually(() => link.open === 0, 1000)
      }),
  },
  {
    name: 'a connection cut at any byte while it is being made rejects',
    on: servers,
    run: ({ subject }) =>
      through(target(subject.driver()), async (link) => {
        const driver = subject.driver({ host: '127.0.0.1', port: link.port })
        for (let bytes = 1; bytes < 400; bytes += 13) {
          link.cutAfter = bytes
          const outcome = await soon(driver.connect(new AbortController().signal).catch(() => undefined))
          await outcome?.close()
        }
        link.cutAfter = Number.POSITIVE_INFINITY
        await eventually(() => link.open === 0)
        await (await driver.connect(new AbortController().signal)).close()
      }),
  },
  {
    name: 'a connection cut while a statement runs rejects it',
    on: servers,
    run: ({ subject, connect, texts }) =>
      through(target(subject.driver()), async (link) => {
        const connection = await connect({ host: '127.0.0.1', port: link.port })
        const running = failure(connection.execute(request(texts.longSleep!)))
        await sleep(50)
        link.cut()
        ok((await running) === connection.lost)
      }),
  },
  {
    name: 'a connection cut in the middle of a result rejects, whole or streamed',
    on: servers,
    run: ({ subject, connect }) =>
      through(target(subject.driver()), async (link) => {
        const text = `SELECT repeat('x', 1000) AS a${" UNION ALL SELECT repeat('x', 1000)".repeat(500)}`
        for (const bytes of [3_000, 70_001, 150_000]) {
          const connection = await connect({ host: '127.0.0.1', port: link.port })
          const streaming = await connect({ host: '127.0.0.1', port: link.port })
          link.cutAfter = bytes
          ok((await failure(connection.execute(request(text)))) === connection.lost)
          const read = async () => {
            for await (const _ of streaming.stream(request(text), 10)) await sleep(1)
          }
          ok((await failure(read())) === streaming.lost)
          link.cutAfter = Number.POSITIVE_INFINITY
        }
      }),
  },
  {
    name: 'a peer that has fallen silent is not waited for when the connection is closed',
    on: servers,
    run: ({ subject, connect, texts }) =>
      through(target(subject.driver()), async (link) => {
        const idle = await connect({ host: '127.0.0.1', port: link.port })
        const busy = await connect({ host: '127.0.0.1', port: link.port })
        const running = failure(busy.execute(request(texts.longSleep!)))
        await sleep(50)
        link.freeze()
        await soon(Promise.all([idle.close(), busy.close()]), 1300)
        await running
        link.thaw()
        await eventually(() => link.open === 0, 1000)
      }),
  },
]
