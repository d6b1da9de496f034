/** Values of MySQL's own types, and of types that a program makes itself. */
import { targets } from '../servers/urls.js'
import { mysqlKinds } from './values-kinds-mysql.js'
import { ownKinds } from './values-kinds-own.js'
import { testKinds } from './values-run.js'

for (const target of targets) testKinds(target, [...ownKinds, ...mysqlKinds])
