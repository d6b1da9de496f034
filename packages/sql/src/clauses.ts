/** The clauses of SELECT, one function each; a dialect lists them in its order. */
import { CompileError, contains, type ExpressionNode, type SourceNode, type StatementNode } from '@quern/expression'
import type { Clause } from './dialect.js'
import { writeCount } from './limit.js'
import type {
  CompoundNode,
  CteNode,
  Field,
  FunctionSourceNode,
  Projection,
  QueryNode,
  SelectExtra,
  SelectNode,
  SubqueryNode,
  ValuesNode,
  WriteNode,
} from './nodes.js'
import { tiesNeedOrder } from './numbered.js'
import { sortKeyOf, writeOrder } from './order.js'
import { seekCondition } from './seek.js'
import { writeIndexHints, writeSource } from './sources.js'
import { children, expressionsOf, partsOfWrite } from './walk.js'
import { writeWindowParts } from './window.js'
import { binding, type Writer } from './writer.js'

const none: readonly never[] = Object.freeze([])

export const withClause: Clause = (node, out) => {
  // a flag, so that statements without WITH pay nothing for it
  if (node.contains & contains.statement) writeWith(ctesOf(node), out)
}

export const selectList: Clause = (node, out) => {
  if (node.extra === undefined) out.text += node.distinct ? 'SELECT DISTINCT ' : 'SELECT '
  else writeHead(node, node.extra, out)
  writeProjection(node.projection, out)
}

/** SELECT with hints, DISTINCT or DISTINCT ON. */
function writeHead(node: SelectNode, extra: SelectExtra, out: Writer): void {
  out.text += 'SELECT '
  const texts = extra.hints.flatMap((hint) => (hint.kind === 'comment' && (hint.on ?? out.dialect.name) === out.dialect.name ? [hint] : []))
  if (texts.length > 0) {
    out.require('hintComments', 'hints in comments', 'give hint() an object of texts by dialect, or leave it out')
    out.text += `/*+ ${texts.map(({ text }) => text).join(' ')} */ `
  }
  if (extra.distinctOn.length > 0) {
    out.require('distinctOn', 'DISTINCT ON', 'number the rows with rowNumber() in a subquery and keep the first')
    out.text += 'DISTINCT ON ('
    out.list(extra.distinctOn, (key) => out.expression(key))
    out.text += ') '
  } else if (node.distinct) out.text += 'DISTINCT '
}

export const fromClause: Clause = (node, out) => {
  if (node.from === undefined) return
  out.text += ' FROM '
  writeSource(node.from, out, none)
  if (node.extra !== undefined) writeIndexHints(node.from, node.extra.hints, out)
  for (let i = 0; i < node.joins.length; i++) {
    const join = node.joins[i]!
    if (join.join === 'full')
      out.require('fullJoin', 'FULL JOIN', 'use a LEFT JOIN and the unmatched rows of the other side with UNION ALL')
    out.text += joinText[join.join]
    writeSource(join.source, out, join.source.kind === 'lateral' || join.source.kind === 'function' ? node.sources.slice(0, i + 1) : none)
    if (node.extra !== undefined) writeIndexHints(join.source, node.extra.hints, out)
    if (join.on) {
      out.text += ' ON '
      out.expression(join.on)
    }
  }
}
const joinText = { inner: ' INNER JOIN ', left: ' LEFT JOIN ', right: ' RIGHT JOIN ', full: ' FULL JOIN ', cross: ' CROSS JOIN ' } as const

export const whereClause: Clause = (node, out) => {
  if (node.extra?.seek === undefined || seeksGroups(node)) writeConditions(' WHERE ', node.where, out)
  else writeConditions(' WHERE ', [...node.where, seekOn(node, out)], out)
}

/** A cursor over aggregates looks at groups, any other at rows. */
const seeksGroups = (node: SelectNode): boolean => node.extra!.seek!.keys.some(({ operand }) => operand.contains & contains.aggregate)

const seekOn = (node: SelectNode, out: Writer): ExpressionNode =>
  seekCondition(
    node.extra!.seek!,
    out.dialect,
    node.joins.some(({ join }) => join !== 'inner' && join !== 'cross'),
  )

export const groupByClause: Clause = (node, out) => {
  if (node.groupBy.length === 0) return
  out.text += ' GROUP BY '
  out.list(node.groupBy, (key) => writeKey(key, node, out))
}

export const havingClause: Clause = (node, out) => {
  if (node.extra?.seek === undefined || !seeksGroups(node)) writeConditions(' HAVING ', node.having, out)
  else writeConditions(' HAVING ', [...node.having, seekOn(node, out)], out)
}

