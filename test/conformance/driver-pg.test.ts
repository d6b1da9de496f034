import { type PgOptions, pgDriver } from '@quern/driver-pg'
import type { Driver } from '@quern/engine'
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

  test('rows read from the bytes are those that pg reads', async () => {
    const text =
      "SELECT n, CASE WHEN n % 3 > 0 THEN repeat('é中', n) END, n / 7.0::float8, n > 50, timestamptz '1999-12-31 23:59:59.5Z' + n * interval '1 day', '' FROM generate_series(1, 700) n"
    const request = { text, values: [], returnsRows: true, wide: false, prepare: true }
    const [direct, parsed] = await Promise.all(
      [true, false].map(async (directRows) => {
        await using connection = await opened(driver({ directRows }))
        return await connection.execute(request)
      }),
    )
    expect(direct!.rows).toHaveLength(700)
    expect(direct).toEqual(parsed)
  })
})

async function opened(driver: Driver) {
  const connection = await driver.connect(new AbortController().signal)
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
}
