/** SQLite 3.39 and later. */
export * from './sqlite-columns.js'

import { type BinaryNode, type InListNode, isInteger, isNumber, make, type ParameterNode } from '@quern/expression'
import {
  ansi,
  ansiSelect,
  binding,
  type Dialect,
  encoderOf,
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
import {
  checkInQueryExact,
  exactAggregate,
  exactAssigned,
  exactBetween,
  exactBinary,
  exactCall,
  exactCase,
  exactList,
  exactSortKey,
  exactUnary,
  exactWindow,
  refuseMixedParts,
} from './sqlite-exact.js'
import { sqliteExplain, sqliteExplainFeatures } from './sqlite-explain.js'
import {
  sqliteAggregates,
  sqliteExpressionFeatures,
  sqliteFunctions,
  sqlitePrecedence,
  writeDivision,
  writeQuantified,
  writeTupleList,
} from './sqlite-expressions.js'
import { compounds } from './sqlite-numeric.js'
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

function writeBinary(node: BinaryNode, out: Writer): void {
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
}

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
      compounds.set(node.out, node)
      refuseMixedParts(node, out.dialect)
      ansi.compound(node, out)
    },
    binary: (original, out) => {
      const node = exactBinary(original, out.dialect)
      if (node.kind !== 'binary') out.expression(node)
      else writeBinary(node, out)
    },
    unary: (original, out) => {
      const node = exactUnary(original, out.dialect)
      if (node.kind !== 'unary') out.expression(node)
      else ansi.unary(node, out)
    },
    inList: (node, out) => (node.operand.kind === 'tuple' ? writeTupleList(node, out) : ansi.inList(exactList(node, out.dialect), out)),
    inQuery: (node, out) => {
      checkInQueryExact(node, out.dialect)
      ansi.inQuery(node, out)
    },
    between: (node, out) => ansi.between(exactBetween(node, out.dialect), out),
    case: (original, out) => {
      const node = exactCase(original, out.dialect)
      if (node.kind !== 'case') out.expression(node)
      else ansi.case(node, out)
    },
    aggregate: (original, out) => {
      const node = exactAggregate(original, out.dialect)
      if (node.kind !== 'aggregate') out.expression(node)
      else ansi.aggregate(node, out)
    },
    cast: (node, out) => {
      if (node.type.length !== undefined) {
        throw new UnsupportedFeatureError(out.dialect, 'castLength', 'length in CAST', 'cast to text() and cut it yourself')
      }
      if (!writeMomentCast(node.operand, node.type, out)) ansi.cast(node, out)
    },
    window: (original, out) => {
      const node = exactWindow(original, out.dialect)
      if (node.kind !== 'window') out.expression(node)
      else ansi.window(node, out)
    },
    call: (original, out) => {
      const node = exactCall(original, out.dialect)
      if (node.kind !== 'call') out.expression(node)
      else ansi.call(node, out)
    },
    constant: (node, out) => {
      // a boolean is a number here, and TRUE in a select list would be named TRUE on old versions
      if (node.constant === 'true') out.text += '1'
      else if (node.constant === 'false') out.text += '0'
      else ansi.constant(node, out)
    },
  },
  select: ansiSelect,
  sortKey: exactSortKey,
  assigned: exactAssigned,
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
  outcome: undefined,
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
