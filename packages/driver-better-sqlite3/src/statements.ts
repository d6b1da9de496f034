import type Database from 'better-sqlite3'

/** A prepared statement and what is known about it. */
export interface Prepared {
  readonly statement: Database.Statement
  /** Yields rows, by SQLite's own judgement. */
  readonly reader: boolean
  /** Changes the file, by SQLite's own judgement, or takes the right to. */
  readonly writes: boolean
  /** May generate a row id: the connection's last one is also there after an UPDATE, where it means nothing. */
  readonly inserts: boolean
  /** Whether it hands over integers as bigint. */
  wide: boolean
  /** Asked for since the last one was thrown out. */
  used: boolean
}

/** The statements that one connection keeps prepared, by their full text; preparing is nine tenths of the cost of a small query. */
export class Statements {
  private readonly database: Database.Database
  private readonly limit: number
  private readonly kept = new Map<string, Prepared>()

  constructor(database: Database.Database, limit: number) {
    this.database = database
    this.limit = limit
  }

  get size(): number {
    return this.kept.size
  }

  prepare(text: string, keep: boolean): Prepared {
    const known = this.kept.get(text)
    if (known) {
      known.used = true
      return known
    }
    const prepared = this.make(text)
    if (keep && this.limit > 0) this.add(text, prepared)
    return prepared
  }

  private make(text: string): Prepared {
    const statement = this.database.prepare(text)
    const { reader } = statement
    const inserts = mayInsert(text)
    if (reader) statement.raw(true)
    // Only the row id of `run` is affected: it must not lose digits.
    else if (inserts) statement.safeIntegers(true)
    return { statement, reader, writes: !statement.readonly, inserts, wide: inserts && !reader, used: false }
  }

  private add(text: string, prepared: Prepared): void {
    if (this.kept.size >= this.limit) this.throwOneOut()
    this.kept.set(text, prepared)
  }

  /** The oldest that was not asked for lately; those that were go to the end of the line. That way a hit moves nothing. */
  private throwOneOut(): void {
    for (const [text, prepared] of this.kept) {
      this.kept.delete(text)
      if (!prepared.used) return
      prepared.used = false
      this.kept.set(text, prepared)
    }
  }
}

const mayInsert = (text: string): boolean =>
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:insert|replace|with\b[\s\S]*\b(?:insert|replace)\b)/i.test(text)
