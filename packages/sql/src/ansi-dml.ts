/** INSERT, UPDATE and DELETE as the dialects write them that follow the standard. */
import { type ColumnNode, CompileError, contains, type ExpressionNode, type Field, seal } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { checkDelete, checkRowLevel, checkUpdate } from './check.js'
import { ctesOf, writeConditions, writeWith } from './clauses.js'
import { supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import type { Assignment, ConflictNode, DeleteNode, InsertNode, JoinNode, QueryNode, SelectNode, UpdateNode, WriteExtra } from './nodes.js'
import { writeOrder } from './order.js'
import { inScope } from './projection.js'
import { returnsOthers, writeReturning } from './returning.js'
import { columnValue } from './row.js'
import { inAnyOrder } from './set-order.js'
import { writeSource } from './sources.js'
import { partsOfWrite } from './walk.js'
import type { Writer } from './writer.js'

const none: readonly never[] = Object.freeze([])
const verbs = { insert: 'INSERT INTO ', replace: 'REPLACE INTO ', ignore: undefined } as const

export function writeInsert(node: InsertNode, out: Writer): void {
  const { table, extra } = node
  const conflict = extra?.conflict
  writeInto(node, conflict, out)
  if (conflict) out.dialect.writeConflict(node, conflict, out)
  if (node.returning) {
    if (conflict && (conflict.set === undefined || conflict.where.length > 0))
      out.require('conflictReturning', 'RETURNING that leaves out rows in conflict', 'select the rows in the same transaction')
    out.enter([table])
    writeReturning(node.returning, 'insert', table, true, out)
    out.leave()
  }
}

/** From WITH to the rows. */
function writeInto(node: InsertNode, conflict: ConflictNode | undefined, out: Writer): void {
  const { table, columns, select, extra } = node
  if (extra !== undefined && extra.with.length > 0)
    out.require('withBeforeInsert', 'WITH before INSERT', 'run what it holds as a statement of its own, in the same transaction')
  if (out.dialect.insertWith === 'first' && hasStatements(node)) writeWith(ctesOf(node), out)
  if (extra === undefined) out.text += 'INSERT INTO '
  else writeVerb(extra.verb, out)
  out.sourceName(table)
  if (columns.length > 0) {
    out.text += ' ('
    for (let i = 0; i < columns.length; i++) {
      if (i > 0) out.text += ', '
      out.columnName(columns[i]!)
    }
    out.text += ')'
  }
  if (select) {
    out.text += ' '
    const fitting = fittingSelect(select, node, out)
    out.statement(conflict ? out.dialect.conflictSelect(fitting) : fitting)
  } else if (columns.length === 0) {
    if (node.rows.length > 1)
      throw new CompileError(`insertInto(${table.name}): several rows without a single value; insert them one by one`)
    if (conflict) throw new CompileError(`insertInto(${table.name}).values({}) names no key that onConflict() could be about`)
    out.text += ` ${out.dialect.defaultValues}`
  } else {
    out.text += ' VALUES '
    writeRows(node, out)
  }
}

/** The statement with what the columns keep of its fields, where the server would not make them fit. */
function fittingSelect(select: QueryNode, { table, columns }: InsertNode, out: Writer): QueryNode {
  const { dialect } = out
  if (dialect.assigned === undefined) return select
  const fit = (part: SelectNode): readonly Field[] =>
    part.projection.fields.map(({ label, node }, i) => ({ label, node: dialect.assigned!(node, columns[i]!, dialect) }))
  const fits = (part: QueryNode): boolean =>
    part.kind === 'compound' ? part.parts.every(fits) : fit(part).every(({ node }, i) => node === part.projection.fields[i]!.node)
  if (fits(select)) return select
  if (select.kind === 'compound' || select.distinct || (select.extra?.distinctOn.length ?? 0) > 0)
    throw new UnsupportedFeatureError(
      dialect,
      'numericArithmetic',
      `rounding of what insertInto(${table.name}).from() takes from distinct rows or a set operation`,
      'select from it as a subquery',
    )
  return seal({ ...select, projection: { ...select.projection, fields: fit(select), whole: undefined, quoted: undefined } })
}

function writeVerb(verb: 'insert' | 'replace' | 'ignore', out: Writer): void {
  if (verb === 'replace') out.require('replaceInto', 'REPLACE', 'use onConflict(…).doUpdate(…), which changes the row that is there')
  if (verb === 'ignore') out.require('insertIgnore', 'INSERT IGNORE', 'use onConflict().doNothing()')
  out.text += verbs[verb] ?? out.dialect.insertIgnore
}

/** Whether what is done in a conflict has a subquery. */
function hasSubqueries(conflict: ConflictNode | undefined): boolean {
  if (conflict === undefined) return false
  let bits = 0
  for (let i = 0; i < conflict.where.length; i++) bits |= conflict.where[i]!.contains
  if (conflict.set !== undefined) for (let i = 0; i < conflict.set.length; i++) bits |= conflict.set[i]![1].contains
  return (bits & contains.statement) !== 0
}

/** Whether WITH could be needed; every row is looked at, since each value may be a subquery. */
function hasStatements({ select, rows, extra, returning }: InsertNode): boolean {
  if (select) return (select.contains & contains.statement) !== 0 || returning !== undefined || extra !== undefined
  if (extra !== undefined && (extra.with.length > 0 || hasSubqueries(extra.conflict))) return true
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    for (let j = 0; j < row.length; j++) if (row[j]!.contains & contains.statement) return true
  }
  return returning !== undefined && (returning.contains & contains.statement) !== 0
}

