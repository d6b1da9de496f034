/** ALTER TABLE: changes are gathered into as few statements as the dialect allows, in the order given. */
import { CompileError } from '@quern/expression'
import type { ConstraintInfo, TableNode } from '@quern/schema'
import { inDdl, writeConstraint } from './ddl-constraint.js'
import type { AlterActions, AlterEmitters, AlterPiece, AlterPlace, AlterTableNode, ColumnChange } from './ddl-nodes.js'
import { writeColumn } from './ddl-table.js'
import { columnTypeText, qualified, typeChecks, writeTypeCheck } from './ddl-types.js'
import { cascadeText, defaultText, need, written } from './ddl-words.js'
import type { Dialect } from './dialect.js'

export function emitAlterTable({ table, actions }: AlterTableNode, dialect: Dialect): string[] {
  if (actions.length === 0)
    throw new CompileError(`alterTable(${table.name}) has nothing to change; add addColumn(), dropColumn() or the like`)
  const texts: string[] = []
  let name = table.name
  let schema = table.schema
  let clauses: string[] = []
  const flush = () => {
    if (clauses.length > 0) texts.push(`ALTER TABLE ${qualified({ name, schema }, dialect)} ${clauses.join(', ')}`)
    clauses = []
  }
  for (const action of actions) {
    const place = { table, name: qualified({ name, schema }, dialect), own: name, schema }
    const emit = dialect.objects.alter[action.action] as (...args: unknown[]) => readonly AlterPiece[]
    for (const piece of emit(action, place, dialect)) {
      if ('clause' in piece && dialect.objects.alterTogether) clauses.push(piece.clause)
      else {
        flush()
        if ('clause' in piece) clauses.push(piece.clause)
        else texts.push(...piece.statements)
      }
    }
    if (action.action === 'renameTo' || action.action === 'setSchema') flush()
    if (action.action === 'renameTo') name = action.to
    if (action.action === 'setSchema') schema = action.schema
  }
  flush()
  return texts
}

const nameText = (name: string, dialect: Dialect): string => qualified({ name }, dialect)

export const constraintText = (
  { constraint, scope }: Pick<AlterActions['addConstraint'], 'constraint' | 'scope'>,
  dialect: Dialect,
): string => written(dialect, (out) => writeConstraint(constraint, out, scope))

/** ADD COLUMN with everything that its type and its modifiers say. */
export function addColumn({ column, scope, constraints }: AlterActions['addColumn'], place: AlterPlace, dialect: Dialect): AlterPiece[] {
  const definition = written(dialect, (out) => writeColumn(column, scope, out))
  const inline = dialect.ddl.identityIsPrimaryKey && column.options.identity !== undefined
  const checks = typeChecks(column, dialect).map((condition) => `ADD ${written(dialect, (out) => writeTypeCheck(condition, scope, out))}`)
  return [
    { clause: `ADD COLUMN ${definition}` },
    ...constraints
      .filter(({ kind }) => !(inline && kind === 'primary'))
      .map((constraint) => ({ clause: `ADD ${constraintText({ constraint, scope: scopeOf(constraint, place) }, dialect)}` })),
    ...checks.map((clause) => ({ clause })),
  ]
}

/** The check of a lone column stands over a table of its own; names follow the table's convention. */
export function scopeOf({ kind }: ConstraintInfo, { table }: AlterPlace): TableNode {
  return kind === 'check' ? (undefined as never) : table
}

function changeClauses(
  name: string,
  { type, using, collation, notNull, ...change }: ColumnChange,
  node: AlterActions['alterColumn'],
  dialect: Dialect,
) {
  const head = `ALTER COLUMN ${name}`
  const clauses: string[] = []
  // a default that the new type cannot take would stand in the way of the type
  if (change.default !== undefined && type !== undefined) clauses.push(`${head} DROP DEFAULT`)
  if (type !== undefined) {
    const collate = collation === undefined ? '' : ` COLLATE ${nameText(collation, dialect)}`
    const through = using && ` USING (${written(dialect, (out) => inDdl(using, node.column.node.source as never, out))})`
    clauses.push(`${head} TYPE ${columnTypeText(type, dialect)}${collate}${through ?? ''}`)
  }
  if (change.default !== undefined) {
    const of = type === undefined ? node.column.node : { ...node.column.node, type }
    if (change.default !== 'drop') clauses.push(`${head} SET DEFAULT ${defaultText(change.default.value, of, dialect)}`)
    else if (type === undefined) clauses.push(`${head} DROP DEFAULT`)
  }
  if (notNull !== undefined) clauses.push(`${head} ${notNull ? 'SET' : 'DROP'} NOT NULL`)
  return clauses
}

export const ansiAlter: AlterEmitters = {
  addColumn,
  dropColumn: ({ column, ifExists, cascade }, _, dialect) => {
    if (ifExists) need(dialect, 'alterIfExists', 'DROP COLUMN IF EXISTS', 'look with inspect() first')
    return [{ clause: `DROP COLUMN ${ifExists ? 'IF EXISTS ' : ''}${nameText(column.name, dialect)}${cascadeText(cascade, dialect)}` }]
  },
  alterColumn: (action, _, dialect) =>
    changeClauses(nameText(action.column.node.name, dialect), action.change, action, dialect).map((clause) => ({ clause })),
  renameColumn: ({ column, to }, place, dialect) => [
    { statements: [`ALTER TABLE ${place.name} RENAME COLUMN ${nameText(column.name, dialect)} TO ${nameText(to, dialect)}`] },
  ],
  addConstraint: (action, _, dialect) => [{ clause: `ADD ${constraintText(action, dialect)}` }],
  dropConstraint: ({ name, ifExists, cascade }, _, dialect) => {
    if (ifExists) need(dialect, 'alterIfExists', 'DROP CONSTRAINT IF EXISTS', 'look with inspect() first')
    return [{ clause: `DROP CONSTRAINT ${ifExists ? 'IF EXISTS ' : ''}${nameText(name, dialect)}${cascadeText(cascade, dialect)}` }]
  },
  renameConstraint: ({ name, to }, place, dialect) => {
    need(dialect, 'renameConstraint', 'RENAME CONSTRAINT', 'drop the constraint and add it under its new name')
    return [{ statements: [`ALTER TABLE ${place.name} RENAME CONSTRAINT ${nameText(name, dialect)} TO ${nameText(to, dialect)}`] }]
  },
  renameTo: ({ to }, place, dialect) => [{ statements: [`ALTER TABLE ${place.name} RENAME TO ${nameText(to, dialect)}`] }],
  setSchema: ({ schema }, place, dialect) => [{ statements: [`ALTER TABLE ${place.name} SET SCHEMA ${nameText(schema, dialect)}`] }],
}
