/** Constraints as they stand in CREATE TABLE and in ALTER TABLE … ADD. */
import type { ColumnNode } from '@quern/expression'
import type {
  CheckInfo,
  ConstraintInfo,
  DeferrableWords,
  ExcludeInfo,
  ForeignKeyInfo,
  IndexInfo,
  PrimaryKeyInfo,
  TableNode,
  UniqueInfo,
} from '@quern/schema'
import { constraintName, cutName } from '@quern/schema'
import { needKey, writeIndexKey } from './ddl-index-key.js'
import { inDdl } from './ddl-values.js'
import { supports } from './dialect.js'
import type { Writer } from './writer.js'

export { inDdl, writeCommentText, writeDefaultValue, writeText, writeValue } from './ddl-values.js'

/** What the convention, or the declaration, calls it; a generated name is cut to what the server takes. */
export function nameIn(table: TableNode, thing: ConstraintInfo | IndexInfo, out: Writer): string | undefined {
  const found = constraintName(table, thing)
  if (found === undefined) return undefined
  const { identifierLimit } = out.dialect
  return found.generated && identifierLimit ? cutName(found.name, identifierLimit) : found.name
}

export function writeColumns(columns: readonly ColumnNode[], out: Writer): void {
  out.text += '('
  out.list(columns, (column) => out.identifier(column.name))
  out.text += ')'
}

/** `INCLUDE (a, b)` of constraints and indexes. */
export function writeInclude(columns: readonly ColumnNode[], out: Writer): void {
  if (columns.length === 0) return
  out.require('include', 'INCLUDE for indexes and constraints', 'add the columns to the key of an index of their own')
  out.text += ' INCLUDE '
  writeColumns(columns, out)
}

/**
 * A constraint of any kind, with its name: `CONSTRAINT "uq" UNIQUE ("a")`. The table is the one that its columns belong to; a check over no
 * column at all needs it told.
 */
export function writeConstraint(constraint: ConstraintInfo, out: Writer, table = tableOf(constraint)): void {
  writeName(table, constraint, out)
  switch (constraint.kind) {
    case 'primary':
      out.text += 'PRIMARY KEY '
      writeKey(constraint, out)
      break
    case 'unique':
      out.text += 'UNIQUE '
      if (constraint.nullsNotDistinct) {
        out.require('nullsNotDistinct', 'UNIQUE NULLS NOT DISTINCT', 'make the columns NOT NULL')
        out.text += 'NULLS NOT DISTINCT '
      }
      writeKey(constraint, out)
      break
    case 'foreign':
      writeForeignKey(constraint, out)
      break
    case 'check':
      writeCheck(constraint, table, out)
      break
    case 'exclude':
      writeExclude(constraint, table, out)
  }
}

/** `CONSTRAINT "name" `, where it has one. */
export function writeName(table: TableNode | undefined, constraint: ConstraintInfo, out: Writer): void {
  const name = table === undefined ? constraint.name : nameIn(table, constraint, out)
  if (name === undefined) return
  out.text += 'CONSTRAINT '
  out.identifier(name)
  out.text += ' '
}

function tableOf(constraint: ConstraintInfo): TableNode | undefined {
  if (constraint.kind === 'check') return columnIn(constraint.condition)?.source as TableNode | undefined
  if (constraint.kind === 'exclude') return columnIn(constraint.elements[0]!.key.node)?.source as TableNode | undefined
  return constraint.columns[0]!.source as TableNode
}

/** Some column of an expression, looked for in the tree. */
function columnIn(value: unknown): ColumnNode | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, source } = value as { kind?: unknown; source?: unknown }
  if (kind === 'column' && source !== undefined) return value as ColumnNode
  if (kind === 'parameter') return undefined
  for (const part of Object.values(value)) {
    const found = columnIn(part)
    if (found) return found
  }
  return undefined
}

