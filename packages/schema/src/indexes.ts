/** Indexes and exclusion constraints: what stands over keys rather than plain columns. */
import {
  type ColumnNode,
  CompileError,
  checkOptions,
  conditions,
  describe,
  isExpression,
  nodeOf,
  Order,
  type OrderKey,
  quoted,
  type Typed,
} from '@quern/expression'
import type { AnyColumn } from './columns.js'
import { Constraint, columnNodes } from './constraints.js'
import type { ExcludeInfo, IndexInfo, IndexKeyInfo, StorageParameters } from './nodes.js'
import { checkName, checkText, type Deferrable, deferrableOf } from './words.js'

export interface IndexKeyOptions {
  /** PostgreSQL's operator class, such as `text_pattern_ops`. */
  readonly opclass?: string
  /** MySQL's and MariaDB's prefix: how many characters (bytes for blobs) of the value count. */
  readonly length?: number
  /** COLLATE: the collation that orders the key. */
  readonly collate?: string
}

/** A key of an index with options of its own. */
export class IndexKey {
  readonly #info: IndexKeyInfo

  constructor(info: IndexKeyInfo) {
    this.#info = Object.freeze(info)
  }

  /** Anything that `on` takes, as data. */
  static info(key: unknown): IndexKeyInfo {
    if (typeof key === 'object' && key !== null) {
      if (#info in key) return key.#info
      const { operand, descending, nulls } = Order.node(key)
      return Object.freeze({ node: operand, descending, nulls, opclass: undefined, length: undefined, collation: undefined })
    }
    throw new CompileError(`an index takes columns and expressions, not ${describe(key)}`)
  }
}

/**
 * A key of an index with an operator class, a prefix length or a collation; the order is the expression's own.
 *
 * `index('i').on(indexKey(t.name.desc(), { opclass: 'text_pattern_ops' }))` is `CREATE INDEX "i" ON "t" ("name" "text_pattern_ops" DESC)`,
 * `indexKey(t.body, { length: 20 })` on MySQL `` (`body`(20)) ``
 */
export function indexKey(key: OrderKey<any>, options: IndexKeyOptions): IndexKey {
  checkOptions('indexKey()', options, ['opclass', 'length', 'collate'])
  const { opclass, length, collate } = options
  if (opclass !== undefined) checkName(opclass, 'operator class')
  if (collate !== undefined) checkName(collate, 'collation')
  if (length !== undefined && !(Number.isSafeInteger(length) && length > 0))
    throw new CompileError('the length of an index key is a whole number from 1')
  return new IndexKey({ ...IndexKey.info(key), opclass, length, collation: collate })
}

/** Storage parameters: names and plain values, which go into the SQL as identifiers and literals. */
export function checkStorage(parameters: StorageParameters): StorageParameters {
  for (const [name, value] of Object.entries(parameters)) {
    checkName(name, 'storage parameter')
    const plain = typeof value === 'number' ? Number.isFinite(value) : ['boolean', 'string'].includes(typeof value)
    if (!plain) throw new CompileError(`the storage parameter ${quoted(name)} is a number, a boolean or a text, not ${describe(value)}`)
  }
  return Object.freeze({ ...parameters })
}

export class Index extends Constraint {
  readonly #index: IndexInfo

  constructor(index: IndexInfo) {
    super(index)
    this.#index = index
  }

