import { type BetterSqlite3Options, betterSqlite3Driver } from '@quern/driver-better-sqlite3'
import { driverConformance } from '@quern/testkit'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

describe.each(targets.filter((target) => target === 'sqlite'))('better-sqlite3 on %s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
  })
  afterAll(() => database.drop())

  const driver = (changes: BetterSqlite3Options = {}) => betterSqlite3Driver({ filename: database.name, ...changes })
  for (const { name, run } of driverConformance({ dialect: 'sqlite', driver })) test(name, run)
})
