import { Buffer } from 'node:buffer'
import type { DriverConnection, DriverRequest, DriverResult, DriverRows, ResetLevel, TransactionStatus } from '@quern/engine'
import type { Dialect, DriverValue } from '@quern/sql'
import type Database from 'better-sqlite3'
import { blockingWait, interrupted, isBusy, whileBusy } from './busy.js'
import { type BetterSqlite3Options, defaults } from './options.js'
import { type Prepared, Statements } from './statements.js'
import { enterFile, leaveFile, type Turn, type Writers } from './writers.js'

type Rows = IterableIterator<readonly unknown[]>

let opened = 0

/** One handle on a database file. SQLite runs on the caller's thread: a statement that runs cannot be stopped, only awaited. */
export class BetterSqlite3Connection implements DriverConnection {
  readonly dialect: Dialect
  readonly id: string
  lost: unknown
  private readonly database: Database.Database
  private readonly statements: Statements
  private patience: number
  private busy = false
  /** Where the file is, and who in this process writes to it; absent where no other connection can see the database. */
  private readonly path: string | undefined
  private readonly writers: Writers | undefined
  /** It is this connection's turn to write. */
  private writing = false
  /** Nobody waits any more for what has not begun yet. */
  private stopped = false

  /** `path`: the file's real one, where there is a file. */
  constructor(database: Database.Database, dialect: Dialect, options: BetterSqlite3Options, path?: string) {
    this.path = path
    this.writers = path === undefined ? undefined : enterFile(path)
    this.database = database
    this.dialect = dialect
    this.id = String(++opened)
    this.statements = new Statements(database, options.statementCache ?? defaults.statementCache)
    this.patience = options.busyTimeout ?? defaults.busyTimeout
  }

  /** SQLite answers at once, so the first try costs no promise. */
  execute(request: DriverRequest): DriverResult | Promise<DriverResult> {
    let writes = false
    try {
      this.check()
      const prepared = this.statements.prepare(request.text, request.prepare)
      writes = prepared.writes
      if (writes && this.mustWait()) return this.later(request, true)
      const result = prepared.reader ? read(prepared, request) : change(prepared, request)
      if (this.writing) this.letGo()
      return result
    } catch (cause) {
      if (this.writing && !this.busy) this.letGo()
      return this.busy || !isBusy(cause) ? Promise.reject(cause) : this.later(request, writes)
    }
  }

  async script(text: string): Promise<string | undefined> {
    this.take()
    try {
      const single = await whileBusy(() => this.single(text), this.patience)
      // One statement can be repeated when the database is locked; of several, some may have happened already.
      const work = () => (single ? runOnce(single) : this.database.exec(text))
      await this.inTurn(single?.writes ?? true, work, single !== undefined)
    } finally {
      this.done()
    }
    return undefined
  }

  async *stream(request: DriverRequest, batchSize: number): AsyncGenerator<DriverRows> {
    this.take()
    let rows: Rows | undefined
    try {
      const prepared = await whileBusy(() => this.statements.prepare(request.text, false), this.patience)
      const begin = () => {
        if (!prepared.reader) return change(prepared, request) && undefined
        rows = reading(prepared, request.wide).iterate(...bind(request.values)) as Rows
        return rows.next()
      }
      const first = await this.inTurn(prepared.writes, begin, true)
      if (!rows || !first || first.done) return
      for (const batch of batches(rows, first.value, batchSize)) {
        yield { rows: batch, columnTypes: undefined }
        // Rows come without waiting: timers and signals get their turn between batches.
        await new Promise(setImmediate)
      }
    } finally {
      // An abandoned loop has ended the iterator by now, and with it the statement's lock.
      this.done()
    }
  }

  copyIn(): Promise<number> {
    return Promise.reject(new Error('SQLite has no COPY and no LOAD DATA; insert the rows in one transaction with a prepared statement.'))
  }

  waitForLocks(milliseconds: number): void {
    this.patience = milliseconds
  }

  status(): TransactionStatus {
    return this.database.inTransaction ? 'open' : 'idle'
  }

  get prepared(): number {
    return this.statements.size
  }

  async ping(): Promise<void> {
    await this.execute({ text: 'SELECT 1', values: [], returnsRows: true, wide: false, prepare: true })
  }

  /** What runs has the thread that would have to ask; what still waits for a lock is stopped. */
  async cancel(): Promise<void> {
    this.stopped = this.busy
    this.writers?.stop(this)
  }

  async reset(level: ResetLevel): Promise<void> {
    if (this.database.inTransaction) await this.script('ROLLBACK')
    if (level !== 'session') return
    await this.alone(() => this.clearSession())
    await this.pin()
  }

  /** Makes the session what the dialect relies on, and proves it. */
  async pin(): Promise<void> {
    const { set, verify, expect } = this.dialect.session
    for (const text of set) await this.script(text)
    if (verify === undefined) return
    const read = () => this.database.prepare(verify).get() as Readonly<Record<string, unknown>> | undefined
    const row = await whileBusy(read, this.patience)
    for (const [name, value] of Object.entries(expect)) {
      if (String(row?.[name]) !== value) throw new Error(`The session's ${name} is ${row?.[name]}, and Quern needs ${value}.`)
    }
  }

