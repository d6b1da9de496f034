import { type Mysql2Options, mysql2Driver } from '@quern/driver-mysql2'
import { type DriverSubject, driverConformance } from '@quern/testkit'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const servers = targets.filter((target) => target === 'mysql' || target === 'mariadb')

describe.each(servers)('mysql2 on %s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
  })
  afterAll(() => database.drop())

  const dialect = dialectOf(target) as 'mysql' | 'mariadb'
  const driver = (changes: Mysql2Options = {}) => {
    const { hostname, port, username, password, pathname } = new URL(database.url)
    return mysql2Driver({ dialect, host: hostname, port: Number(port), user: username, password, database: pathname.slice(1), ...changes })
  }
  const subject: DriverSubject = {
    dialect,
    driver,
    get password() {
      return new URL(database.url).password
    },
  }
  for (const { name, run } of driverConformance(subject)) test(name, run)

  /** A user that has never connected: the server has not cached its password, so the whole exchange has to happen. */
  async function newUser(name: string, plugin: string): Promise<{ user: string; password: string }> {
    const connection = await driver().connect(new AbortController().signal)
    await connection.script(
      `DROP USER IF EXISTS ${name}; CREATE USER ${name} IDENTIFIED ${plugin} 'pass w\u00f6rd'; GRANT ALL ON *.* TO ${name}`,
    )
    await connection.close()
    return { user: name, password: 'pass w\u00f6rd' }
  }

  test('a password goes over TCP without TLS and without the password being cached', async () => {
    const plugin = dialect === 'mysql' ? 'WITH caching_sha2_password BY' : 'BY'
    const user = await newUser(`quern_${process.pid}`, plugin)
    for (let i = 0; i < 2; i++) {
      const connection = await driver(user).connect(new AbortController().signal)
      await connection.ping()
      await connection.close()
    }
    const connection = await driver().connect(new AbortController().signal)
    await connection.script(`DROP USER ${user.user}`)
    await connection.close()
  })

  if (dialect === 'mysql')
    test('TLS verifies the server unless that is refused by name', async () => {
      await expect(driver({ tls: true }).connect(new AbortController().signal)).rejects.toThrow(/certificate/)
      const connection = await driver({ tls: 'insecure' }).connect(new AbortController().signal)
      const { rows } = await connection.execute({
        text: "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
        values: [],
        returnsRows: true,
        wide: false,
        prepare: false,
      })
      expect(String(rows[0]?.[1])).toMatch(/TLS|AES|CHACHA/)
      const running = connection.execute({ text: 'SELECT SLEEP(30)', values: [], returnsRows: true, wide: false, prepare: false })
      await new Promise((resolve) => setTimeout(resolve, 100))
      await connection.cancel()
      await Promise.resolve(running).catch(() => {})
      await connection.ping()
      await connection.close()
    })

  test('a server that is the other of the two is refused with the scheme that fits', async () => {
    const [other, title] = dialect === 'mysql' ? (['mariadb', 'MySQL'] as const) : (['mysql', 'MariaDB'] as const)
    const connecting = driver({ dialect: other }).connect(new AbortController().signal)
    await expect(connecting).rejects.toThrow(new RegExp(`^This server is ${title} [0-9.]+; connect with ${dialect}://\\.$`))
  })
})
