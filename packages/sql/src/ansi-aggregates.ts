/** Aggregates: the calls, their FILTER, DISTINCT and order, as the four dialects write them alike. */
import { type AggregateName, type AggregateNode, type ExpressionNode, make, type ParameterNode } from '@quern/expression'
import { supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import { writeLiteral } from './literal.js'
import { writeOrder } from './order.js'
import type { Writer } from './writer.js'

export interface AggregateEmitter {
  write(node: AggregateNode, out: Writer): void
  /** Whether OVER may follow what is written. */
  windowed(node: AggregateNode): boolean
}
export type AggregateTable = { readonly [Name in AggregateName]: AggregateEmitter }

/** `name(DISTINCT a, b ORDER BY c)`, without its FILTER. */
export function writeAggregate(name: string, node: AggregateNode, out: Writer, args: readonly ExpressionNode[] = node.args): void {
  out.text += `${name}(${node.distinct ? 'DISTINCT ' : ''}`
  out.list(args, (arg) => out.expression(arg))
  if (node.orderBy.length > 0 && !node.within) writeInnerOrder(node, out)
  out.text += ')'
}

export function writeInnerOrder(node: AggregateNode, out: Writer): void {
  out.require('aggregateOrder', 'ORDER BY inside an aggregate', 'order in a subquery')
  out.text += ' ORDER BY '
  out.list(node.orderBy, (key) => writeOrder(key, out))
}

/** FILTER where there is one; else the same by a CASE whose missing ELSE gives NULL, which the aggregate skips. */
export function writeFiltered(node: AggregateNode, out: Writer, write: (args: readonly ExpressionNode[]) => void): void {
  if (node.filter === undefined) write(node.args)
  else if (supports(out.dialect, 'aggregateFilter')) {
    write(node.args)
    writeFilter(node, out)
  } else write([filtered(node), ...node.args.slice(1)])
}

export function writeFilter(node: AggregateNode, out: Writer): void {
  out.text += ' FILTER (WHERE '
  out.expression(node.filter!)
  out.text += ')'
}

/** The first argument where the filter is true, else NULL. */
export function filtered(node: AggregateNode): ExpressionNode {
  const argument = node.args[0]!
  const value = argument.kind === 'constant' ? make.constant.true : argument
  return node.filter === undefined ? argument : make.caseOf(undefined, [{ when: node.filter, then: value }], undefined, value.type)
}

const always = () => true
/** A plain aggregate by its SQL name, perhaps of another form of its argument. */
export const plain = (name: string, of: (argument: ExpressionNode) => ExpressionNode = (argument) => argument): AggregateEmitter => ({
  write: (node, out) =>
    writeFiltered(node, out, (args) =>
      writeAggregate(
        name,
        node,
        out,
        args.map((arg, i) => (i === 0 ? of(arg) : arg)),
      ),
    ),
  windowed: always,
})

/** `PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)` */
export const ordered = (name: string): AggregateEmitter => ({
  write(node, out) {
    out.require('withinGroup', `${name} WITHIN GROUP`, 'number the rows in a subquery and pick there')
    out.text += `${name}(`
    out.list(node.args, (arg) => (arg.kind === 'parameter' ? writeLiteral(arg as ParameterNode, out) : out.expression(arg)))
    out.text += ') WITHIN GROUP (ORDER BY '
    out.list(node.orderBy, (key) => writeOrder(key, out))
    out.text += ')'
    if (node.filter) writeFilter(node, out)
  },
  windowed: () => false,
})

export const lacks = (feature: 'arrays' | 'statistics', what: string, instead: string): AggregateEmitter => ({
  write(_, out) {
    throw new UnsupportedFeatureError(out.dialect, feature, what, instead)
  },
  windowed: always,
})

/** The one of PostgreSQL, which is the standard's; what others write differently stands in their tables. */
export const ansiAggregates: AggregateTable = {
  count: plain('COUNT'),
  sum: plain('SUM'),
  avg: plain('AVG'),
  min: plain('MIN'),
  max: plain('MAX'),
  stringAgg: plain('STRING_AGG'),
  arrayAgg: plain('ARRAY_AGG'),
  jsonAgg: plain('JSON_ARRAYAGG'),
  jsonObjectAgg: plain('JSON_OBJECTAGG'),
  boolAnd: plain('BOOL_AND'),
  boolOr: plain('BOOL_OR'),
  stddev: plain('STDDEV_SAMP'),
  stddevPop: plain('STDDEV_POP'),
  variance: plain('VAR_SAMP'),
  varPop: plain('VAR_POP'),
  percentileCont: ordered('PERCENTILE_CONT'),
  percentileDisc: ordered('PERCENTILE_DISC'),
  mode: ordered('MODE'),
}

export function writeAnyAggregate(node: AggregateNode, out: Writer): void {
  if (!node.custom) {
    out.dialect.aggregates[node.name as AggregateName].write(node, out)
    return
  }
  writeFiltered(node, out, (args) => writeAggregate(node.name, node, out, args))
  if (node.within) {
    out.text += ' WITHIN GROUP (ORDER BY '
    out.list(node.orderBy, (key) => writeOrder(key, out))
    out.text += ')'
  }
}
