/** SQLite 3.39 and later. */
export * from './sqlite-columns.js'

import {
  type BinaryNode,
  type ExpressionNode,
  type InListNode,
  isInteger,
  isNumber,
  make,
  type ParameterNode,
  type SourceNode,
} from '@quern/expression'
import {
  ansi,
  ansiSelect,
  binding,
  type Clause,
  type CompoundNode,
  type Dialect,
  encoderOf,
  orderByClause,
  type SelectNode,
  typeOn,
  UnsupportedFeatureError,
  type Writer,
  writeOperands,
  writeSelectOver,
} from '@quern/sql'
import { floatLiteral, sqliteText } from './literals.js'
import { sqliteBulk } from './sqlite-bulk.js'
import { writeMomentCast } from './sqlite-dates.js'
import { sqliteDdl, sqliteDdlFeatures } from './sqlite-ddl.js'
import { sqliteWriteFeatures, sqliteWrites, writeDeleteUsing } from './sqlite-dml.js'
import { classifySqlite } from './sqlite-errors.js'
import { sqliteExplain, sqliteExplainFeatures } from './sqlite-explain.js'
import {
  sqliteAggregates,
  sqliteExpressionFeatures,
  sqliteFunctions,
  sqlitePrecedence,
  takesNumbers,
  writeDivision,
  writeQuantified,
  writeTupleList,
} from './sqlite-expressions.js'
import { sqliteObjectFeatures, sqliteObjects } from './sqlite-objects.js'
import { sqliteSelect, sqliteSelectFeatures } from './sqlite-select.js'
import { sqliteNatural, sqliteTypes } from './sqlite-types.js'
import { sqliteSessionFeatures, sqliteTransaction } from './transactions.js'

/** A list as one JSON parameter where JSON carries the values exactly, so that the text is the same for every length. */
function list(node: InListNode, out: Writer): boolean {
  const { type } = node.operand
  const plain = node.items.every((item) => item.kind === 'parameter' && item.name === undefined && item.produce === undefined)
  if (
    !plain ||
    type.detail?.bind ||
    type.detail?.variants ||
    !(['smallint', 'integer', 'bigint', 'char', 'varchar', 'text', 'boolean'] as string[]).includes(type.name)
  )
    return false
  const items = node.items as readonly ParameterNode[]
  const element = items[0]!.type
  const encode = encoderOf(element, sqlite)
  out.expression(node.operand, binding.predicate + 1)
  out.text += node.negated ? ' NOT IN (SELECT value FROM json_each(' : ' IN (SELECT value FROM json_each('
  out.hole({
    parameter: make.parameter(
      items.map((item) => item.value),
      element,
      items[0]!.target,
    ),
    encode: (value, parameter) => `[${(value as readonly unknown[]).map((item) => jsonItem(encode(item, parameter))).join(',')}]`,
  })
  out.text += '))'
  return true
}
const jsonItem = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value))

/** True for what is stored as text: a table's exact numeric, also as seen through subqueries; what SQLite computed itself is a number. */
function isTextNumeric(node: ExpressionNode): boolean {
  if (!isExact(node)) return false
  if (node.kind === 'column' && 'statement' in node.source) {
    const { statement } = node.source as SourceNode & { readonly statement: SelectNode }
    const field = statement.projection.fields.find(({ label }) => label === node.key)
    return field === undefined || isTextNumeric(field.node)
  }
  if (node.kind === 'scalar') {
    if (node.statement.kind !== 'select') return true
    return (node.statement as SelectNode).projection.fields.some((field) => isTextNumeric(field.node))
  }
  if (node.kind === 'binary') return isTextNumeric(node.left) || isTextNumeric(node.right)
  if (node.kind === 'window') return node.call.kind === 'call' && node.call.args.some(isTextNumeric)
  return node.kind !== 'aggregate' && node.kind !== 'cast' && node.kind !== 'parameter'
}

