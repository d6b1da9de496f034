/** Column definitions: what a type function returns and its modifiers change. Immutable; each modifier yields a new definition. */
import {
  type AnyExpr,
  CompileError,
  checkOptions,
  contains,
  describe,
  type Family,
  isExpression,
  isStatement,
  nodeOf,
  type SqlType,
  type TokenFamily,
  type TokenValue,
  TYPE,
  type Typed,
  type TypeToken,
  type ValueCodec,
  withDetail,
} from '@quern/expression'
import { checkName, checkText, type Deferrable, deferrableOf, type MatchType, matchOf } from './words.js'

/** What NewRow and GROUP BY must know of a column, as a union of words. */
export type ColumnFlag = 'primary' | 'default' | 'always' | 'nullable'

export type ReferenceAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'
const actions: readonly string[] = ['no action', 'restrict', 'cascade', 'set null', 'set default']
/** An action goes into the SQL as it is, so it is one of these words. */
export function checkAction(action: ReferenceAction): ReferenceAction {
  if (!actions.includes(action)) throw new CompileError(`a foreign key's action is one of ${actions.join(', ')}`)
  return action
}
export interface ReferenceOptions {
  readonly onDelete?: ReferenceAction
  readonly onUpdate?: ReferenceAction
  /** MATCH, which matters to keys of several columns only. */
  readonly match?: MatchType
  /** DEFERRABLE, and when the key is checked unless a transaction says otherwise. */
  readonly deferrable?: Deferrable
  /** CONSTRAINT name */
  readonly name?: string
}
export interface IdentityOptions {
  /** The server alone generates the value; inserts may not give one. */
  readonly always?: boolean
  /** START WITH: the first value; a bigint beyond 2^53. */
  readonly start?: number | bigint
  /** INCREMENT BY */
  readonly increment?: number | bigint
  /** MINVALUE */
  readonly min?: number | bigint
  /** MAXVALUE */
  readonly max?: number | bigint
  /** CACHE: how many values a session takes at once. */
  readonly cache?: number
  /** CYCLE: begin again after the last value. */
  readonly cycle?: boolean
}
const identityKeys = ['always', 'start', 'increment', 'min', 'max', 'cache', 'cycle']

/** What `generatedAs` has been told. */
export interface GeneratedAs {
  /** The expression, or a function of the table's columns that yields it. */
  readonly expression: unknown
  /** STORED, or VIRTUAL. */
  readonly stored: boolean
}

/** Everything a definition says, as plain data. */
export interface ColumnOptions {
  readonly type: SqlType
  readonly name: string | undefined
  readonly notNull: boolean
  /** NULL was asked for in words, which a parameter of `prepare` needs. */
  readonly nullable: boolean
  readonly primaryKey: boolean
  readonly unique: boolean
  readonly identity: IdentityOptions | undefined
  /** A value, or an expression, put into the DDL. */
  readonly default: { readonly value: unknown } | undefined
  readonly defaultFn: (() => unknown) | undefined
  readonly references: ({ readonly target: () => AnyColumn } & ReferenceOptions) | undefined
  /** Conditions over this column, or functions of it. */
  readonly checks: readonly unknown[]
  readonly comment: string | undefined
  readonly collation: string | undefined
  readonly generated: GeneratedAs | undefined
  /** A value or an expression for every UPDATE that does not set the column. */
  readonly onUpdate: { readonly value: unknown } | undefined
  readonly onUpdateFn: (() => unknown) | undefined
}

/** What no modifier has changed. */
const plain: Omit<ColumnOptions, 'type'> = {
  name: undefined,
  notNull: false,
  nullable: false,
  primaryKey: false,
  unique: false,
  identity: undefined,
  default: undefined,
  defaultFn: undefined,
  references: undefined,
  checks: Object.freeze([]),
  comment: undefined,
  collation: undefined,
  generated: undefined,
  onUpdate: undefined,
  onUpdateFn: undefined,
}

/** Any column of any table. */
export type AnyColumn = Typed<any, any, any, 'row', any>

declare const FLAGS: unique symbol

/** A column before it belongs to a table: `integer().notNull()`. It also names its type in `cast` and `literal`. */
export class ColumnDef<Value, Fam extends Family = Family, Flags extends ColumnFlag = never> implements TypeToken<Value, Fam> {
  declare readonly [TokenValue]: Value
  declare readonly [TokenFamily]: Fam
  declare readonly [FLAGS]: Flags
  readonly #options: ColumnOptions

  constructor(options: Pick<ColumnOptions, 'type'> & Partial<ColumnOptions>) {
    this.#options = Object.freeze({ ...plain, ...options })
  }

  get [TYPE](): SqlType {
    return this.#options.type
  }