function writeRows(node: InsertNode, out: Writer): void {
  const { rows, columns, table } = node
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    out.text += i === 0 ? '(' : ', ('
    for (let j = 0; j < row.length; j++) {
      if (j > 0) out.text += ', '
      const value = row[j]!
      if (value.kind === 'parameter') out.store(value, columns[j]!)
      else if (value.kind === 'constant' && value.constant === 'default') writeDefault(columns[j]!, table, out)
      else {
        checkRowLevel(value, 'VALUES')
        out.store(value, columns[j]!)
      }
    }
    out.text += ')'
  }
}

/** DEFAULT in VALUES; where the dialect has none, what the column's default would have been, as far as the table says it. */
function writeDefault(column: ColumnNode, table: TableNode, out: Writer): void {
  if (supports(out.dialect, 'defaultInValues')) {
    out.text += 'DEFAULT'
    return
  }
  const { options, generated } = table.columns.find((info) => info.node === column)!
  if (generated) throw new CompileError(`insertInto(${table.name}): ${column.key} is generated and takes no value`)
  if (options.default) out.store(columnValue(options.default.value, column), column)
  else if (options.identity || !options.notNull || table.primaryKey.includes(column)) out.text += 'NULL'
  else throw new CompileError(`insertInto(${table.name}): a row lacks ${column.key}, which is NOT NULL and has no default`)
}

/** `a = 1, b = 2`; in an order in which none sees what another has set, where the server would let it. */
export function writeSet(set: readonly Assignment[], table: TableNode, out: Writer, qualified = false): void {
  const list = set.length > 1 && out.dialect.setInOrder ? inAnyOrder(set, table, out) : set
  for (let i = 0; i < list.length; i++) {
    const [column, value] = list[i]!
    if (i > 0) out.text += ', '
    if (qualified) out.column(column)
    else out.columnName(column)
    out.text += ' = '
    out.store(value, column)
  }
}

export function writeUpdate(node: UpdateNode, out: Writer): void {
  checkUpdate(node)
  const { table, extra } = node
  writeLeadingWith(node, out)
  out.enter(extra === undefined ? [table] : [table, ...extra.sources])
  out.text += 'UPDATE '
  out.sourceName(table)
  out.text += ' SET '
  writeSet(node.set, table, out)
  if (extra === undefined || extra.joins.length === 0) out.text += out.dialect.snapshot?.(node) ?? ''
  if (extra === undefined) writeConditions(' WHERE ', node.where, out)
  else {
    writeFrom(' FROM ', extra, out)
    writeConditions(' WHERE ', conditionsOf(node, extra), out)
  }
  writeEnd(node, out)
  out.leave()
}

export function writeDelete(node: DeleteNode, out: Writer): void {
  checkDelete(node)
  const { table, extra } = node
  writeLeadingWith(node, out)
  out.enter(extra === undefined ? [table] : [table, ...extra.sources])
  out.text += 'DELETE FROM '
  out.sourceName(table)
  if (extra === undefined) writeConditions(' WHERE ', node.where, out)
  else {
    writeFrom(' USING ', extra, out)
    writeConditions(' WHERE ', conditionsOf(node, extra), out)
  }
  writeEnd(node, out)
  out.leave()
}