export const windowClause: Clause = (node, out) => {
  if (node.extra === undefined || node.extra.windows.length === 0) return
  out.text += ' WINDOW '
  out.list(node.extra.windows, ({ name, window }) => {
    out.identifier(name)
    out.text += ' AS ('
    writeWindowParts(window, out)
    out.text += ')'
  })
}

export const orderByClause: Clause = (node, out) => {
  if (node.orderBy.length === 0) return
  out.text += ' ORDER BY '
  out.list(node.orderBy, (key) => {
    const plain = key.nulls === undefined && sortKeyOf(key, out.dialect) === key
    const ordinal = plain ? ordinalOf(key.operand, node, out) : undefined
    if (ordinal === undefined) writeOrder(key, out)
    else out.text += key.descending ? `${ordinal} DESC` : ordinal
  })
}

export const limitClause = (node: QueryNode, out: Writer): void => {
  if (node.kind === 'select' && node.extra?.withTies) {
    writeWithTies(node, out)
    return
  }
  if (node.limit) {
    out.text += ' LIMIT '
    writeCount(node.limit, out)
  } else if (node.offset && out.dialect.offsetNeedsLimit !== undefined) {
    out.text += ` LIMIT ${out.dialect.offsetNeedsLimit}`
  }
  if (node.offset) {
    out.text += ' OFFSET '
    writeCount(node.offset, out)
  }
}

function writeWithTies(node: SelectNode, out: Writer): void {
  out.require('withTies', 'WITH TIES', 'rank the rows with rank() in a subquery and filter by it')
  if (node.orderBy.length === 0) throw new CompileError(tiesNeedOrder)
  if (node.offset) {
    out.text += ' OFFSET '
    writeCount(node.offset, out)
    out.text += ' ROWS'
  }
  out.text += ' FETCH FIRST '
  writeCount(node.limit!, out)
  out.text += ' ROWS WITH TIES'
}

export const lockClause: Clause = (node, out) => {
  if (node.extra === undefined || node.extra.locks.length === 0) return
  out.require('rowLocks', 'row locks', 'begin a transaction, which locks the whole database here')
  for (const lock of node.extra.locks) {
    if (lock.of.length > 0) out.require('lockOf', 'OF after FOR UPDATE', 'lock in a statement over that table alone')
    out.text += lock.lock === 'update' ? ' FOR UPDATE' : ` ${out.dialect.shareLock}`
    for (const source of lock.of) {
      if (!node.sources.includes(source)) throw new CompileError(`${source.name} is locked and not in FROM`, 'SCOPE')
    }
    if (lock.of.length > 0) {
      out.text += ' OF '
      out.list(lock.of, (source) => out.identifier(source.name))
    }
    if (lock.wait !== undefined) out.text += ` ${lock.wait.toUpperCase()}`
  }
}

export const ansiSelect: readonly Clause[] = [
  withClause,
  selectList,
  fromClause,
  whereClause,
  groupByClause,
  havingClause,
  windowClause,
  orderByClause,
  limitClause,
  lockClause,
]

export function writeConditions(word: string, list: readonly ExpressionNode[], out: Writer): void {
  const min = list.length > 1 ? binding.and + 1 : binding.none
  for (let i = 0; i < list.length; i++) {
    out.text += i === 0 ? word : ' AND '
    out.condition(list[i]!, min)
  }
}

/**
 * A key of GROUP BY. Where each `?` is a parameter of its own, a selected expression with parameters would be another expression here
 * than in the select list, and the servers refuse it or group wrongly; its position says the same.
 */
function writeKey(key: ExpressionNode, node: SelectNode, out: Writer): void {
  const ordinal = ordinalOf(key, node, out)
  if (ordinal === undefined) out.expression(key)
  else out.text += ordinal
}

function ordinalOf(key: ExpressionNode, node: SelectNode, out: Writer): string | undefined {
  if (out.dialect.placeholder === 'numbered' || (key.contains & contains.parameter) === 0) return undefined
  const position = node.projection.fields.findIndex((field) => field.node === key)
  return position < 0 ? undefined : `${position + 1}`
}

export function writeProjection(projection: Projection, out: Writer): void {
  const { fields, whole } = projection
  if (whole) out.whole(projection, whole, () => writeFields(fields, out))
  else writeFields(fields, out)
}

function writeFields(fields: readonly Field[], out: Writer): void {
  const first = fields[0]!.node
  if (first.kind === 'column' && fields.length > 1) out.columns(first, fields, () => writeEach(fields, out))
  else writeEach(fields, out)
}

function writeEach(fields: readonly Field[], out: Writer): void {
  for (let i = 0; i < fields.length; i++) {
    if (i > 0) out.text += ', '
    const { label, node } = fields[i]!
    out.expression(node)
    if (node.kind !== 'column' || node.name !== label) {
      out.text += ' AS '
      out.identifier(label)
    }
  }
}

