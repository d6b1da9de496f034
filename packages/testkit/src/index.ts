export { type ConformanceCase, type DriverSubject, driverConformance } from './driver-conformance.js'
export { rewriteStatement } from './rewrite-statement.js'
export { type Expected, expectedOn, rewritten, type Spec, spec, type Unsupported, unfrozen, unsupported } from './spec.js'
