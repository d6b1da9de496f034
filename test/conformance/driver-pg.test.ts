import { type PgOptions, pgDriver } from '@quern/driver-pg'
import { type DriverSubject, driverConformance } from '@quern/testkit'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

describe.each(targets.filter((target) => target.startsWith('postgres')))('pg on %s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
  })
  afterAll(() => database.drop())

  const driver = (changes: PgOptions = {}) => {
    const { hostname, port, username, password, pathname } = new URL(database.url)
    return pgDriver({ host: hostname, port: Number(port), user: username, password, database: pathname.slice(1), ...changes })
  }
  const subject: DriverSubject = {
    dialect: 'postgres',
    driver,
    get password() {
      return new URL(database.url).password
    },
  }
  for (const { name, run } of driverConformance(subject)) test(name, run)
})
