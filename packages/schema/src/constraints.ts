/** The constraints of a table's third argument. */
import { type ColumnNode, CompileError, conditions, describe, nodeOf, type Typed } from '@quern/expression'
import { type AnyColumn, checkAction, type ReferenceAction } from './columns.js'
import type { CheckInfo, ForeignKeyInfo, IndexInfo, UniqueInfo } from './nodes.js'

/** What a constraint builder has gathered; the table takes it in. */
export type ConstraintData =
  | { readonly kind: 'primary'; readonly name: string | undefined; readonly columns: readonly ColumnNode[] }
  | ({ readonly kind: 'foreign' } & ForeignKeyInfo)
  | ({ readonly kind: 'unique' } & UniqueInfo)
  | ({ readonly kind: 'check' } & CheckInfo)
  | ({ readonly kind: 'index' } & IndexInfo)

/** A constraint or index of a table. */
export class Constraint {
  readonly #data: ConstraintData

  constructor(data: ConstraintData) {
    this.#data = Object.freeze(data)
  }

  static data(value: unknown, table: string): ConstraintData {
    if (typeof value === 'object' && value !== null && #data in value) return value.#data
    throw new CompileError(`the third argument of table ${JSON.stringify(table)} returns constraints; one of them is ${describe(value)}`)
  }
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

/** `PRIMARY KEY (a, b)` */
export const primaryKey = (...columns: AnyColumn[]): Constraint & { named(name: string): Constraint } =>
  named((name) => ({ kind: 'primary', name, columns: columnNodes(columns, 'primaryKey()') }))

function named(data: (name: string | undefined) => ConstraintData): Constraint & { named(name: string): Constraint } {
  return Object.assign(new Constraint(data(undefined)), { named: (name: string) => new Constraint(data(name)) })
}

/** A foreign key whose options can still be added. */
export class ForeignKey extends Constraint {
  readonly #key: ForeignKeyInfo

  constructor(key: ForeignKeyInfo) {
    super({ kind: 'foreign', ...key })
    this.#key = key
  }

  /** ON DELETE */
  onDelete(action: ReferenceAction): ForeignKey {
    return new ForeignKey({ ...this.#key, onDelete: checkAction(action) })
  }

  /** ON UPDATE */
  onUpdate(action: ReferenceAction): ForeignKey {
    return new ForeignKey({ ...this.#key, onUpdate: checkAction(action) })
  }

  /** CONSTRAINT name */
  named(name: string): ForeignKey {
    return new ForeignKey({ ...this.#key, name })
  }
}

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
        return nodes
      }
      if (!late) target()
      return new ForeignKey({ name: undefined, columns: own, target, onDelete: undefined, onUpdate: undefined })
    },
  }
}

/** `UNIQUE (a, b)`: `unique('name').on(t.a, t.b)` */
export const unique = (name?: string): { on(...columns: AnyColumn[]): Constraint } => ({
  on: (...columns) => new Constraint({ kind: 'unique', name, columns: columnNodes(columns, 'unique()') }),
})

/** `CHECK (condition)` */
export function check(name: string, condition: Typed<boolean | null, any, any, any, any>): Constraint {
  const [node] = conditions([condition], 'check()')
  return new Constraint({ kind: 'check', name, condition: node! })
}

/** `CREATE INDEX name ON t (a, b)`: `index('name').on(t.a).unique()` */
export const index = (name: string): { on(...columns: AnyColumn[]): Constraint & { unique(): Constraint } } => ({
  on(...columns) {
    const data = (isUnique: boolean): ConstraintData => ({
      kind: 'index',
      name,
      columns: columnNodes(columns, 'index()'),
      unique: isUnique,
    })
    return Object.assign(new Constraint(data(false)), { unique: () => new Constraint(data(true)) })
  },
})
