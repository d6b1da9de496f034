/** Emitters of expressions that the four dialects write alike. */
import {
  type BinaryNode,
  type BinaryOperator,
  CompileError,
  type ExpressionNode,
  type ExpressionNodes,
  type FunctionName,
  type GroupingNode,
  isWider,
  type TemplateValue,
} from '@quern/expression'
import { writeAnyAggregate } from './ansi-aggregates.js'
import { ansiFunctions } from './ansi-functions.js'
import { checkInQuery } from './check.js'
import { castName } from './codec.js'
import type { Precedence } from './dialect.js'
import { refuseVolatile } from './functions.js'
import type { AnyStatementNode, Emitters } from './nodes.js'
import { writeWindow } from './window.js'
import { binding, type Writer } from './writer.js'

/**
 * The four grammars disagree on where `||`, BETWEEN, IS and NOT stand among their neighbours, so these levels only use what is common to
 * all of them: comparisons, IS, IN, LIKE and BETWEEN share one level that never chains, and `||` stands alone beside arithmetic.
 */
const always = (level: number) => () => level
const operatorBinding: Readonly<Record<BinaryOperator, number>> = {
  '+': binding.sum,
  '-': binding.sum,
  '*': binding.product,
  '/': binding.product,
  '%': binding.product,
  '||': binding.other,
  '=': binding.predicate,
  '<>': binding.predicate,
  '<': binding.predicate,
  '<=': binding.predicate,
  '>': binding.predicate,
  '>=': binding.predicate,
  'is distinct from': binding.predicate,
  'is not distinct from': binding.predicate,
}
export const ansiPrecedence: Precedence = {
  column: always(binding.primary),
  parameter: always(binding.primary),
  constant: always(binding.primary),
  binary: (node) => operatorBinding[node.operator],
  unary: (node) => (node.operator === '-' ? binding.sign : node.operator === 'not' ? binding.not : binding.predicate),
  logical: (node) => (node.operator === 'and' ? binding.and : binding.or),
  between: (node) => (node.symmetric ? binding.or : binding.predicate),
  inList: always(binding.predicate),
  inQuery: always(binding.predicate),
  like: always(binding.predicate),
  call: (node) => (node.custom ? binding.primary : ansiFunctions[node.name as FunctionName].level),
  aggregate: always(binding.primary),
  window: always(binding.primary),
  tuple: always(binding.primary),
  quantified: always(binding.primary),
  /** An operator that only its author knows never meets a neighbour without parentheses. */
  operator: always(binding.or),
  collate: always(binding.other),
  cast: always(binding.primary),
  case: always(binding.primary),
  scalar: always(binding.primary),
  exists: always(binding.not),
  nested: always(binding.primary),
  grouping: always(binding.primary),
  /** What the user wrote may be anything, so it never meets a neighbour without parentheses. */
  template: always(binding.or),
  sequenceValue: always(binding.primary),
  label: always(binding.primary),
}

/** Both sides of an operator. Where one side has a type of its own, the server infers a parameter on the other side from it. */
export function writeOperands(node: BinaryNode, out: Writer, operator: string): void {
  const level = operatorBinding[node.operator]
  const chains = level === binding.sum || level === binding.product
  // `||` is weaker than arithmetic on PostgreSQL and stronger on SQLite, so it has no neighbours at all
  const beside = node.operator === '||' ? binding.primary : level + 1
  writeSide(node.left, node.right, out, chains ? level : beside)
  out.text += operator
  writeSide(node.right, node.left, out, beside)
}

function writeSide(node: ExpressionNode, other: ExpressionNode, out: Writer, min: number): void {
  const { type } = other
  // a fraction beside an integer column would be read as an integer
  if (other.kind === 'parameter' || type.name === 'custom' || type.family !== node.type.family || isWider(node.type, type))
    out.expression(node, min)
  else out.inferred(node, min)
}

const operatorText: Readonly<Record<BinaryOperator, string>> = {
  '+': ' + ',
  '-': ' - ',
  '*': ' * ',
  '/': ' / ',
  '%': ' % ',
  '||': ' || ',
  '=': ' = ',
  '<>': ' <> ',
  '<': ' < ',
  '<=': ' <= ',
  '>': ' > ',
  '>=': ' >= ',
  'is distinct from': ' IS DISTINCT FROM ',
  'is not distinct from': ' IS NOT DISTINCT FROM ',
}