function writeKey({ kind, columns, include, deferrable }: PrimaryKeyInfo | UniqueInfo, out: Writer): void {
  for (const column of columns)
    needKey(column, kind === 'primary' ? 'textKey' : 'textUnique', kind === 'primary' ? 'a primary key' : 'a unique constraint', out)
  writeColumns(columns, out)
  writeInclude(include, out)
  if (deferrable) out.require('deferrableKey', 'DEFERRABLE keys', 'leave deferrable() out; keys are checked row by row')
  writeDeferrable(deferrable, out)
}

function writeDeferrable(words: DeferrableWords | undefined, out: Writer): void {
  if (words !== undefined) out.text += ` ${words.toUpperCase()}`
}

function writeForeignKey(key: ForeignKeyInfo, out: Writer): void {
  const targets = key.target()
  out.text += 'FOREIGN KEY '
  writeColumns(key.columns, out)
  out.text += ' REFERENCES '
  out.sourceName(targets[0]!.source)
  out.text += ' '
  writeColumns(targets, out)
  writeMatch(key, out)
  for (const [event, action] of [
    ['DELETE', key.onDelete],
    ['UPDATE', key.onUpdate],
  ] as const) {
    if (!action) continue
    if (action === 'set default') out.require('setDefault', `ON ${event} SET DEFAULT`, "use 'set null', or a trigger")
    out.text += ` ON ${event} ${action.toUpperCase()}`
    if (event === 'DELETE' && key.onDeleteColumns.length > 0) {
      out.require('setNullColumns', 'columns in ON DELETE SET NULL and SET DEFAULT', 'set the whole key, or use a trigger')
      out.text += ' '
      writeColumns(key.onDeleteColumns, out)
    }
  }
  // a key that waits for nothing is what every database makes, so where there are no words for it, none are needed
  if (key.deferrable?.startsWith('deferrable'))
    out.require('deferrableForeignKey', 'DEFERRABLE foreign keys', 'insert the referenced rows first')
  if (key.deferrable !== 'not deferrable' || supports(out.dialect, 'deferrableForeignKey')) writeDeferrable(key.deferrable, out)
  if (key.notValid) writeNotValid(out)
}

function writeMatch({ match }: ForeignKeyInfo, out: Writer): void {
  // MATCH SIMPLE is what all four do when nothing is said; MySQL would ignore ON DELETE after it
  if (match === undefined || match === 'simple') return
  if (match === 'partial') out.require('matchPartial', 'MATCH PARTIAL', "use match('full') or match('simple')")
  else out.require('matchFull', 'MATCH FULL', 'add a check that the columns are NULL together')
  out.text += ` MATCH ${match.toUpperCase()}`
}

function writeNotValid(out: Writer): void {
  out.require('notValid', 'NOT VALID constraints', 'clean the rows up before the constraint is added')
  out.text += ' NOT VALID'
}

function writeCheck(check: CheckInfo, table: TableNode | undefined, out: Writer): void {
  out.text += 'CHECK ('
  inDdl(check.condition, table, out)
  out.text += ')'
  if (check.noInherit) {
    out.require('noInherit', 'NO INHERIT, as tables do not inherit', 'leave noInherit() out')
    out.text += ' NO INHERIT'
  }
  if (check.notEnforced) {
    out.require('checkNotEnforced', 'NOT ENFORCED checks', 'leave the check out')
    out.text += ' NOT ENFORCED'
  }
  if (check.notValid) writeNotValid(out)
}

function writeExclude(constraint: ExcludeInfo, table: TableNode | undefined, out: Writer): void {
  const { method, elements, include, where, deferrable } = constraint
  out.require('exclusionConstraint', 'exclusion constraints', 'check for an overlap in a serializable transaction, or in a trigger')
  out.text += 'EXCLUDE '
  if (method !== undefined) {
    out.text += 'USING '
    out.identifier(method)
    out.text += ' '
  }
  out.text += '('
  out.list(elements, ({ key, operator }) => {
    writeIndexKey(key, table, out)
    out.text += ` WITH ${operator}`
  })
  out.text += ')'
  writeInclude(include, out)
  if (where) {
    out.text += ' WHERE ('
    inDdl(where, table, out)
    out.text += ')'
  }
  writeDeferrable(deferrable, out)
}
