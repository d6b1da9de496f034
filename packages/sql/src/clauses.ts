/** The clauses of SELECT, one function each; a dialect lists them in its order. */
import { contains, type ExpressionNode, make, type OrderNode, type SourceNode } from '@quern/expression'
import { type Clause, type Feature, supports } from './dialect.js'
import type { CteNode, Field, Projection, SelectNode, SubqueryNode } from './nodes.js'
import { children } from './walk.js'
import { binding, type Writer } from './writer.js'

export const withClause: Clause = (node, out) => {
  // a flag, so that statements without WITH pay nothing for it
  if (node.contains & contains.statement) writeWith(ctesOf(node), out)
}

export const selectList: Clause = (node, out) => {
  out.text += node.distinct ? 'SELECT DISTINCT ' : 'SELECT '
  writeProjection(node.projection, out)
}

export const fromClause: Clause = (node, out) => {
  if (node.from === undefined) return
  out.text += ' FROM '
  writeSource(node.from, out)
  for (const join of node.joins) {
    if (join.join === 'full')
      out.require('fullJoin', 'FULL JOIN', 'use a LEFT JOIN and the unmatched rows of the other side with UNION ALL')
    out.text += joinText[join.join]
    writeSource(join.source, out)
    if (join.on) {
      out.text += ' ON '
      out.expression(join.on)
    }
  }
}
const joinText = { inner: ' INNER JOIN ', left: ' LEFT JOIN ', right: ' RIGHT JOIN ', full: ' FULL JOIN ', cross: ' CROSS JOIN ' } as const

export const whereClause: Clause = (node, out) => writeConditions(' WHERE ', node.where, out)

export const groupByClause: Clause = (node, out) => {
  if (node.groupBy.length === 0) return
  out.text += ' GROUP BY '
  out.list(node.groupBy, (key) => writeKey(key, node, out))
}

export const havingClause: Clause = (node, out) => writeConditions(' HAVING ', node.having, out)

export const orderByClause: Clause = (node, out) => {
  if (node.orderBy.length === 0) return
  out.text += ' ORDER BY '
  out.list(node.orderBy, (key) => {
    const ordinal = key.nulls === undefined ? ordinalOf(key.operand, node, out) : undefined
    if (ordinal === undefined) writeOrder(key, out)
    else out.text += key.descending ? `${ordinal} DESC` : ordinal
  })
}

export const limitClause: Clause = (node, out) => {
  if (node.limit) {
    out.text += ' LIMIT '
    out.inferred(node.limit)
  } else if (node.offset && out.dialect.offsetNeedsLimit !== undefined) {
    out.text += ` LIMIT ${out.dialect.offsetNeedsLimit}`
  }
  if (node.offset) {
    out.text += ' OFFSET '
    out.inferred(node.offset)
  }
}

export const ansiSelect: readonly Clause[] = [
  withClause,
  selectList,
  fromClause,
  whereClause,
  groupByClause,
  havingClause,
  orderByClause,
  limitClause,
]

export function writeConditions(word: string, list: readonly ExpressionNode[], out: Writer): void {
  const min = list.length > 1 ? binding.and + 1 : binding.none
  for (let i = 0; i < list.length; i++) {
    out.text += i === 0 ? word : ' AND '
    out.expression(list[i]!, min)
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

export function writeReturning(projection: Projection | undefined, feature: Feature, out: Writer): void {
  if (projection === undefined) return
  const verb = feature.replace('Returning', '').toUpperCase()
  out.require(
    feature,
    `RETURNING after ${verb}`,
    verb === 'INSERT' ? 'use result.insertedId or a second SELECT' : 'use a SELECT in the same transaction',
  )
  out.text += ' RETURNING '
  out.unqualified(() => writeProjection(projection, out))
}

function writeSource(source: SourceNode, out: Writer): void {
  if (source.kind === 'alias') {
    out.sourceName((source as { of?: SourceNode }).of!)
    out.text += ' AS '
    out.identifier(source.name)
  } else if (source.kind === 'subquery') {
    out.text += '('
    out.outside(() => out.statement((source as SubqueryNode).statement))
    out.text += ') AS '
    out.identifier(source.name)
  } else {
    out.sourceName(source)
  }
}

/** WITH, for those expressions that no enclosing statement has written yet. */
export function writeWith(found: readonly CteNode[], out: Writer): void {
  const fresh = found.filter((cte) => out.declare(cte))
  if (fresh.length === 0) return
  out.text += fresh.some((cte) => cte.step !== undefined) ? 'WITH RECURSIVE ' : 'WITH '
  out.list(fresh, (cte) => {
    out.identifier(cte.name)
    out.text += ' AS ('
    writeAlone(cte.statement, out)
    if (cte.step) {
      out.text += cte.distinct ? ' UNION ' : ' UNION ALL '
      writeAlone(cte.step, out)
    }
    out.text += ')'
  })
  out.text += ' '
}

/** A common table expression sees nothing of the statement around it. */
function writeAlone(node: SelectNode, out: Writer): void {
  out.enter([], true)
  out.statement(node)
  out.leave()
}

export function expressionsOf(node: SelectNode): ExpressionNode[] {
  const list = node.projection.fields.map((field) => field.node)
  for (const join of node.joins) if (join.on) list.push(join.on)
  list.push(...node.where, ...node.groupBy, ...node.having)
  for (const key of node.orderBy) list.push(key.operand)
  return list
}

/** All common table expressions that a statement refers to, at any depth, each after those that it refers to itself. */
function ctesOf(node: SelectNode): CteNode[] {
  const found = new Set<CteNode>()
  const open = new Set<CteNode>()
  const inSource = (source: SourceNode | undefined): void => {
    if (source?.kind === 'subquery') inSelect((source as SubqueryNode).statement)
    if (source?.kind !== 'cte' || open.has(source as CteNode) || found.has(source as CteNode)) return
    const cte = source as CteNode
    open.add(cte)
    inSelect(cte.statement)
    if (cte.step) inSelect(cte.step)
    open.delete(cte)
    found.add(cte)
  }
  const inExpression = (expression: ExpressionNode): void => {
    if ((expression.contains & contains.statement) === 0) return
    const { expressions, statements } = children(expression)
    for (const statement of statements) if (statement.kind === 'select') inSelect(statement as SelectNode)
    expressions.forEach(inExpression)
  }
  const inSelect = (select: SelectNode): void => {
    select.with.forEach(inSource)
    inSource(select.from)
    for (const join of select.joins) inSource(join.source)
    expressionsOf(select).forEach(inExpression)
  }
  inSelect(node)
  return [...found]
}

/** NULLS FIRST and LAST where the dialect has them; else a key before the key, on which NULLs sort as told. */
export function writeOrder(node: OrderNode, out: Writer): void {
  if (node.nulls !== undefined && !supports(out.dialect, 'nullsOrder')) {
    out.expression(make.unary('is null', node.operand, node.operand.type))
    out.text += node.nulls === 'first' ? ' DESC, ' : ', '
  }
  out.expression(node.operand)
  if (node.descending) out.text += ' DESC'
  if (node.nulls !== undefined && supports(out.dialect, 'nullsOrder')) out.text += node.nulls === 'first' ? ' NULLS FIRST' : ' NULLS LAST'
}