  static options(definition: unknown, key: string): ColumnOptions {
    if (typeof definition === 'object' && definition !== null && #options in definition) return definition.#options
    throw new CompileError(`column ${JSON.stringify(key)} is ${describe(definition)}; give it a type such as integer() or text()`)
  }

  /** NOT NULL */
  notNull(): ColumnDef<Exclude<Value, null>, Fam, Flags> {
    return this.#with({ notNull: true })
  }

  /** The opposite of `notNull`: takes it back from a shared definition, and lets a parameter of `prepare` be null. */
  nullable(): ColumnDef<Value | null, Fam, Flags | 'nullable'> {
    return this.#with({ notNull: false, nullable: true })
  }

  /** PRIMARY KEY of this one column; `primaryKey(t.a, t.b)` in the table's third argument for several. */
  primaryKey(): ColumnDef<Exclude<Value, null>, Fam, Flags | 'primary'> {
    return this.#with({ primaryKey: true, notNull: true })
  }

  /** UNIQUE of this one column. */
  unique(): ColumnDef<Value, Fam, Flags> {
    return this.#with({ unique: true })
  }

  /**
   * GENERATED BY DEFAULT AS IDENTITY, AUTO_INCREMENT on MySQL and MariaDB, AUTOINCREMENT on SQLite; never NULL; with `always`, inserts may not give a value.
   *
   * `bigint().primaryKey().identity({ start: 1000 })` is `BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY (START WITH 1000)`
   */
  identity(options: IdentityOptions & { readonly always: true }): ColumnDef<Exclude<Value, null>, Fam, Flags | 'always'>
  identity(options?: IdentityOptions): ColumnDef<Exclude<Value, null>, Fam, Flags | 'default'>
  identity(options: IdentityOptions = {}): unknown {
    checkOptions('identity()', options, identityKeys)
    for (const key of ['start', 'increment', 'min', 'max', 'cache'] as const) checkWhole(`identity ${key}`, options[key])
    return this.#with({ identity: Object.freeze({ ...options }), notNull: true })
  }

  /** DEFAULT: a value of the column's type, or an expression such as `now()`. */
  default(value: NonNullable<Value> | Typed<any, never, any, 'row', any>): ColumnDef<Value, Fam, Flags | 'default'> {
    return this.#with({ default: Object.freeze({ value: storable(value, 'default') }) })
  }

  /** A default made by the program for each inserted row that has no value. */
  defaultFn(make: () => NonNullable<Value>): ColumnDef<Value, Fam, Flags | 'default'> {
    return this.#with({ defaultFn: functionOf(make, 'defaultFn') })
  }

  /**
   * A value or an expression that every `update()` puts into SET unless it sets the column itself; inserts are not touched.
   *
   * `timestamptz().notNull().default(now()).onUpdate(now())`: `UPDATE t SET a = 1, changed = CURRENT_TIMESTAMP(3)`
   */
  onUpdate(value: NonNullable<Value> | Typed<any, any, any, 'row', any>): ColumnDef<Value, Fam, Flags> {
    return this.#with({ onUpdate: Object.freeze({ value: storable(value, 'onUpdate', true) }), onUpdateFn: undefined })
  }

  /** The same with a value that the program makes anew for each update. */
  onUpdateFn(make: () => NonNullable<Value>): ColumnDef<Value, Fam, Flags> {
    return this.#with({ onUpdateFn: functionOf(make, 'onUpdateFn'), onUpdate: undefined })
  }

  /**
   * GENERATED ALWAYS AS (expression): the server computes the column, so neither inserts nor updates may give it. STORED unless
   * `stored: false` asks for VIRTUAL. A function gets the table's columns by their keys.
   *
   * `numeric(10, 2).generatedAs((t) => t.price.mul(t.quantity))` is `NUMERIC(10, 2) GENERATED ALWAYS AS (price * quantity) STORED`
   */
  generatedAs(
    expression: Typed<any, any, any, 'row', any> | ((t: any) => Typed<any, any, any, any, any>),
    options: { readonly stored?: boolean } = {},
  ): ColumnDef<Value, Fam, Flags | 'always'> {
    checkOptions('generatedAs()', options, ['stored'])
    const generated = Object.freeze({ expression: expressionOr(expression, 'generatedAs()'), stored: options.stored ?? true })
    return this.#with({ generated })
  }

  /**
   * CHECK (condition) over this column; a function gets the column (with every method: its own type here would double the cost of all tables).
   *
   * `integer().check((age) => age.gte(0))` is `INTEGER, CHECK (age >= 0)`
   */
  check(
    condition: Typed<boolean | null, any, any, any, any> | ((column: AnyExpr<any, never, never, 'row'>) => Typed<any, any, any, any, any>),
  ): ColumnDef<Value, Fam, Flags> {
    return this.#with({ checks: Object.freeze([...this.#options.checks, expressionOr(condition, 'check()')]) })
  }

  /** The column's comment in the database; SQLite has none. */
  comment(text: string): ColumnDef<Value, Fam, Flags> {
    return this.#with({ comment: checkText(text, 'comment') })
  }

  /** COLLATE: the name of a collation, as the database spells it. */
  collate(name: string): ColumnDef<Value, Fam, Flags> {
    const { family } = this.#options.type
    if (family !== 'text' && family !== 'unknown') throw new CompileError(`collate() is for text; this column is ${family}`)
    return this.#with({ collation: checkName(name, 'collation') })
  }

  /** REFERENCES of this one column: `.references(() => users.id, { onDelete: 'cascade' })`. */
  references(target: () => AnyColumn, options: ReferenceOptions = {}): ColumnDef<Value, Fam, Flags> {
    checkOptions('references()', options, ['onDelete', 'onUpdate', 'match', 'deferrable', 'name'])
    for (const action of [options.onDelete, options.onUpdate]) if (action !== undefined) checkAction(action)
    if (options.match !== undefined) matchOf(options.match)
    if (options.deferrable !== undefined) deferrableOf(options.deferrable)
    return this.#with({ references: Object.freeze({ target: functionOf(target, 'references'), ...options }) })
  }

  /** The name in the database, where it differs from the property. */
  named(name: string): ColumnDef<Value, Fam, Flags> {
    return this.#with({ name })
  }

  /**
   * What the program sees instead of the type's own value, in results, parameters, WHERE and bulk rows; NULL stays null.
   *
   * `text().codec({ encode: (tags: Set<string>) => [...tags].join(','), decode: (text) => new Set(text.split(',')) })`
   */
  codec<Program>(codec: ValueCodec<Program, NonNullable<Value>>): ColumnDef<Program | (Value & null), Fam, Flags> {
    checkOptions('codec()', codec, ['encode', 'decode'])
    const { encode, decode } = codec
    if (typeof encode !== 'function' || typeof decode !== 'function')
      throw new CompileError('codec() takes { encode, decode }, two functions')
    return this.retyped(withDetail(this.#options.type, { codec: Object.freeze({ encode, decode }) }))
  }

  /** Its values are shown in no log and no error, whatever is switched on. */
  sensitive(): ColumnDef<Value, Fam, Flags> {
    return this.retyped(withDetail(this.#options.type, { sensitive: true }))
  }

  /** The same definition with another type. */
  retyped(type: SqlType): ColumnDef<any, any, any> {
    return this.#with({ type })
  }

  #with(change: Partial<ColumnOptions>): any {
    return new ColumnDef({ ...this.#options, ...change })
  }
}

export type AnyColumnDef = ColumnDef<any, any, any>

/** A definition of which only its type is known: what every type function begins with. */
export const plainOptions = (type: SqlType): ColumnOptions => ({ type, ...plain })

function checkWhole(what: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'bigint' && !Number.isSafeInteger(value))
    throw new CompileError(`${what} is a whole number (a bigint beyond 2^53), not ${describe(value)}`)
}

function functionOf<F>(make: F, modifier: string): F {
  if (typeof make !== 'function') throw new CompileError(`${modifier}() takes a function, not ${describe(make)}`)
  return make
}

function expressionOr(value: unknown, place: string): unknown {
  if (typeof value === 'function' || isExpression(value)) return value
  throw new CompileError(`${place} takes an expression or a function that yields one, not ${describe(value)}`)
}

/** What can never be a column's value is said here, where the mistake stands; the rest is the type's to say. */
function storable(value: unknown, modifier: 'default' | 'onUpdate', ofRow = false): unknown {
  if (value === undefined) throw new CompileError(`${modifier}(undefined): leave the modifier out, or give a value`)
  if (typeof value === 'function')
    throw new CompileError(`${modifier}() takes a value or an expression; use ${modifier}Fn() for a function`)
  if (typeof value === 'symbol') throw new CompileError(`${modifier}() takes a value or an expression, not a symbol`)
  if (isStatement(value)) throw new CompileError(`${modifier}() takes a value or an expression, not a statement`)
  if (!isExpression(value)) return value
  const bits = nodeOf(value).contains
  if (bits & (contains.aggregate | contains.window)) throw new CompileError(`${modifier}() takes no aggregate and no window function`)
  if (!ofRow && bits & contains.statement) throw new CompileError('default() takes no subquery; make the value with defaultFn()')
  if (!ofRow && bits & contains.column) throw new CompileError('default() sees no columns; use generatedAs() for a value made of others')
  return value
}
