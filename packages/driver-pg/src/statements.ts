import type { DriverRequest } from '@quern/engine'
import { formatsOf, isBytes } from './binary.js'
import type { RowDescription, Wire } from './wire.js'

/** Fewer rows gain less than it costs the server to describe them each time; but bytes as text are twice as long, however few. */
const manyRows = 32

/** A statement that the server has been asked to prepare, with a name of its own or without one. */
export class Statement {
  readonly name: string
  /** The type numbers of its columns, once the server has told them; it refuses to run a statement whose columns have changed since. */
  columnTypes: readonly number[] | undefined = undefined

  /** The types of the values that it was prepared for: the server has fixed its parameters' types, which the text does not tell. */
  readonly types: string | undefined
  /** How many rows it yielded when it ran last. */
  rows = 0
  private forms: DriverRequest['forms'] = undefined
  private formats: readonly number[] | undefined = undefined
  private bytes = false

  constructor(name: string, types: string | undefined) {
    this.name = name
    this.types = types
  }

  describe(description: RowDescription): void {
    this.columnTypes = description.fields.map((field) => field.dataTypeID)
    this.forms = undefined
  }

  /** In which formats to ask for many rows; `undefined` for text alone, and where the server has not told the types yet or the rows are few. */
  formatsFor({ forms }: DriverRequest): readonly number[] | undefined {
    if (forms === undefined || this.columnTypes === undefined || this.name === '') return undefined
    if (forms !== this.forms) {
      this.forms = forms
      this.formats = formatsOf(forms, this.columnTypes)
      this.bytes = this.formats !== undefined && this.columnTypes.some(isBytes)
    }
    return this.rows >= manyRows || this.bytes ? this.formats : undefined
  }
}

/**
 * The statements that one connection keeps prepared, by their full text and the types of their values: the server infers the
 * parameters' types from the text and the tables as they are when it prepares it. The least recently used one is closed when there are too many. Every message goes out together with the statement that
 * needs it, so neither preparing nor closing costs a round trip.
 */
export class Statements {
  private readonly kept = new Map<string, Statement>()
  private readonly limit: number
  /** Whether columns may be asked for in binary. */
  readonly binary: boolean
  private closing: string[] = []
  /** The one that was asked for last. */
  private latest: Statement | undefined
  private count = 0

  constructor(limit: number, binary = false) {
    this.limit = limit
    this.binary = binary
  }

  get size(): number {
    return this.kept.size
  }

  /** Whether the server has told the columns of a statement that is kept; also where none are kept, which nothing can be asked about. */
  knows({ text, types }: DriverRequest): boolean {
    if (this.limit === 0) return true
    const known = this.kept.get(text)
    return known !== undefined && known.types === types && known.columnTypes !== undefined
  }

  /** Whether nothing has to be sent for it but what runs it. */
  ready({ text, types, prepare: keep, returnsRows }: DriverRequest): boolean {
    const known = keep ? this.kept.get(text) : undefined
    return known !== undefined && known.types === types && (known.columnTypes !== undefined || !returnsRows)
  }

  /** Sends what it takes for `text` to be prepared, and yields the statement. `parsed` gets the text when a Parse was sent. */
  prepare({ text, prepare: keep, types }: Pick<DriverRequest, 'text' | 'prepare' | 'types'>, wire: Wire, parsed: string[]): Statement {
    const known = keep ? this.kept.get(text) : undefined
    if (known !== undefined && known.types !== types) this.drop(text)
    else if (known !== undefined) {
      this.touch(text, known)
      return known
    }
    if (text.includes('\0')) throw new TypeError('A statement must not contain the character U+0000.')
    for (const name of this.closing) wire.close({ type: 'S', name })
    this.closing = []
    const statement = keep && this.limit > 0 ? this.add(text, types, wire) : new Statement('', types)
    wire.parse({ name: statement.name, text })
    parsed.push(text)
    return statement
  }

  /** Forgets a statement that the server may not know, or may know differently. Closing an unknown name is no error. */
  drop(text: string): void {
    const statement = this.kept.get(text)
    if (statement === undefined) return
    this.kept.delete(text)
    this.closing.push(statement.name)
  }

  private add(text: string, types: string | undefined, wire: Wire): Statement {
    if (this.kept.size >= this.limit) {
      const [oldest, { name }] = this.kept.entries().next().value!
      this.kept.delete(oldest)
      wire.close({ type: 'S', name })
    }
    // Never from the text: the server cuts names at 63 bytes, and two texts must not meet in one name.
    const statement = new Statement(`quern_${++this.count}`, types)
    this.kept.set(text, statement)
    this.latest = statement
    return statement
  }

  private touch(text: string, statement: Statement): void {
    if (statement === this.latest) return
    this.latest = statement
    this.kept.delete(text)
    this.kept.set(text, statement)
  }
}