  #with(change: Partial<IndexInfo>): Index {
    return new Index({ ...this.#index, ...change })
  }

  /** CREATE UNIQUE INDEX */
  unique(): Index {
    return this.#with({ unique: true })
  }

  /** WHERE: a partial index over the rows that meet the condition. */
  where(...list: (Typed<boolean | null, any, any, any, any> | false)[]): Index {
    const found = conditions(list, 'index().where()')
    if (found.length !== 1) throw new CompileError('index().where() takes one condition; join several with and()')
    return this.#with({ where: found[0] })
  }

  /** USING: the index method, such as `gin`, `gist`, `brin`, `hash`. */
  using(method: string): Index {
    return this.#with({ method: checkName(method, 'index method') })
  }

  /** INCLUDE (…): columns that the index carries without being ordered by them. */
  include(...columns: AnyColumn[]): Index {
    return this.#with({ include: columnNodes(columns, 'include()') })
  }

  /** NULLS NOT DISTINCT: two NULLs are equal to a unique index. */
  nullsNotDistinct(): Index {
    return this.#with({ nullsNotDistinct: true })
  }

  /** CREATE FULLTEXT INDEX, of MySQL and MariaDB. */
  fulltext(): Index {
    return this.#with({ type: 'fulltext' })
  }

  /** CREATE SPATIAL INDEX, of MySQL and MariaDB. */
  spatial(): Index {
    return this.#with({ type: 'spatial' })
  }

  /** CREATE INDEX CONCURRENTLY: writers go on while it is built; never inside a transaction. */
  concurrently(): Index {
    return this.#with({ concurrently: true })
  }

  /** INVISIBLE on MySQL, IGNORED on MariaDB: kept up to date, and not used by the planner. */
  invisible(): Index {
    return this.#with({ invisible: true })
  }

  /** MariaDB's word for `invisible()`. */
  ignored(): Index {
    return this.invisible()
  }

  /** WITH (…): storage parameters, such as `fillfactor`. */
  with(parameters: StorageParameters): Index {
    return this.#with({ with: checkStorage(parameters) })
  }

  /** The index's comment in the database; SQLite has none. */
  comment(text: string): Index {
    return this.#with({ comment: checkText(text, 'comment') })
  }
}

/**
 * `CREATE INDEX name ON t (…)`: `index('users_name').on(t.name, t.born.desc().nullsLast(), lower(t.email)).where(t.active).unique()`.
 * Without a name, the naming convention gives one (`ix_table_columns` where there is none).
 */
export const index = (name?: string): { on(...keys: (OrderKey<any> | IndexKey)[]): Index } => ({
  on(...keys) {
    if (keys.length === 0) throw new CompileError('index() needs at least one column')
    const infos = Object.freeze(keys.map(IndexKey.info))
    return new Index({
      kind: 'index',
      name: name === undefined ? undefined : checkName(name, 'index'),
      keys: infos,
      columns: Object.freeze(infos.map(({ node }) => node).filter((node): node is ColumnNode => node.kind === 'column')),
      unique: false,
      method: undefined,
      type: undefined,
      include: Object.freeze([]),
      nullsNotDistinct: false,
      where: undefined,
      concurrently: false,
      invisible: false,
      with: undefined,
      comment: undefined,
    })
  },
})

/** An exclusion constraint that has at least one element. */
export class Exclude extends Constraint {
  readonly #info: ExcludeInfo

  constructor(info: ExcludeInfo) {
    super(info)
    this.#info = info
  }

  /** A further key, and the operator that must not be true for two rows: `with(t.during, '&&')`. */
  with(key: OrderKey<any> | IndexKey, operator: string): Exclude {
    return new Exclude({ ...this.#info, elements: Object.freeze([...this.#info.elements, element(key, operator)]) })
  }

  /** WHERE: only rows that meet the condition exclude each other. */
  where(condition: Typed<boolean | null, any, any, any, any>): Exclude {
    const [node] = conditions([condition], 'exclude().where()')
    if (node === undefined) throw new CompileError('exclude().where() needs a condition')
    return new Exclude({ ...this.#info, where: node })
  }

  /** INCLUDE (…): columns that the constraint's index carries besides. */
  include(...columns: AnyColumn[]): Exclude {
    return new Exclude({ ...this.#info, include: columnNodes(columns, 'include()') })
  }

  /** DEFERRABLE: `deferrable({ initially: 'deferred' })` checks at the end of the transaction. */
  deferrable(options: Deferrable = true): Exclude {
    return new Exclude({ ...this.#info, deferrable: deferrableOf(options) })
  }
}

function element(key: unknown, operator: string): ExcludeInfo['elements'][number] {
  if (typeof operator !== 'string' || !/^[+\-*/<>=~!@#%^&|`?]+$/.test(operator) || /--|\/\*/.test(operator))
    throw new CompileError(`an operator such as '=' or '&&' stands beside each key of exclude(), not ${describe(operator)}`)
  return Object.freeze({ key: IndexKey.info(key), operator })
}

export interface ExcludeStart {
  /** USING: the index method, mostly `gist`. */
  using(method: string): ExcludeStart
  /** A key, and the operator that must not be true for two rows. */
  with(key: OrderKey<any> | IndexKey, operator: string): Exclude
}

/**
 * An exclusion constraint, of PostgreSQL: no two rows for which all operators are true.
 *
 * `exclude('no_overlap').using('gist').with(t.room, '=').with(t.during, '&&')` is
 * `CONSTRAINT "no_overlap" EXCLUDE USING "gist" ("room" WITH =, "during" WITH &&)`
 */
export function exclude(name?: string): ExcludeStart {
  const start = (method: string | undefined): ExcludeStart => ({
    using: (word) => start(checkName(word, 'index method')),
    with: (key, operator) =>
      new Exclude({
        kind: 'exclude',
        name: name === undefined ? undefined : checkName(name, 'constraint'),
        method,
        elements: Object.freeze([element(key, operator)]),
        include: Object.freeze([]),
        where: undefined,
        deferrable: undefined,
      }),
  })
  return start(undefined)
}

/** An expression as its node, or the sentence why not. */
export function expressionNode(value: unknown, place: string) {
  if (!isExpression(value)) throw new CompileError(`${place} takes columns and expressions, not ${describe(value)}`)
  return nodeOf(value)
}
