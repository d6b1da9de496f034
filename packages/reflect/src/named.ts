/** Enum types, domains and sequences as the functions and objects that declare them, made when they are first asked for. */
import { CompileError, TYPE } from '@quern/expression'
import {
  type AnyColumn,
  type AnyColumnDef,
  ColumnDef,
  type Domain,
  type DomainOptions,
  type EnumType,
  makeDomain,
  makeEnum,
  makeSequence,
  type Sequence,
  type SequenceOptions,
} from '@quern/schema'
import type { UserTypes } from './catalog.js'
import { defaultOf, fragment } from './defaults.js'
import type { DomainDetails, EnumDetails, NamedDetails, QualifiedName, SequenceDetails } from './details.js'
import type { Inspector } from './inspector.js'
import type { Warnings } from './warning-list.js'

type Made = EnumType<string> | Domain<any, any, any> | Sequence<any>
const keyOf = (kind: string, { schema, name }: QualifiedName): string => JSON.stringify([kind, schema, name])

export class NamedObjects {
  readonly #inspector: Inspector
  readonly #warnings: Warnings
  readonly #details = new Map<string, EnumDetails | DomainDetails | SequenceDetails>()
  readonly #made = new Map<string, Made | undefined>()
  /** The column of a table that is reflected, for sequences that belong to one. */
  readonly #column: (schema: string, table: string, column: string) => (() => AnyColumn) | undefined

  constructor(inspector: Inspector, named: NamedDetails, warnings: Warnings, column: NamedObjects['columnOf']) {
    this.#inspector = inspector
    this.#warnings = warnings
    this.#column = column
    for (const one of named.enums) this.#details.set(keyOf('enum', one), one)
    for (const one of named.domains) this.#details.set(keyOf('domain', one), one)
    for (const one of named.sequences) this.#details.set(keyOf('sequence', one), one)
  }
  declare readonly columnOf: (schema: string, table: string, column: string) => (() => AnyColumn) | undefined

  /** The column function of an enum type or a domain. */
  readonly types: UserTypes = (type) => {
    const key = keyOf(type.kind, type)
    const found = this.#details.get(key)
    if (!found || (type.kind !== 'enum' && type.kind !== 'domain')) return undefined
    const known = this.#once(key, () => (type.kind === 'enum' ? this.#enum(found as EnumDetails) : this.#domain(found as DomainDetails))) as
      | (() => AnyColumnDef)
      | undefined
    if (known || type.kind === 'enum') return known
    // a domain that cannot be declared is read as what is beneath it
    return () => this.#inspector.catalog.define(found as DomainDetails, this.types)
  }

  sequence(name: QualifiedName): Sequence<any> | undefined {
    const found = this.#details.get(keyOf('sequence', name)) as SequenceDetails | undefined
    return found && (this.#once(keyOf('sequence', name), () => this.#sequence(found)) as Sequence<any>)
  }

  /** Everything of a schema, used or not. */
  declareAll(schema: string, isOwned: (sequence: SequenceDetails) => boolean): void {
    for (const [key, details] of this.#details) {
      if (details.schema !== schema) continue
      const [kind] = JSON.parse(key) as ['enum' | 'domain' | 'sequence']
      if (kind !== 'sequence') this.types({ ...details, kind })
      else if (!isOwned(details as SequenceDetails)) this.sequence(details)
    }
  }

  /** What was asked for, in the order of kind and name. */
  made(): { readonly details: QualifiedName; readonly object: Made }[] {
    const entries = [...this.#made].sort(([a], [b]) => (a < b ? -1 : 1))
    return entries.flatMap(([key, object]) => (object === undefined ? [] : [{ details: this.#details.get(key)!, object }]))
  }

  #once(key: string, make: () => Made | undefined): Made | undefined {
    if (!this.#made.has(key)) this.#made.set(key, make())
    return this.#made.get(key)
  }

  #schemaOf({ schema }: QualifiedName): string | undefined {
    return schema === this.#inspector.defaultSchema ? undefined : schema
  }

  #enum(details: EnumDetails): EnumType<string> | undefined {
    this.#warnings.addAll(details, details.name, 'enum', details.notes)
    if (details.labels.length === 0) return undefined
    return makeEnum(details.name, this.#schemaOf(details), details.labels)
  }

  #domain(details: DomainDetails): Domain<any, any, any> | undefined {
    const { catalog, dialect } = this.#inspector
    if (details.userType?.kind === 'domain') {
      this.#warnings.add(
        details,
        details.name,
        'domain',
        `is made of the domain ${JSON.stringify(details.userType.name)}; its columns have the type beneath`,
      )
      return undefined
    }
    this.#warnings.addAll(details, details.name, 'domain', details.notes)
    const base = catalog.define(details, this.types)
    const found = details.default === null ? undefined : defaultOf(details.default, base[TYPE], catalog, dialect)
    const condition = details.checks.map(({ expression }) => expression)
    const text = condition.length === 1 ? condition[0]! : condition.map((one) => `(${one})`).join(' AND ')
    const options: DomainOptions<any, any> = {
      ...(!details.nullable && { notNull: true }),
      ...(found && { default: found.value as never }),
      ...(condition.length > 0 && { check: () => fragment(text, catalog), checkName: details.checks[0]!.name }),
    }
    return makeDomain(details.name, this.#schemaOf(details), base as ColumnDef<any, any>, options)
  }

  #sequence(details: SequenceDetails): Sequence<any> {
    this.#warnings.addAll(details, details.name, 'sequence', details.notes)
    const { cache, greatest, least: leastOf } = this.#inspector.catalog.sequence
    const up = details.increment > 0n
    const bits = { smallint: 15n, integer: 31n }[details.type] ?? 63n
    const least = up ? 1n : leastOf(bits)
    const most = up ? greatest(bits) : -1n
    const owner = details.ownedBy && this.#column(details.ownedBy.schema, details.ownedBy.table, details.ownedBy.column)
    if (details.ownedBy && !owner)
      this.#warnings.add(details, details.name, 'sequence', 'belongs to a column that is not among the reflected tables, which is left out')
    const told = (value: bigint, plain: bigint) => (value === plain ? undefined : plainNumber(value))
    const options = {
      as: details.type === 'bigint' ? undefined : (details.type as 'integer'),
      start: told(details.start, up ? details.min : details.max),
      increment: told(details.increment, 1n),
      min: told(details.min, least),
      max: told(details.max, most),
      cache: told(details.cache, cache),
      cycle: details.cycle || undefined,
      ownedBy: owner || undefined,
    }
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as SequenceOptions
    return makeSequence(details.name, this.#schemaOf(details), given)
  }
}

const plainNumber = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value)

/** An override that is no definition is told where it stands. */
export function definitionOf(value: unknown, place: string): AnyColumnDef {
  if (value instanceof ColumnDef) return value
  throw new CompileError(`the type of ${place} is a definition such as text(), which this is not`)
}
