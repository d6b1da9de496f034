/** The constraints of a table's third argument. Every builder is immutable: each call yields a new constraint. */
import { type ColumnNode, CompileError, conditions, describe, nodeOf, type Typed } from '@quern/expression'
import { type AnyColumn, checkAction, type ReferenceAction } from './columns.js'
import type { CheckInfo, ConstraintInfo, ForeignKeyInfo, IndexInfo, PartitioningInfo, PrimaryKeyInfo, UniqueInfo } from './nodes.js'
import type { TableOptions } from './options.js'
import { checkName, type Deferrable, deferrableOf, type MatchType, matchOf } from './words.js'

/** What a part of the third argument has gathered; the table takes it in. */
export type PartData =
  | ConstraintInfo
  | IndexInfo
  | { readonly kind: 'options'; readonly options: Partial<TableOptions> }
  | { readonly kind: 'partitioning'; readonly partitioning: PartitioningInfo }

/** Anything that a table's third argument may return: constraints, indexes, options, partitioning. */
export class TablePart {
  readonly #data: PartData

  constructor(data: PartData) {
    this.#data = Object.freeze(data)
  }

  static data(value: unknown, table: string): PartData {
    if (typeof value === 'object' && value !== null && #data in value) return value.#data
    const lost = typeof value === 'function' || (typeof value === 'object' && value !== null && ('on' in value || 'references' in value))
    throw new CompileError(
      `the third argument of table ${JSON.stringify(table)} returns constraints; one of them is ${describe(value)}${lost ? ', which lacks its columns: .on(…), .references(…)' : ''}`,
    )
  }
}

/** A constraint or index of a table. */
export class Constraint extends TablePart {}

/** The data of a constraint that stands by itself, for `ALTER TABLE … ADD`. */
export function constraintInfo(constraint: unknown): ConstraintInfo | IndexInfo {
  const data = TablePart.data(constraint, '')
  if (data.kind === 'options' || data.kind === 'partitioning') throw new CompileError(`${data.kind} are no constraint`)
  return data
}

export function columnNodes(columns: readonly unknown[], place: string): readonly ColumnNode[] {
  if (columns.length === 0) throw new CompileError(`${place} needs at least one column`)
  const nodes = columns.map((column) => {
    const node = typeof column === 'object' && column !== null ? nodeOf(column) : undefined
    if (node?.kind !== 'column') throw new CompileError(`${place} takes columns, not ${describe(column)}`)
    return node
  })
  return Object.freeze(nodes)
}

const none: readonly never[] = Object.freeze([])

export class PrimaryKey extends Constraint {
  readonly #key: PrimaryKeyInfo

  constructor(key: PrimaryKeyInfo) {
    super(key)
    this.#key = key
  }

