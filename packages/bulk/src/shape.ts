/** From the program's rows to encoded values: which columns a row gives, whether it may, and what is sent for them. */
import { type ColumnNode, CompileError, isExpression, isStatement, make, type ParameterNode } from '@quern/expression'
import type { ColumnInfo, TableNode } from '@quern/schema'
import { checkRow, checkValue, columnsByKey, type Dialect, type DriverValue, type Encode, refuseUnknown, storerOf } from '@quern/sql'

/** Rows that give values to the same columns. */
export interface Shape {
  readonly columns: readonly ColumnNode[]
  /** True where a value is SQL: such rows go by statements of their own. */
  readonly computed: boolean
}

/** What is asked of rows beyond their own columns. */
export interface RowRules {
  readonly verb: string
  /** The columns that every row must name, before the others. */
  readonly keys: readonly ColumnNode[]
  /** Complains about columns that a row lacks. */
  missing(info: ColumnInfo, index: number): void
  /** Columns with a value of their own making where a row gives none. */
  produced(info: ColumnInfo): (() => unknown) | undefined
}

interface Step {
  readonly key: string
  readonly info: ColumnInfo
  readonly parameter: ParameterNode
  readonly encode: Encode
  readonly produce: (() => unknown) | undefined
  readonly notNull: boolean
  readonly isKey: boolean
}

/** How rows with these keys, in this order, are read. */
interface Signature {
  readonly keys: readonly string[]
  /** How many of the keys give a value, and not `undefined`. */
  readonly given: number
  readonly steps: readonly Step[]
  readonly shape: Shape
}

export class RowReader {
  readonly #table: TableNode
  readonly #dialect: Dialect
  readonly #rules: RowRules
  readonly #shapes = new Map<string, Shape>()
  #last: Signature | undefined

  constructor(table: TableNode, dialect: Dialect, rules: RowRules) {
    this.#table = table
    this.#dialect = dialect
    this.#rules = rules
  }

  /** Which columns the row gives, after a look whether it may. `read` is called for the same row next. */
  shapeOf(row: unknown, index: number): Shape {
    checkRow(row, this.#table, this.#rules.verb)
    const keys = Object.keys(row)
    const last = this.#last
    if (last !== undefined && !last.shape.computed && isLike(last, keys, row)) return last.shape
    const found = this.#signatureOf(row, keys, index)
    this.#last = found
    return found.shape
  }

  /** Appends the encoded values of the row that was looked at last; yields about how many bytes they are. */
  read(row: unknown, into: DriverValue[]): number {
    const { steps } = this.#last!
    let size = 0
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!
      const value = step.produce === undefined ? (row as Record<string, unknown>)[step.key] : step.produce()
      if (value === null) {
        if (step.notNull || step.isKey) this.#refuseNull(step)
        into.push(null)
        continue
      }
      const encoded = step.encode(value, step.parameter)
      size += typeof encoded === 'string' ? encoded.length : typeof encoded === 'object' ? 2 * encoded!.length : 8
      into.push(encoded)
    }
    return size
  }

  #refuseNull({ info, isKey }: Step): void {
    const { verb } = this.#rules
    if (!isKey) checkValue(null, info, this.#table, verb)
    else throw new CompileError(`${verb}(${this.#table.name}): ${info.node.key} is the key, and NULL is no key`, 'NOT_NULL')
  }

  #signatureOf(row: Record<string, unknown>, keys: readonly string[], index: number): Signature {
    const columns = columnsByKey(this.#table)
    let computed = false
    let given = 0
    for (const key of keys) {
      const info = columns.get(key)
      if (info === undefined) refuseUnknown(row, this.#table, this.#rules.verb)
      const value = row[key]
      if (value === undefined) continue
      given++
      if (isSql(value)) computed = true
      if (!this.#rules.keys.includes(info.node)) checkValue(value, info, this.#table, this.#rules.verb)
    }
    const steps = this.#steps(row, keys, index)
    return { keys: given === keys.length ? keys : keys.slice(), given, steps, shape: this.#shape(steps, computed) }
  }

  #steps(row: Record<string, unknown>, keys: readonly string[], index: number): Step[] {
    const steps: Step[] = []
    const own = new Set(keys)
    const { rules, table } = { rules: this.#rules, table: this.#table }
    const add = (info: ColumnInfo, produce: (() => unknown) | undefined, isKey: boolean) => {
      const { node } = info
      const parameter = make.parameter(undefined, node.type, node)
      const encode = storerOf(node.type, this.#dialect)
      steps.push({ key: node.key, info, parameter, encode, produce, notNull: info.options.notNull, isKey })
    }
    for (const key of rules.keys) {
      const info = columnsByKey(table).get(key.key)!
      if (!own.has(key.key) || row[key.key] === undefined)
        throw new CompileError(`${rules.verb}(${table.name}): row ${index} lacks ${key.key}, which says which row is meant`, 'NOT_NULL')
      add(info, undefined, true)
    }
    for (const info of table.columns) {
      if (rules.keys.includes(info.node)) continue
      if (own.has(info.node.key) && row[info.node.key] !== undefined) add(info, undefined, false)
      else {
        const produce = rules.produced(info)
        if (produce === undefined) rules.missing(info, index)
        else add(info, produce, false)
      }
    }
    return steps
  }

  #shape(steps: readonly Step[], computed: boolean): Shape {
    const key = `${computed}${steps.map((step) => JSON.stringify(step.key)).join()}`
    let shape = this.#shapes.get(key)
    if (shape === undefined) this.#shapes.set(key, (shape = { columns: steps.map(({ info }) => info.node), computed }))
    return shape
  }
}

const isSql = (value: unknown): boolean => typeof value === 'object' && value !== null && (isExpression(value) || isStatement(value))

/** The same keys in the same order, all with values, none of them SQL: what was found out for the row before holds for this one. */
function isLike({ keys, given }: Signature, own: readonly string[], row: Record<string, unknown>): boolean {
  if (own.length !== keys.length || given !== keys.length) return false
  for (let i = 0; i < own.length; i++) {
    if (own[i] !== keys[i]) return false
    const value = row[own[i]!]
    if (value === undefined || (typeof value === 'object' && isSql(value))) return false
  }
  return true
}
