/** A schema of the database: what is made through it carries its name. */

import type { Family } from '@quern/expression'
import type { AnyColumnDef, ColumnDef, ColumnFlag } from './columns.js'
import type { TablePart } from './constraints.js'
import { type Domain, type DomainOptions, makeDomain } from './domain.js'
import { type EnumType, makeEnum } from './enum.js'
import { brandObject } from './objects.js'
import { makeSequence, type Sequence, type SequenceOptions } from './sequence.js'
import { makeTable, type Table } from './table.js'
import { checkName } from './words.js'

export interface Schema<Sc extends string> {
  /** `CREATE TABLE "audit"."users" (…)` */
  table<const N extends string, Defs extends Record<string, AnyColumnDef>>(
    table: N,
    columns: Defs,
    constraints?: (t: Table<`${Sc}.${N}`, Defs>) => readonly TablePart[],
  ): Table<`${Sc}.${N}`, Defs>
  /** `CREATE TYPE "audit"."mood" AS ENUM (…)` */
  enumType<const Label extends string>(name: string, labels: readonly Label[]): EnumType<Label>
  /** `CREATE SEQUENCE "audit"."s"` */
  sequence(name: string, options: SequenceOptions & { readonly as: 'smallint' | 'integer' }): Sequence<number>
  sequence(name: string, options?: SequenceOptions): Sequence<bigint>
  /** `CREATE DOMAIN "audit"."email" AS …` */
  domain<Value, Fam extends Family>(
    name: string,
    base: ColumnDef<Value, Fam>,
    options: DomainOptions<Value, Fam> & { readonly notNull: true },
  ): Domain<Exclude<Value, null>, Fam, ColumnFlag & never>
  domain<Value, Fam extends Family>(
    name: string,
    base: ColumnDef<Value, Fam>,
    options?: DomainOptions<Value, Fam>,
  ): Domain<Value, Fam, never>
}

/** What every schema makes; `more` are the makers that need statements, which this package does not know. */
export function makeSchema<T extends object>(name: string, more: (name: string) => T): T {
  const schema = checkName(name, 'schema')
  const makers = {
    table: (table: string, columns: Record<string, AnyColumnDef>, parts?: (t: unknown) => readonly TablePart[]) =>
      makeTable(table, schema, columns, parts),
    enumType: (type: string, labels: readonly string[]) => makeEnum(type, schema, labels),
    sequence: (sequence: string, options: SequenceOptions = {}) => makeSequence(sequence, schema, options),
    domain: (domain: string, base: ColumnDef<any, any>, options: DomainOptions<any, any> = {}) => makeDomain(domain, schema, base, options),
  }
  return brandObject(Object.assign(makers, more(schema)) as never, Object.freeze({ kind: 'schema', name: schema }))
}