  /** CONSTRAINT name */
  named(name: string): PrimaryKey {
    return new PrimaryKey({ ...this.#key, name: checkName(name, 'constraint') })
  }

  /** INCLUDE (…): columns that the key's index carries besides. */
  include(...columns: AnyColumn[]): PrimaryKey {
    return new PrimaryKey({ ...this.#key, include: columnNodes(columns, 'include()') })
  }

  /** DEFERRABLE: `deferrable({ initially: 'deferred' })` checks at the end of the transaction. */
  deferrable(options: Deferrable = true): PrimaryKey {
    return new PrimaryKey({ ...this.#key, deferrable: deferrableOf(options) })
  }
}

/** `PRIMARY KEY (a, b)`: `primaryKey(t.a, t.b).named('orders_key')` */
export const primaryKey = (...columns: AnyColumn[]): PrimaryKey =>
  new PrimaryKey({ kind: 'primary', name: undefined, columns: columnNodes(columns, 'primaryKey()'), include: none, deferrable: undefined })

/** A foreign key whose options can still be added. */
export class ForeignKey extends Constraint {
  readonly #key: ForeignKeyInfo

  constructor(key: ForeignKeyInfo) {
    super(key)
    this.#key = key
  }

  /** ON DELETE; PostgreSQL's `set null` and `set default` may name the columns that change: `onDelete('set null', t.b)`. */
  onDelete(action: ReferenceAction, ...columns: AnyColumn[]): ForeignKey {
    checkAction(action)
    const some = columns.length === 0 ? none : columnNodes(columns, 'onDelete()')
    if (some.length > 0 && !action.startsWith('set ')) throw new CompileError(`onDelete('${action}') changes no columns; it takes none`)
    for (const column of some) {
      if (!this.#key.columns.includes(column)) throw new CompileError(`onDelete(): ${column.key} is no column of this foreign key`)
    }
    return new ForeignKey({ ...this.#key, onDelete: action, onDeleteColumns: some })
  }

  /** ON UPDATE */
  onUpdate(action: ReferenceAction): ForeignKey {
    return new ForeignKey({ ...this.#key, onUpdate: checkAction(action) })
  }

  /** MATCH FULL: all columns of the key are NULL, or none is. MATCH SIMPLE is what every database does unless told. */
  match(match: MatchType): ForeignKey {
    return new ForeignKey({ ...this.#key, match: matchOf(match) })
  }

  /** DEFERRABLE: `deferrable({ initially: 'deferred' })` checks at the end of the transaction. */
  deferrable(options: Deferrable = true): ForeignKey {
    return new ForeignKey({ ...this.#key, deferrable: deferrableOf(options) })
  }

  /** NOT VALID: rows that are there already are not looked at. */
  notValid(): ForeignKey {
    return new ForeignKey({ ...this.#key, notValid: true })
  }

  /** CONSTRAINT name */
  named(name: string): ForeignKey {
    return new ForeignKey({ ...this.#key, name: checkName(name, 'constraint') })
  }
}

/** A foreign key of which only its columns are said. */
export const bareForeignKey = (columns: readonly ColumnNode[], target: () => readonly ColumnNode[]): ForeignKeyInfo => ({
  kind: 'foreign',
  name: undefined,
  columns,
  target,
  onDelete: undefined,
  onUpdate: undefined,
  onDeleteColumns: none,
  match: undefined,
  deferrable: undefined,
  notValid: false,
})

type Targets = AnyColumn | readonly AnyColumn[]
export interface ForeignKeyStart {
  /** The referenced columns, or a function that yields them where the tables refer to each other. */
  references(...columns: AnyColumn[]): ForeignKey
  references(columns: () => Targets): ForeignKey
}

/** `FOREIGN KEY (a) REFERENCES t (b)`: `foreignKey(t.managerId).references(t.id).onDelete('set null')` */
export function foreignKey(...columns: AnyColumn[]): ForeignKeyStart {
  const own = columnNodes(columns, 'foreignKey()')
  return {
    references(...targets: readonly unknown[]): ForeignKey {
      const late = typeof targets[0] === 'function' ? (targets[0] as () => Targets) : undefined
      const target = () => {
        const found = late ? [late()].flat() : targets
        const nodes = columnNodes(found, 'references()')
        if (nodes.length !== own.length) throw new CompileError(`a foreign key of ${own.length} columns references ${nodes.length}`)
        if (nodes.some(({ source }) => source !== nodes[0]!.source)) throw new CompileError('a foreign key references columns of one table')
        return nodes
      }
      if (!late) target()
      return new ForeignKey(bareForeignKey(own, target))
    },
  }
}

export class Unique extends Constraint {
  readonly #key: UniqueInfo

  constructor(key: UniqueInfo) {
    super(key)
    this.#key = key
  }

  /** UNIQUE NULLS NOT DISTINCT: two NULLs are equal here. */
  nullsNotDistinct(): Unique {
    return new Unique({ ...this.#key, nullsNotDistinct: true })
  }

  /** INCLUDE (…): columns that the constraint's index carries besides. */
  include(...columns: AnyColumn[]): Unique {
    return new Unique({ ...this.#key, include: columnNodes(columns, 'include()') })
  }

  /** DEFERRABLE: `deferrable({ initially: 'deferred' })` checks at the end of the transaction. */
  deferrable(options: Deferrable = true): Unique {
    return new Unique({ ...this.#key, deferrable: deferrableOf(options) })
  }
}

/** A unique constraint of which only its columns are said. */
export const bareUnique = (name: string | undefined, columns: readonly ColumnNode[]): UniqueInfo => ({
  kind: 'unique',
  name,
  columns,
  include: none,
  nullsNotDistinct: false,
  deferrable: undefined,
})

/** `UNIQUE (a, b)`: `unique('name').on(t.a, t.b)` */
export const unique = (name?: string): { on(...columns: AnyColumn[]): Unique } => ({
  on: (...columns) => new Unique(bareUnique(name, columnNodes(columns, 'unique()'))),
})

export class Check extends Constraint {
  readonly #check: CheckInfo

  constructor(check: CheckInfo) {
    super(check)
    this.#check = check
  }

  /** NOT VALID: rows that are there already are not looked at. */
  notValid(): Check {
    return new Check({ ...this.#check, notValid: true })
  }

  /** NO INHERIT: tables that inherit from this one do not get the check. */
  noInherit(): Check {
    return new Check({ ...this.#check, noInherit: true })
  }

  /** NOT ENFORCED: the database keeps the check and does not apply it. */
  notEnforced(): Check {
    return new Check({ ...this.#check, notEnforced: true })
  }
}

/** A check of which only its condition is said. */
export const bareCheck = (name: string | undefined, condition: CheckInfo['condition']): CheckInfo => ({
  kind: 'check',
  name,
  condition,
  notValid: false,
  noInherit: false,
  notEnforced: false,
})

/** `CHECK (condition)`: `check('name_not_empty', t.name.ne(''))` */
export function check(name: string, condition: Typed<boolean | null, any, any, any, any>): Check {
  const [node] = conditions([condition], 'check()')
  if (node === undefined) throw new CompileError('check() needs a condition')
  return new Check(bareCheck(name, node))
}
