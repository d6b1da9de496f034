import type { Driver, DriverConnection, DriverRequest, DriverResult } from '@quern/engine'
import type { DialectName, DriverValue } from '@quern/sql'
import { type DriverTexts, driverTexts } from './driver-texts.js'

/** One driver on one server, as the conformance suite meets it. */
export interface DriverSubject {
  readonly dialect: DialectName
  /** The password that the driver connects with, to look for where it must not be. */
  readonly password?: string
  /** A driver to a database that the suite has for itself; `changes` are options of that driver. */
  driver(changes?: Readonly<Record<string, unknown>>): Driver
}

/** What a case gets: the subject, the texts of its dialect, and names that no other case has. */
export interface Scene {
  readonly subject: DriverSubject
  readonly texts: DriverTexts
  /** The case's own table; dropped before and after. */
  readonly table: string
  /** Opens a connection that is closed after the case. */
  connect(changes?: Readonly<Record<string, unknown>>): Promise<DriverConnection>
}

export interface DriverCase {
  readonly name: string
  /** Only where this holds; a driver that lacks the thing has a case that says how it refuses. */
  readonly on?: readonly DialectName[]
  run(scene: Scene): Promise<void>
}

/** Runs a case in a scene of its own and leaves nothing behind. */
export async function play(subject: DriverSubject, driverCase: DriverCase, table: string): Promise<void> {
  const opened: DriverConnection[] = []
  const connect = async (changes?: Readonly<Record<string, unknown>>) => {
    const connection = await subject.driver(changes).connect(new AbortController().signal)
    opened.push(connection)
    return connection
  }
  try {
    await driverCase.run({ subject, texts: driverTexts[subject.dialect], table, connect })
  } finally {
    await Promise.all(opened.map((connection) => connection.close()))
    const last = await subject.driver().connect(new AbortController().signal)
    await last.script(`DROP TABLE IF EXISTS ${table}`).finally(() => last.close())
  }
}

/** A statement as a plan would hand it over. */
export function request(text: string, values: readonly DriverValue[] = [], changes: Partial<DriverRequest> = {}): DriverRequest {
  const returnsRows = /^\s*(select|show|with|values|pragma)\b|\breturning\b/i.test(text)
  return { text, values, returnsRows, wide: false, prepare: true, ...changes }
}

/** A statement's result as a promise, also of a driver that answers at once. */
export const promised = async (connection: DriverConnection, statement: DriverRequest): Promise<DriverResult> =>
  await connection.execute(statement)

/** The rows of a statement, as plain arrays of this realm, so that they compare. */
export async function rows(connection: DriverConnection, text: string, ...values: DriverValue[]): Promise<unknown[][]> {
  return plain(await connection.execute(request(text, values)))
}

export const plain = (result: Pick<DriverResult, 'rows'>): unknown[][] => Array.from(result.rows, (row) => Array.from(row))

/** The first value of the first row, as text. */
export async function one(connection: DriverConnection, text: string, ...values: DriverValue[]): Promise<string> {
  return String((await rows(connection, text, ...values))[0]?.[0])
}

/**
 * How many sessions the database has beside the asking one. MySQL's list of them makes utf8mb3 of what they run, and fails while somebody runs a
 * statement with other bytes: asked again then.
 */
export async function sessionsBeside(connection: DriverConnection, texts: Scene['texts']): Promise<number> {
  for (let i = 0; ; i++) {
    try {
      return Number(await one(connection, texts.otherSessions!))
    } catch (error) {
      if (i === 100 || !/Cannot convert string/.test((error as Error).message)) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