const constantText = { true: 'TRUE', false: 'FALSE', null: 'NULL', star: '*', default: 'DEFAULT' } as const

export function writeCall(name: string, args: readonly ExpressionNode[], out: Writer): void {
  out.text += `${name}(`
  out.list(args, (arg) => out.expression(arg))
  out.text += ')'
}

function writeCase(node: ExpressionNodes['case'], out: Writer): void {
  out.text += 'CASE'
  if (node.operand) {
    out.text += ' '
    out.expression(node.operand)
  }
  for (const { when, then } of node.branches) {
    out.text += ' WHEN '
    if (node.operand) writeSide(when, node.operand, out, binding.none)
    else out.expression(when)
    out.text += ' THEN '
    out.expression(then)
  }
  if (node.otherwise) {
    out.text += ' ELSE '
    out.expression(node.otherwise)
  }
  out.text += ' END'
}

function writeBetween(node: ExpressionNodes['between'], out: Writer): void {
  const ends = (low: ExpressionNode, high: ExpressionNode): void => {
    writeSide(node.operand, low, out, binding.predicate + 1)
    out.text += ' BETWEEN '
    writeSide(low, node.operand, out, binding.predicate + 1)
    out.text += ' AND '
    writeSide(high, node.operand, out, binding.predicate + 1)
  }
  ends(node.low, node.high)
  if (!node.symmetric) return
  // BETWEEN SYMMETRIC, which PostgreSQL alone has, is by its definition one or the other
  for (const part of [node.operand, node.low, node.high]) refuseVolatile(part, 'betweenSymmetric()')
  out.text += ' OR '
  ends(node.high, node.low)
}

function writeOperator(node: ExpressionNodes['operator'], out: Writer): void {
  if (out.dialect.placeholder === 'positional' && node.operator.includes('?'))
    throw new CompileError(`the operator ${node.operator} would be read as a parameter by ${out.dialect.title}`)
  if (node.left) {
    out.expression(node.left, binding.primary)
    out.text += ' '
  }
  out.text += `${node.operator} `
  out.expression(node.right, binding.primary)
}

function writeTemplateValue(value: TemplateValue, out: Writer): void {
  switch (value.kind) {
    case 'identifier':
      out.list(value.names, (name) => out.identifier(name), '.')
      break
    case 'source':
      out.sourceName(value.source)
      break
    case 'statement':
      out.text += '('
      out.statement(value.statement as AnyStatementNode)
      out.text += ')'
      break
    case 'list':
      out.list(value.values, (item) => writeTemplateValue(item, out), value.separator)
      break
    case 'unsafe':
      out.text += value.text
      break
    default:
      out.expression(value, binding.primary)
  }
}

/** The tables that a fragment names itself are in scope inside it. */
export function writeTemplate(node: ExpressionNodes['template'], out: Writer): void {
  const sources = new Set(node.values.flatMap((value) => (value.kind === 'source' ? [value.source] : [])))
  if (sources.size === 0) writeParts(node, out)
  else {
    out.enter([...sources])
    writeParts(node, out)
    out.leave()
  }
}

export function writeParts(node: ExpressionNodes['template'], out: Writer): void {
  node.texts.forEach((text, i) => {
    out.text += text
    if (i < node.values.length) writeTemplateValue(node.values[i]!, out)
  })
}

function writeSubquery(statement: { readonly kind: string }, out: Writer): void {
  out.text += '('
  out.statement(statement as AnyStatementNode)
  out.text += ')'
}

/** ROLLUP, CUBE and GROUPING SETS as the standard writes them. */
export function writeGrouping(node: GroupingNode, out: Writer): void {
  out.require(
    node.grouping === 'rollup' ? 'rollup' : 'groupingSets',
    node.grouping.toUpperCase(),
    'group several times and join the results with unionAll()',
  )
  out.text += `${node.grouping.toUpperCase()} (`
  out.list(node.sets, (set) => {
    if (node.grouping !== 'grouping sets') out.expression(set[0]!)
    else {
      out.text += '('
      out.list(set, (key) => out.expression(key))
      out.text += ')'
    }
  })
  out.text += ')'
}

