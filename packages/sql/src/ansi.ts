/** Emitters for what the four dialects write alike. A dialect spreads them and replaces what differs. */
import {
  type AggregateNode,
  type BinaryNode,
  type BinaryOperator,
  CompileError,
  type ExpressionNode,
  type ExpressionNodes,
  type GroupingNode,
  make,
  type TemplateValue,
  type WindowNode,
} from '@quern/expression'
import { writeDelete, writeInsert, writeUpdate } from './ansi-dml.js'
import { checkInQuery, checkSelect } from './check.js'
import { writeWindowSpec } from './clauses.js'
import { castName } from './codec.js'
import { writeCompound } from './compound.js'
import type { Precedence } from './dialect.js'
import { supports } from './dialect.js'
import type { AnyStatementNode, Emitters, SelectNode } from './nodes.js'
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
  between: always(binding.predicate),
  inList: always(binding.predicate),
  inQuery: always(binding.predicate),
  like: always(binding.predicate),
  call: always(binding.primary),
  aggregate: always(binding.primary),
  window: always(binding.primary),
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
  writeSide(node.left, node.right, out, chains ? level : level + 1)
  out.text += operator
  writeSide(node.right, node.left, out, level + 1)
}

function writeSide(node: ExpressionNode, other: ExpressionNode, out: Writer, min: number): void {
  // a fraction beside an integer column would be read as an integer
  if (other.kind === 'parameter' || other.type.name === 'custom' || other.type.family !== node.type.family) out.expression(node, min)
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

/** COALESCE and NULLIF: a parameter takes the type of the other argument. */
function writeLikeFirst(name: string, args: readonly ExpressionNode[], out: Writer): void {
  out.text += `${name}(`
  const inferable = args.some((arg) => arg.kind !== 'parameter' && arg.type.name !== 'custom')
  out.list(args, (arg) => (inferable ? out.inferred(arg) : out.expression(arg)))
  out.text += ')'
}

/** Functions of the library that have the same name everywhere; any other name is written as the user gave it. */
const functionText: Readonly<Record<string, string>> = {
  coalesce: 'COALESCE',
  nullif: 'NULLIF',
  lower: 'LOWER',
  upper: 'UPPER',
  char_length: 'CHAR_LENGTH',
  abs: 'ABS',
  row_number: 'ROW_NUMBER',
  rank: 'RANK',
  dense_rank: 'DENSE_RANK',
  lag: 'LAG',
  lead: 'LEAD',
}
const aggregateText: Readonly<Record<string, string>> = { count: 'COUNT', sum: 'SUM', avg: 'AVG', min: 'MIN', max: 'MAX' }

export function writeAggregate(node: AggregateNode, out: Writer, args: readonly ExpressionNode[] = node.args): void {
  out.text += `${aggregateText[node.name] ?? node.name}(${node.distinct ? 'DISTINCT ' : ''}`
  out.list(args, (arg) => out.expression(arg))
  out.text += ')'
}

/** FILTER where there is one; else the same by a CASE whose missing ELSE gives NULL, which every aggregate skips. */
function writeFiltered(node: AggregateNode, out: Writer): void {
  if (node.filter === undefined) {
    writeAggregate(node, out)
  } else if (supports(out.dialect, 'aggregateFilter')) {
    writeAggregate(node, out)
    out.text += ' FILTER (WHERE '
    out.expression(node.filter)
    out.text += ')'
  } else {
    const argument = node.args[0]!
    const value = argument.kind === 'constant' ? make.constant.true : argument
    writeAggregate(node, out, [make.caseOf([{ when: node.filter, then: value }], undefined, value.type)])
  }
}

function writeWindow(node: WindowNode, out: Writer): void {
  out.expression(node.call)
  out.text += ' OVER ('
  writeWindowSpec(node, out)
  out.text += ')'
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

function writeParts(node: ExpressionNodes['template'], out: Writer): void {
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

export function writeSelect(node: SelectNode, out: Writer): void {
  checkSelect(node)
  out.enter(node.sources)
  const { select } = out.dialect
  for (let i = 0; i < select.length; i++) select[i]!(node, out)
  out.leave()
}

export const ansi: Emitters = {
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
  between: (node, out) => {
    writeSide(node.operand, node.low, out, binding.predicate + 1)
    out.text += ' BETWEEN '
    writeSide(node.low, node.operand, out, binding.predicate + 1)
    out.text += ' AND '
    writeSide(node.high, node.operand, out, binding.predicate + 1)
  },
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
    if (node.name === 'coalesce' || node.name === 'nullif') writeLikeFirst(functionText[node.name]!, node.args, out)
    else if (node.name === 'now') out.text += 'CURRENT_TIMESTAMP'
    else writeCall(functionText[node.name] ?? node.name, node.args, out)
  },
  aggregate: writeFiltered,
  window: writeWindow,
  cast: (node, out) => {
    out.text += 'CAST('
    out.inferred(node.operand)
    out.text += ` AS ${castName(node.type, out.dialect)})`
  },
  case: (node, out) => {
    out.text += 'CASE'
    for (const { when, then } of node.branches) {
      out.text += ' WHEN '
      out.expression(when)
      out.text += ' THEN '
      out.expression(then)
    }
    if (node.otherwise) {
      out.text += ' ELSE '
      out.expression(node.otherwise)
    }
    out.text += ' END'
  },
  scalar: (node, out) => writeSubquery(node.statement, out),
  exists: (node, out) => {
    out.text += 'EXISTS '
    writeSubquery(node.statement, out)
  },
  template: writeTemplate,
  sequenceValue: (node, out) => out.dialect.objects.sequenceValue(node, out),
  label: (node) => {
    throw new CompileError(`${node.label}: a name given with .as() has no meaning inside an expression`)
  },
  nested: (node, out) => out.dialect.nested.emit(node, out),
  grouping: writeGrouping,
  select: writeSelect,
  compound: writeCompound,
  insert: writeInsert,
  update: writeUpdate,
  delete: writeDelete,
  raw: (node, out) => out.unchecked(() => writeParts(node.template, out)),
}
