/** Values of the types that only PostgreSQL has. */
import { targets } from '../servers/urls.js'
import { postgresKinds } from './values-kinds-postgres.js'
import { testKinds } from './values-run.js'

const own = targets.filter((target) => target.startsWith('postgres'))
if (own.length === 0) test('PostgreSQL is not part of this run', () => expect(process.env.QUERN_TEST_ONLY).toBeDefined())
for (const target of own) testKinds(target, postgresKinds)
