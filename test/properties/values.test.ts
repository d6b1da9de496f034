/** Values of the types that all dialects have: what a column gives back is what was written. */
import { targets } from '../servers/urls.js'
import { kinds } from './values-kinds.js'
import { testKinds } from './values-run.js'

for (const target of targets) testKinds(target, kinds)
