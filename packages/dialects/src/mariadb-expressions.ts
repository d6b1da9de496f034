/** Expressions as MariaDB writes them, where MySQL writes them differently. */
import {
  type AggregateTable,
  binding,
  byCount,
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

export const mariadbPrecedence: Precedence = {
  ...mysqlPrecedence,
  call: (node) => (node.custom ? binding.primary : mariadbFunctions[node.name as keyof FunctionTable].level),
}

export const mariadbExpressionFeatures = { ...mysqlExpressionFeatures, lagDefault: false } as const
