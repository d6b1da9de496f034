import type Database from 'better-sqlite3'

/** A prepared statement and what is known about it. */
export interface Prepared {
  readonly statement: Database.Statement
  /** Yields rows, by SQLite's own judgement. */
  readonly reader: boolean
  /** May generate a row id: the connection's last one is also there after an UPDATE, where it means nothing. */
  readonly inserts: boolean
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

  prepare(text: string, keep: boolean): Prepared {
    const known = this.kept.get(text)
    if (known) {
      this.kept.delete(text)
      this.kept.set(text, known)
      return known
    }
    const prepared = this.make(text)
    if (keep && this.limit > 0) this.add(text, prepared)
    return prepared
  }

  private make(text: string): Prepared {
    const statement = this.database.prepare(text)
    const { reader } = statement
    if (reader) statement.raw(true)
    // Only the row id of `run` is affected: it must not lose digits.
    else statement.safeIntegers(true)
    return { statement, reader, inserts: mayInsert(text) }
  }

  private add(text: string, prepared: Prepared): void {
    if (this.kept.size >= this.limit) this.kept.delete(this.kept.keys().next().value!)
    this.kept.set(text, prepared)
  }
}

const mayInsert = (text: string): boolean =>
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:insert|replace|with\b[\s\S]*\b(?:insert|replace)\b)/i.test(text)