export type ExpressionEmitters = { readonly [Kind in keyof ExpressionNodes]: Emitters[Kind] }
export const ansiExpressions: ExpressionEmitters = {
  column: (node, out) => out.column(node),
  parameter: (node, out) => out.parameter(node, false),
  constant: (node, out) => {
    out.text += constantText[node.constant]
  },
  binary: (node, out) => writeOperands(node, out, operatorText[node.operator]),
  unary: (node, out) => {
    if (node.operator === 'not') {
      out.text += 'NOT '
      out.expression(node.operand, binding.primary)
    } else if (node.operator === '-') {
      // parentheses around another sign keep two signs from becoming a comment
      out.text += '-'
      out.expression(node.operand, binding.primary)
    } else {
      out.expression(node.operand, binding.predicate + 1)
      out.text += node.operator === 'is null' ? ' IS NULL' : ' IS NOT NULL'
    }
  },
  logical: (node, out) => {
    const level = node.operator === 'and' ? binding.and : binding.or
    out.list(node.operands, (operand) => out.expression(operand, level + 1), node.operator === 'and' ? ' AND ' : ' OR ')
  },
  between: writeBetween,
  inList: (node, out) => {
    if (out.dialect.list?.(node, out)) return
    out.expression(node.operand, binding.predicate + 1)
    out.text += node.negated ? ' NOT IN (' : ' IN ('
    out.list(node.items, (item) => out.inferred(item))
    out.text += ')'
  },
  inQuery: (node, out) => {
    checkInQuery(node)
    out.expression(node.operand, binding.predicate + 1)
    out.text += node.negated ? ' NOT IN ' : ' IN '
    writeSubquery(node.statement, out)
  },
  like: (node, out) => {
    if (node.insensitive) {
      // LOWER on both sides means the same as ILIKE up to the database's own case rules
      out.text += 'LOWER('
      out.expression(node.operand)
      out.text += ') LIKE LOWER('
      out.expression(node.pattern)
      out.text += ')'
    } else {
      writeSide(node.operand, node.pattern, out, binding.predicate + 1)
      out.text += ' LIKE '
      writeSide(node.pattern, node.operand, out, binding.predicate + 1)
    }
    out.text += out.dialect.likeEscape
  },
  call: (node, out) => {
    if (node.custom) writeCall(node.name, node.args, out)
    else out.dialect.functions[node.name as FunctionName].write(node.args, out, node)
  },
  aggregate: writeAnyAggregate,
  window: writeWindow,
  tuple: (node, out) => {
    out.text += '('
    out.list(node.items, (item) => out.expression(item))
    out.text += ')'
  },
  quantified: (node, out) => {
    out.text += node.quantifier === 'any' ? 'ANY ' : 'ALL '
    if (node.statement) writeSubquery(node.statement, out)
    else {
      out.require('arrays', 'ANY and ALL over arrays', 'use in() with a list, or a statement')
      out.text += '('
      out.expression(node.array!)
      out.text += ')'
    }
  },
  operator: writeOperator,
  collate: (node, out) => {
    out.expression(node.operand, binding.primary)
    out.text += ' COLLATE '
    out.list(node.collation, (name) => out.identifier(name), '.')
  },
  cast: (node, out) => {
    out.text += 'CAST('
    out.inferred(node.operand)
    out.text += ` AS ${castName(node.type, out.dialect)})`
  },
  case: writeCase,
  scalar: (node, out) => writeSubquery(node.statement, out),
  exists: (node, out) => {
    out.text += 'EXISTS '
    writeSubquery(node.statement, out)
  },
  nested: (node, out) => out.dialect.nested.emit(node, out),
  grouping: writeGrouping,
  template: writeTemplate,
  sequenceValue: (node, out) => out.dialect.objects.sequenceValue(node, out),
  label: (node) => {
    throw new CompileError(`${node.label}: a name given with .as() has no meaning inside an expression`)
  },
}
