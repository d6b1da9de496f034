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

  test('a server that is the other of the two is refused with the scheme that fits', async () => {
    const [other, title] = dialect === 'mysql' ? (['mariadb', 'MySQL'] as const) : (['mysql', 'MariaDB'] as const)
    const connecting = driver({ dialect: other }).connect(new AbortController().signal)
    await expect(connecting).rejects.toThrow(new RegExp(`^This server is ${title} [0-9.]+; connect with ${dialect}://\\.$`))
  })
})
