import { type AddressInfo, createServer } from 'node:net'
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

// a K with less than its eight bytes, behind which pg's parser reads on
test.each([true, false])(
  'a server of another protocol ends the attempt, and not the process; rows from the bytes: %s',
  async (directRows) => {
    const other = createServer((socket) => void socket.on('error', () => {}).write(Buffer.from([0x4b, 0, 0, 0, 5, 1, 2, 3])))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    try {
      const driver = pgDriver({ host: '127.0.0.1', port: (other.address() as AddressInfo).port, user: 'somebody', directRows })
      await expect(driver.connect(new AbortController().signal)).rejects.toThrow('The server sent what is not its protocol.')
    } finally {
      other.close()
    }
  },
)

async function opened(driver: Driver) {
  const connection = await driver.connect(new AbortController().signal)
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
}
