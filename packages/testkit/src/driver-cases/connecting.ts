import { inspect } from 'node:util'
import { failure, ok, same, shown, soon, uncaught } from '../driver-checks.js'
import { type DriverCase, one, rows, sessionsBeside } from '../driver-subject.js'

const servers = ['postgres', 'mysql', 'mariadb'] as const

/** From nothing to a pinned session, and everything that can stand in the way. */
export const connecting: readonly DriverCase[] = [
  {
    name: 'connects, answers a ping, closes, and closes again',
    async run({ connect }) {
      const connection = await connect()
      await connection.ping()
      ok(connection.lost === undefined)
      same(connection.status(), 'idle')
      await connection.close()
      await connection.close()
      ok(`${connection.lost}`.includes('closed'), `${connection.lost}`)
      await failure(connection.ping())
      await failure(connection.script('SELECT 1'))
    },
  },
  {
    name: "knows the server's version, and the same version is the same dialect",
    async run({ connect }) {
      const [a, b] = [await connect(), await connect()]
      ok(a.dialect.version[0] >= 3, `version ${a.dialect.version}`)
      ok(a.dialect === b.dialect)
    },
  },
  {
    name: "knows the server's name for the session",
    on: servers,
    async run({ connect, texts }) {
      const connection = await connect()
      same(connection.id, await one(connection, texts.sessionId!))
    },
  },
  {
    name: 'pins the session: what the dialect expects is what the server says',
    async run({ connect }) {
      const connection = await connect()
      const { verify, expect } = connection.dialect.session
      if (verify === undefined) return
      // what follows are facts that the driver asks for along with it
      const pinned = Object.values(expect)
      same((await rows(connection, verify))[0]!.map(String).slice(0, pinned.length), pinned)
    },
  },
  {
    name: 'a wrong password rejects quickly and shows no password',
    on: servers,
    async run({ subject }) {
      const password = 'quern-very-wrong-9c41'
      const driver = subject.driver({ password })
      const error = await failure(driver.connect(new AbortController().signal), 3000)
      ok(!shown(error).includes(password), shown(error))
      ok(!driver.address.includes(password))
      ok(!JSON.stringify(driver).includes(password))
    },
  },
  {
    name: 'an inspected connection or driver shows no password',
    on: servers,
    async run({ subject, connect }) {
      const connection = await connect()
      for (const thing of [connection, subject.driver()]) {
        const texts = [inspect(thing, { depth: 20, showHidden: true }), JSON.stringify(thing), JSON.stringify(Object.values(thing))]
        ok(!texts.join().includes(subject.password!))
      }
    },
  },
  {
    name: 'a closed port rejects quickly',
    on: servers,
    async run({ subject }) {
      const error = await failure(subject.driver({ port: 1 }).connect(new AbortController().signal), 3000)
      same(error.code, 'ECONNREFUSED')
    },
  },
  {
    name: 'an unknown database rejects quickly',
    on: servers,
    async run({ subject }) {
      const error = await failure(subject.driver({ database: 'quern_no_such_database' }).connect(new AbortController().signal), 3000)
      ok(/quern_no_such_database/.test(error.message), error.message)
    },
  },
  {
    name: 'a missing folder is one clear sentence',
    on: ['sqlite'],
    async run({ subject }) {
      const error = await failure(subject.driver({ filename: '/quern-no-such-folder/x.db' }).connect(new AbortController().signal))
      ok(/quern-no-such-folder/.test(error.message), error.message)
    },
  },
  {
    name: 'U+0000 is refused before anything is sent',
    async run({ subject }) {
      for (const name of subject.dialect === 'sqlite' ? ['filename'] : ['user', 'database', 'applicationName']) {
        const error = await failure(Promise.resolve().then(() => subject.driver({ [name]: 'x\0search_path\0evil' })))
        ok(error.message.includes('U+0000') && error.message.includes(name), error.message)
      }
    },
  },
  {
    name: 'a misspelt option is answered by name',
    async run({ subject }) {
      const error = await failure(Promise.resolve().then(() => subject.driver({ statmentCache: 5 })))
      ok(error.message.includes('statmentCache') && error.message.includes('statementCache'), error.message)
    },
  },
  {
    name: 'an abort during connect rejects with its reason and leaves no session on the server',
    on: servers,
    async run({ subject, connect, texts }) {
      const watcher = await connect()
      const before = await sessionsBeside(watcher, texts)
      const caught = await uncaught(async () => {
        for (let delay = 0; delay < 12; delay++) {
          const abort = new AbortController()
          const reason = new Error(`aborted after ${delay}`)
          const attempt = subject.driver().connect(abort.signal)
          setTimeout(() => abort.abort(reason), delay)
          const outcome = await soon(attempt.catch((cause: unknown) => cause))
          if (outcome !== reason) await (outcome as Awaited<typeof attempt>).close()
        }
      })
      same(caught, [])
      let now = before + 1
      for (let i = 0; i < 100 && now > before; i++) now = await sessionsBeside(watcher, texts)
      same(now, before)
    },
  },
  {
    name: 'an abort before connect connects nowhere',
    async run({ subject }) {
      const reason = new Error('never mind')
      same(await failure(subject.driver().connect(AbortSignal.abort(reason))), reason)
    },
  },
]
