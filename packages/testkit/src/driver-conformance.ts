import { connecting } from './driver-cases/connecting.js'
import { faults } from './driver-cases/faults.js'
import { flows } from './driver-cases/flows.js'
import { network } from './driver-cases/network.js'
import { prepared } from './driver-cases/prepared.js'
import { savepoints } from './driver-cases/savepoints.js'
import { statements } from './driver-cases/statements.js'
import { transactions } from './driver-cases/transactions.js'
import { type DriverSubject, play } from './driver-subject.js'

export type { DriverSubject } from './driver-subject.js'

/** A case that is bound to its driver: a name and what to run, for whatever test runner there is. */
export interface ConformanceCase {
  readonly name: string
  run(): Promise<void>
}

const all = [...connecting, ...statements, ...prepared, ...transactions, ...savepoints, ...flows, ...faults, ...network]

/**
 * What every driver must do, as cases for one driver on one server. A case that names its dialects is about something that only
 * their servers have; what a driver lacks has a case of its own that says how it refuses.
 *
 *     for (const { name, run } of driverConformance(subject)) test(name, run)
 */
export function driverConformance(subject: DriverSubject): readonly ConformanceCase[] {
  return all
    .filter(({ on }) => on === undefined || on.includes(subject.dialect))
    .map((driverCase, i) => ({ name: driverCase.name, run: () => play(subject, driverCase, `quern_case_${i}`) }))
}