/** WITH, for those expressions that no enclosing statement has written yet. */
export function writeWith(found: readonly CteNode[], out: Writer): void {
  const fresh = found.filter((cte) => out.declare(cte))
  if (fresh.length === 0) return
  out.text += fresh.some((cte) => cte.step !== undefined) ? 'WITH RECURSIVE ' : 'WITH '
  out.list(fresh, (cte) => writeCte(cte, out))
  out.text += ' '
}

function writeCte(cte: CteNode, out: Writer): void {
  const { kind } = cte.statement
  if (kind !== 'select' && kind !== 'compound')
    out.require('dmlInWith', `${kind.toUpperCase()} in WITH`, 'run it as a statement of its own in the same transaction')
  out.identifier(cte.name)
  out.text += ' AS '
  if (cte.materialized !== undefined) {
    out.require('materializedCte', 'MATERIALIZED after WITH … AS', 'leave the option out, or use an optimizer hint')
    out.text += cte.materialized ? 'MATERIALIZED ' : 'NOT MATERIALIZED '
  }
  out.text += '('
  writeAlone(cte.statement, out)
  if (cte.step) {
    out.text += cte.distinct ? ' UNION ' : ' UNION ALL '
    writeAlone(cte.step, out)
  }
  out.text += ')'
  if (cte.search) writeSearch(cte.search, out)
  if (cte.cycle) writeCycle(cte.cycle, out)
}

function writeSearch(search: NonNullable<CteNode['search']>, out: Writer): void {
  out.require('searchClause', 'SEARCH after WITH RECURSIVE', 'select the path or the depth yourself, and order by it')
  out.text += ` SEARCH ${search.first.toUpperCase()} FIRST BY `
  out.list(search.by, (name) => out.identifier(name))
  out.text += ' SET '
  out.identifier(search.set)
}

function writeCycle(cycle: NonNullable<CteNode['cycle']>, out: Writer): void {
  out.require('cycleClause', 'CYCLE after WITH RECURSIVE', 'use distinct: true, or select the path and stop where it repeats')
  out.text += ' CYCLE '
  out.list(cycle.by, (name) => out.identifier(name))
  out.text += ' SET '
  out.identifier(cycle.set)
  out.text += ' USING '
  out.identifier(cycle.using)
}

/** A common table expression sees nothing of the statement around it. */
function writeAlone(node: CteNode['statement'], out: Writer): void {
  out.enter([], true)
  out.statement(node)
  out.leave()
}

/** All common table expressions that a statement refers to, at any depth, each after those that it refers to itself. */
export function ctesOf(node: QueryNode | WriteNode): CteNode[] {
  const found = new Set<CteNode>()
  const open = new Set<CteNode>()
  const inSource = (source: SourceNode | undefined): void => {
    if (source === undefined) return
    if (source.kind === 'subquery' || source.kind === 'lateral') inStatement((source as SubqueryNode).statement)
    if (source.kind === 'values') for (const row of (source as ValuesNode).rows) row.forEach(inExpression)
    if (source.kind === 'function') inExpression((source as FunctionSourceNode).call)
    if (source.kind !== 'cte' || open.has(source as CteNode) || found.has(source as CteNode)) return
    const cte = source as CteNode
    open.add(cte)
    inStatement(cte.statement)
    if (cte.step) inStatement(cte.step)
    open.delete(cte)
    found.add(cte)
  }
  const inExpression = (expression: ExpressionNode): void => {
    if ((expression.contains & contains.statement) === 0) return
    const { expressions, statements } = children(expression)
    for (const statement of statements) inStatement(statement)
    expressions.forEach(inExpression)
  }
  const inStatement = (statement: StatementNode): void => {
    if (statement.kind === 'select') inSelect(statement as SelectNode)
    else if (statement.kind === 'compound') inCompound(statement as CompoundNode)
    else if ('returning' in statement) {
      const { sources, expressions, statements } = partsOfWrite(statement as WriteNode)
      sources.forEach(inSource)
      statements.forEach(inStatement)
      expressions.forEach(inExpression)
    }
  }
  const inCompound = (compound: CompoundNode): void => {
    compound.with.forEach(inSource)
    compound.parts.forEach(inStatement)
    for (const key of compound.orderBy) inExpression(key.operand)
  }
  const inSelect = (select: SelectNode): void => {
    select.with.forEach(inSource)
    inSource(select.from)
    for (const join of select.joins) inSource(join.source)
    expressionsOf(select).forEach(inExpression)
  }
  inStatement(node)
  return [...found]
}
