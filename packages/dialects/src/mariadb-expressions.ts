/** Expressions as MariaDB writes them, where MySQL writes them differently. */
import { builtin, type ExpressionNode, make } from '@quern/expression'
import {
  type AggregateTable,
  ansi,
  binding,
  byCount,
  children,
  type Emitters,
  type FunctionEmitter,
  type FunctionTable,
  form,
  neighbour,
  type Precedence,
  refused,
} from '@quern/sql'
import {
  jsonAggOf,
  jsonFunctions,
  jsonObjectAggOf,
  mysqlAggregates,
  mysqlExpressionFeatures,
  mysqlFunctions,
  mysqlPrecedence,
} from './mysql-expressions.js'

/** JSON is a text here, and a text inside JSON is a string: this says that it is JSON. */
const parse = ['JSON_COMPACT(', ')'] as const
const { writeMember, ...mariadbJson } = jsonFunctions({ parse })
const matching = (flag: string): FunctionEmitter => form(`{0!} REGEXP CONCAT('${flag}', {1})`, binding.predicate)
const lacksDefault = (name: string): FunctionEmitter => {
  const has = neighbour(name)
  const refusal = refused('lagDefault', `default in ${name}`, 'use coalesce() where the value itself is not null')
  return byCount([1, has], [2, has], [3, refusal])
}

export const mariadbFunctions: FunctionTable = {
  ...mysqlFunctions,
  ...mariadbJson,
  // the flag goes before the collation's own rule
  regexp: matching('(?-i)'),
  iregexp: matching('(?i)'),
  lag: lacksDefault('LAG'),
  lead: lacksDefault('LEAD'),
}

export const mariadbAggregates: AggregateTable = {
  ...mysqlAggregates,
  // as text, so that an array cut off by a limit of the server is no JSON and refused when it is read
  jsonAgg: jsonAggOf(writeMember, ['', '']),
  jsonObjectAgg: jsonObjectAggOf(writeMember),
}

const comparesRows = (node: ExpressionNode): boolean => node.kind === 'tuple' || children(node).expressions.some(comparesRows)

export const mariadbExpressions: Pick<Emitters, 'unary'> = {
  unary: (node, out) => {
    const asksForNull = node.operator === 'is null' || node.operator === 'is not null'
    // the server takes a comparison of rows for never null, and so IS NULL of it for false without a look
    if (!asksForNull || node.operand.kind === 'column' || !comparesRows(node.operand)) ansi.unary(node, out)
    else {
      out.text += '('
      out.expression(
        make.binary(
          node.operator === 'is null' ? 'is not distinct from' : 'is distinct from',
          node.operand,
          make.constant.null,
          builtin.boolean,
        ),
      )
      out.text += ')'
    }
  },
}

export const mariadbPrecedence: Precedence = {
  ...mysqlPrecedence,
  call: (node) => (node.custom ? binding.primary : mariadbFunctions[node.name as keyof FunctionTable].level),
}

export const mariadbExpressionFeatures = { ...mysqlExpressionFeatures, lagDefault: false } as const