/** WITH before UPDATE and DELETE; a dialect without leaves it to the subqueries. */
export function writeLeadingWith(node: UpdateNode | DeleteNode, out: Writer): void {
  const { extra } = node
  const fromCte = extra !== undefined && (extra.with.length > 0 || extra.sources.some(({ kind }) => kind === 'cte'))
  if (!fromCte && !partsHaveStatements(node)) return
  if (fromCte) out.require('withBeforeUpdate', `WITH before ${node.kind.toUpperCase()}`, 'use subquery() instead of cte()')
  if (supports(out.dialect, 'withBeforeUpdate')) writeWith(ctesOf(node), out)
}

function partsHaveStatements(node: UpdateNode | DeleteNode): boolean {
  if (node.extra !== undefined || node.returning !== undefined)
    return partsOfWrite(node).expressions.some((part) => part.contains & contains.statement) || node.extra?.sources.some(isDerived) === true
  if (node.kind === 'update') for (let i = 0; i < node.set.length; i++) if (node.set[i]![1].contains & contains.statement) return true
  for (let i = 0; i < node.where.length; i++) if (node.where[i]!.contains & contains.statement) return true
  return false
}

const isDerived = ({ kind }: { readonly kind: string }): boolean => kind === 'subquery'

/** Inner joins are conditions of WHERE, so that they may be about the changed table, which is not in FROM here. */
export function writeFrom(word: string, { joins, sources }: WriteExtra, out: Writer): void {
  if (joins.length === 0) return
  out.text += word
  out.enter(sources, true)
  for (let i = 0; i < joins.length; i++) writeJoin(joins[i]!, out, i > 0)
  out.leave()
}

function writeJoin({ join, source, on }: JoinNode, out: Writer, words: boolean): void {
  if (words) out.text += join === 'left' ? ' LEFT JOIN ' : ' CROSS JOIN '
  writeSource(source, out, none)
  if (join !== 'left' || on === undefined) return
  out.text += ' ON '
  out.expression(on)
}

export const conditionsOf = (node: UpdateNode | DeleteNode, { joins }: WriteExtra): readonly ExpressionNode[] => [
  ...joins.flatMap(({ join, on }): readonly ExpressionNode[] => (join === 'inner' && on ? [on] : none)),
  ...node.where,
]

/** The tables as one join, for servers whose UPDATE and DELETE name all of them. */
export function writeJoins(table: TableNode, joins: readonly JoinNode[], out: Writer): void {
  out.sourceName(table)
  out.enter(
    joins.map(({ source }) => inScope(source)),
    true,
  )
  for (const join of joins) writeJoin(join, out, true)
  out.leave()
}

/** ORDER BY, LIMIT and RETURNING. */
export function writeEnd(node: UpdateNode | DeleteNode, out: Writer): void {
  const { extra } = node
  if (out.dialect.returningBeforeLimit) writeReturned(node, out)
  if (extra !== undefined) writeLimit(extra, out)
  if (!out.dialect.returningBeforeLimit) writeReturned(node, out)
}

function writeLimit({ orderBy, limit, joins }: WriteExtra, out: Writer): void {
  if (orderBy.length === 0 && limit === undefined) return
  out.require('writeLimit', 'ORDER BY and LIMIT in UPDATE and DELETE', 'filter by the key: where(t.id.in(select(t.id).from(t)….limit(n)))')
  if (joins.length > 0) throw new CompileError('orderBy() and limit() are for an update or delete of one table alone')
  if (orderBy.length > 0) {
    out.text += ' ORDER BY '
    out.list(orderBy, (key) => writeOrder(key, out))
  }
  if (limit === undefined) return
  out.text += ' LIMIT '
  out.inferred(limit)
}

function writeReturned(node: UpdateNode | DeleteNode, out: Writer): void {
  const { returning, table, extra } = node
  if (returning === undefined) return
  const joined = extra !== undefined && extra.joins.length > 0
  if (joined && !supports(out.dialect, 'joinedReturning') && (!supports(out.dialect, 'updateReturning') || returnsOthers(returning, table)))
    out.require(
      'joinedReturning',
      `RETURNING with columns of other tables after ${node.kind.toUpperCase()}`,
      'select them before, in the same transaction',
    )
  writeReturning(returning, node.kind, table, !joined, out)
}
