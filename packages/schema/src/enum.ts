/** Enum types: a column function with the labels as its TypeScript type, and an object of the database where it has such types. */
import { CompileError, describe, quoted, sqlType } from '@quern/expression'
import { ColumnDef, plainOptions } from './columns.js'
import { brandObject, type EnumNode, objectNode } from './objects.js'
import { checkName } from './words.js'

/** A column function: `mood().notNull()`. Its values are the labels. */
export interface EnumType<Label extends string> {
  (): ColumnDef<Label | null, 'enum'>
  /** The labels in their order, which is also how values sort. */
  readonly labels: readonly Label[]
}

/** The enum type that a column's type came from: labels are one list per `enumType()`. */
const byLabels = new WeakMap<readonly string[], EnumNode>()
export const enumOfLabels = (labels: readonly string[]): EnumNode | undefined => byLabels.get(labels)

/**
 * An enum type: `const mood = enumType('mood', ['sad', 'ok'])`, then `mood().notNull()`.
 *
 * `CREATE TYPE "mood" AS ENUM ('sad', 'ok')` on PostgreSQL; `ENUM('sad', 'ok')` at the column on MySQL and MariaDB; TEXT with a CHECK on
 * SQLite.
 *
 * @throws CompileError where there are no labels, one is no string, or one stands twice
 */
export function enumType<const Label extends string>(name: string, labels: readonly Label[]): EnumType<Label> {
  return makeEnum(name, undefined, labels)
}

export function makeEnum<Label extends string>(name: string, schema: string | undefined, labels: readonly Label[]): EnumType<Label> {
  if (!Array.isArray(labels) || labels.length === 0) throw new CompileError(`enum type ${quoted(name)} needs at least one label`)
  for (const label of labels) checkLabel(label, name)
  if (new Set(labels).size < labels.length) throw new CompileError(`enum type ${quoted(name)} has a label twice`)
  const own = Object.freeze([...labels])
  const node: EnumNode = Object.freeze({ kind: 'enum', name: checkName(name, 'enum type'), schema, labels: own })
  byLabels.set(own, node)
  const type = sqlType('enum', 'enum', undefined, undefined, undefined, undefined, name, { labels: own, schema })
  return brandObject(
    Object.assign(() => new ColumnDef<Label | null, 'enum'>(plainOptions(type)), { labels: own }),
    node,
  )
}

export function checkLabel(label: unknown, name: string): string {
  if (typeof label !== 'string') throw new CompileError(`the labels of enum type ${quoted(name)} are strings; one is ${describe(label)}`)
  if (label.includes('\0') || !label.isWellFormed())
    throw new CompileError(`the label ${quoted(label)} of enum type ${quoted(name)} is no text that every database holds`)
  return label
}

export function enumNode(value: unknown, place: string): EnumNode {
  const node = objectNode(value)
  if (node?.kind !== 'enum') throw new CompileError(`${place} takes an enum type made by enumType()`)
  return node
}