  async close(): Promise<void> {
    if (this.lost === undefined && this.path !== undefined) leaveFile(this.path)
    this.lost ??= new Error('The connection was closed.')
    await this.cancel()
    try {
      this.database.close()
    } catch {
      // An iterator is still open: the handle goes with it.
    }
    this.writing = false
    this.writers?.leave(this)
  }

  /** A handle on a file cannot be lost by itself. */
  onLost(): void {}

  /** The same when it has to wait: for its turn, or for a lock of another process. */
  private async later(request: DriverRequest, writes: boolean): Promise<DriverResult> {
    this.take()
    try {
      return await this.inTurn(
        writes,
        () => {
          const prepared = this.statements.prepare(request.text, request.prepare)
          return prepared.reader ? read(prepared, request) : change(prepared, request)
        },
        true,
      )
    } finally {
      this.done()
    }
  }

  /** Whether another connection of this process writes. Inside a transaction the turn was taken with its beginning, or never. */
  private mustWait(): boolean {
    return this.writers?.taken(this) === true && !this.database.inTransaction
  }

  /**
   * Does what writes when it is this connection's turn, and again while another process has the lock, if that may be `repeated`. A
   * transaction keeps the turn to its end; a deferred one has none, because SQLite judges it by what it has read.
   */
  private async inTurn<T>(writes: boolean, work: () => T, repeated: boolean): Promise<T> {
    const end = performance.now() + this.patience
    if (writes && this.writers !== undefined && !this.database.inTransaction) {
      const taken = this.writers.take(this, this.patience)
      const turn: Turn = typeof taken === 'string' ? taken : await taken
      if (turn === 'stopped' || this.lost !== undefined) throw this.lost ?? interrupted()
      this.writing = turn === 'mine'
    }
    return await whileBusy(work, repeated ? Math.max(0, end - performance.now()) : 0, () => this.stopped)
  }

  private letGo(): void {
    if (this.database.inTransaction) return
    this.writing = false
    this.writers?.leave(this)
  }

  private done(): void {
    this.busy = false
    if (this.writing) this.letGo()
  }

  private check(): void {
    if (this.lost !== undefined) throw this.lost
    if (this.busy) throw new Error('The connection is busy with another statement; await that one, or end its stream, first.')
  }

  private take(): void {
    this.check()
    this.busy = true
    this.stopped = false
  }

  private async alone<T>(work: () => T): Promise<T> {
    this.take()
    try {
      return await whileBusy(work, this.patience)
    } finally {
      this.busy = false
    }
  }

  private single(text: string): Prepared | undefined {
    try {
      return this.statements.prepare(text, true)
    } catch (cause) {
      // Several statements, or none but a comment.
      if (cause instanceof RangeError || (cause as Error).name === 'RangeError') return undefined
      throw cause
    }
  }

  /** What a handle carries over besides its pinned settings: temporary tables, attached files, and how long SQLite itself waits. */
  private clearSession(): void {
    const names = this.database.prepare(
      "SELECT type, name FROM sqlite_temp_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'",
    )
    for (const { type, name } of names.all() as { type: string; name: string }[]) {
      this.database.exec(`DROP ${type} IF EXISTS temp.${quoted(name)}`)
    }
    const attached = this.database
      .prepare("SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')")
      .pluck()
      .all() as string[]
    for (const name of attached) this.database.exec(`DETACH ${quoted(name)}`)
    this.database.exec(`PRAGMA busy_timeout = ${blockingWait}`)
  }
}

const runOnce = ({ reader, statement }: Prepared) => (reader ? statement.all() : statement.run())

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The statement, with 64-bit integers as the request wants them. */
function reading(prepared: Prepared, wide: boolean): Database.Statement {
  if (prepared.wide !== wide) {
    prepared.statement.safeIntegers(wide)
    prepared.wide = wide
  }
  return prepared.statement
}

function read(prepared: Prepared, request: DriverRequest): DriverResult {
  const rows = reading(prepared, request.wide).all(...bind(request.values)) as unknown[][]
  return { rows, columnTypes: undefined, rowCount: rows.length, insertedId: undefined, command: undefined }
}

function change(prepared: Prepared, request: DriverRequest): DriverResult {
  const { changes, lastInsertRowid } = prepared.statement.run(...bind(request.values))
  const rowCount = Number(changes)
  const insertedId = prepared.inserts && rowCount > 0 ? exactId(lastInsertRowid) : undefined
  return { rows: [], columnTypes: undefined, rowCount, insertedId, command: undefined }
}

function exactId(id: number | bigint): number | bigint {
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : id
}

/** better-sqlite3 takes bytes as a Buffer and has no booleans; most statements have neither. */
function bind(values: readonly DriverValue[]): readonly unknown[] {
  for (const value of values) {
    if (typeof value === 'boolean' || (typeof value === 'object' && value !== null)) return values.map(bindValue)
  }
  return values
}

function bindValue(value: DriverValue): unknown {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'object' && value !== null) return Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
  return value
}

function* batches(rows: Rows, first: readonly unknown[], size: number) {
  let batch = [first]
  for (const row of rows) {
    if (batch.length === size) {
      yield batch
      batch = []
    }
    batch.push(row)
  }
  yield batch
}