const isExact = (node: ExpressionNode): boolean => {
  const { name, mode } = typeOn(node.type, 'sqlite')
  return name === 'numeric' && mode !== 'number'
}

/** A numeric that SQLite computed is a number, and a number is less than any text: a bound decimal beside it must become a number too. */
function besideNumber(side: ExpressionNode, others: readonly ExpressionNode[]): ExpressionNode {
  const computed = side.kind === 'parameter' && isExact(side) && others.some(isExact) && !others.some(isTextNumeric)
  return computed ? make.cast(side, side.type) : side
}

const comparisons: readonly string[] = ['=', '<>', '<', '<=', '>', '>=', 'is distinct from', 'is not distinct from']

/** A comparison of exact numerics: text with text, or number with number, never one with the other. */
function exactSides(node: BinaryNode, out: Writer): BinaryNode {
  if (!comparisons.includes(node.operator)) return node
  const [left, right] = [besideNumber(node.left, [node.right]), besideNumber(node.right, [node.left])]
  const sides = [left, right]
  if (sides.some(isTextNumeric) && sides.some((side) => !isTextNumeric(side) && side.kind !== 'parameter')) {
    refuseTextNumeric(sides, 'comparison with a computed number', out)
  }
  return make.binary(node.operator, left, right, node.type)
}

/** Exact numerics are stored as text here, on which order and arithmetic would mean something else. */
function refuseTextNumeric(nodes: readonly ExpressionNode[], what: string, out: Writer): void {
  if (nodes.some(isTextNumeric)) {
    throw new UnsupportedFeatureError(
      out.dialect,
      'numericArithmetic',
      `${what} for exact numeric, which it stores as text`,
      "declare the column numeric(…, { mode: 'number' }) or bigint of the smallest unit",
    )
  }
}

/** Text and number are never equal here, so a set operation would keep '1' and 1 as two rows. */
function refuseMixedNumeric(node: CompoundNode, out: Writer): void {
  node.projection.fields.forEach((_, i) => {
    const parts = node.parts.map((part) => part.projection.fields[i]!.node)
    const texts = parts.filter(isTextNumeric)
    if (texts.length > 0 && texts.length < parts.length) refuseTextNumeric(texts, 'set operation with other numbers', out)
  })
}

const orderByExact: Clause = (node, out) => {
  for (const key of node.orderBy) refuseTextNumeric([key.operand], 'ORDER BY', out)
  orderByClause(node, out)
}

/** Aggregates that take a text as it is. */
const exactAggregates: readonly string[] = ['count', 'jsonAgg', 'jsonObjectAgg', 'stringAgg']

export const sqlite: Dialect = {
  ...sqliteSelect,
  ...sqliteWrites,
  name: 'sqlite',
  title: 'SQLite',
  version: [3, 39, 0],
  quote: 'double',
  placeholder: 'positional',
  identifierLimit: undefined,
  parameterLimit: 32766,
  features: {
    ...sqliteExplainFeatures,
    ...sqliteSelectFeatures,
    ...sqliteWriteFeatures,
    ...sqliteDdlFeatures,
    ...sqliteObjectFeatures,
    ...sqliteSessionFeatures,
    ...sqliteExpressionFeatures,
    insertReturning: true,
    updateReturning: true,
    deleteReturning: true,
    fullJoin: [3, 39, 0],
    aggregateFilter: true,
    nullsOrder: true,
    defaultInValues: false,
    groupsFrame: true,
    unsigned: false,
    castLength: false,
    floatModulo: false,
    numericArithmetic: false,
  },
  types: sqliteTypes,
  natural: () => sqliteNatural,
  precedence: sqlitePrecedence,
  emit: {
    ...ansi,
    select: writeSelectOver,
    delete: writeDeleteUsing,
    compound: (node, out) => {
      refuseTextNumeric(
        node.orderBy.map((key) => key.operand),
        'ORDER BY',
        out,
      )
      refuseMixedNumeric(node, out)
      ansi.compound(node, out)
    },
    binary: (original, out) => {
      const node = isExact(original.left) || isExact(original.right) ? exactSides(original, out) : original
      if (node.operator !== '=' && node.operator !== '<>' && !node.operator.startsWith('is ')) {
        const [left, right] = [node.left, node.right].map((side) => (side.kind === 'tuple' ? side.items : [side]))
        refuseTextNumeric([...left!, ...right!], node.operator, out)
      }
      if (writeQuantified(node.operator, node.left, node.right, out)) return
      if (node.operator === '%' && [node.left, node.right].some(({ type }) => isNumber(type.family) && !isInteger(type))) {
        throw new UnsupportedFeatureError(
          out.dialect,
          'floatModulo',
          '% for floating point and decimals (it casts both sides to integers)',
          'cast both sides yourself',
        )
      }
      if (node.operator === 'is distinct from') writeOperands(node, out, ' IS NOT ')
      else if (node.operator === 'is not distinct from') writeOperands(node, out, ' IS ')
      else if (!writeDivision(node, out)) ansi.binary(node, out)
    },
    inList: (node, out) => {
      if (node.operand.kind === 'tuple') {
        writeTupleList(node, out)
        return
      }
      const items = node.items.map((item) => besideNumber(item, [node.operand]))
      ansi.inList(make.inList(node.operand, items, node.negated), out)
    },
    between: (node, out) => {
      refuseTextNumeric([node.operand], 'BETWEEN', out)
      const [low, high] = [besideNumber(node.low, [node.operand]), besideNumber(node.high, [node.operand])]
      ansi.between(make.between(node.operand, low, high, node.symmetric), out)
    },
    aggregate: (node, out) => {
      if (!exactAggregates.includes(node.name)) refuseTextNumeric(node.args, node.name.toUpperCase(), out)
      refuseTextNumeric(
        node.orderBy.map((key) => key.operand),
        'ORDER BY',
        out,
      )
      ansi.aggregate(node, out)
    },
    cast: (node, out) => {
      if (node.type.length !== undefined) {
        throw new UnsupportedFeatureError(out.dialect, 'castLength', 'length in CAST', 'cast to text() and cut it yourself')
      }
      if (!writeMomentCast(node.operand, node.type, out)) ansi.cast(node, out)
    },
    window: (node, out) => {
      refuseTextNumeric(
        node.orderBy.map((key) => key.operand),
        'ORDER BY',
        out,
      )
      ansi.window(node, out)
    },
    call: (node, out) => {
      if (!node.custom && takesNumbers(node.name)) refuseTextNumeric(node.args, `${node.name}()`, out)
      ansi.call(node, out)
    },
    constant: (node, out) => {
      // a boolean is a number here, and TRUE in a select list would be named TRUE on old versions
      if (node.constant === 'true') out.text += '1'
      else if (node.constant === 'false') out.text += '0'
      else ansi.constant(node, out)
    },
  },
  select: ansiSelect.map((clause) => (clause === orderByClause ? orderByExact : clause)),
  functions: sqliteFunctions,
  aggregates: sqliteAggregates,
  offsetNeedsLimit: '-1',
  likeEscape: " ESCAPE '\\'",
  defaultValues: 'DEFAULT VALUES',
  literal: {
    text: sqliteText,
    bytes: (hex) => `x'${hex}'`,
    number: floatLiteral,
    bare: ({ name, mode }) => name === 'numeric' && mode !== 'number',
  },
  parameter: (node, out) => out.placeholder(node),
  list,
  ddl: sqliteDdl,
  objects: sqliteObjects,
  transaction: sqliteTransaction,
  advisoryLocks: undefined,
  notify: undefined,
  explain: sqliteExplain,
  session: {
    role: undefined,
    readOnly: undefined,
    set: ['PRAGMA foreign_keys = ON'],
    verify: 'PRAGMA foreign_keys',
    expect: { foreign_keys: '1' },
    limits: () => [],
  },
  bulk: sqliteBulk,
  classify: classifySqlite,
}
