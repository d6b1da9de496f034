/** Expressions as SQLite writes them. */
import { type ExpressionNode, isInteger, isNumber, make, type ParameterNode } from '@quern/expression'
import {
  type AggregateEmitter,
  type AggregateTable,
  ansi,
  ansiAggregates,
  ansiFunctions,
  ansiPrecedence,
  binding,
  byCount,
  type FunctionEmitter,
  type FunctionTable,
  form,
  lacks,
  type Precedence,
  parameterText,
  plain,
  refused,
  rounding,
  substringBy,
  UnsupportedFeatureError,
  units,
  unlessWhole,
  type Writer,
  writeFilter,
  writeFiltered,
  writeInnerOrder,
} from '@quern/sql'
import { jsonText } from './json-moment.js'
import { isPosition, pathParameter, position } from './json-path.js'
import { sqliteDates } from './sqlite-dates.js'

const last = (back: number): string => `[#-${back}]`
const other = binding.other

/** A JSON column is its text; what comes out of a function is one too. */
const jsonSet: FunctionEmitter = {
  level: binding.primary,
  write([document, value, ...path], out) {
    const step = path.at(-1)!
    const parent = pathParameter(path.slice(0, -1), last)
    const set = (target: ParameterNode): void => {
      out.text += 'JSON_SET('
      out.expression(document!)
      out.text += ', '
      out.expression(target)
      out.text += ', '
      writeMember(value!, out)
      out.text += ')'
    }
    writeGuard(document!, parent, step, out)
    if (isPosition(step)) {
      // a position after the end appends
      out.text += 'CASE WHEN JSON_ARRAY_LENGTH('
      out.expression(document!)
      out.text += ', '
      out.expression(parent)
      out.text += `) > ${position(step)} THEN `
      set(pathParameter(path, last))
      out.text += ' ELSE '
      set(make.parameter(`${parent.value as string}[#]`, parent.type))
      out.text += ' END'
    } else set(pathParameter(path, last))
    out.text += ' ELSE '
    out.expression(document!)
    out.text += ' END'
  },
}
const jsonRemove: FunctionEmitter = {
  level: binding.primary,
  write([document, ...path], out) {
    writeGuard(document!, pathParameter(path.slice(0, -1), last), path.at(-1)!, out)
    out.text += 'JSON_REMOVE('
    out.expression(document!)
    out.text += ', '
    out.expression(pathParameter(path, last))
    out.text += ') ELSE '
    out.expression(document!)
    out.text += ' END'
  },
}
function writeGuard(document: ExpressionNode, parent: ParameterNode, step: ExpressionNode, out: Writer): void {
  out.text += 'CASE WHEN JSON_TYPE('
  out.expression(document)
  out.text += ', '
  out.expression(parent)
  out.text += `) = '${isPosition(step) ? 'array' : 'object'}' THEN `
}

/** An expression as the value inside JSON that it is on every dialect. */
function writeMember(node: ExpressionNode, out: Writer): void {
  const { name, mode, family } = node.type
  if (node.kind === 'constant') out.text += 'NULL'
  else if (family === 'json') {
    out.text += 'JSON('
    out.expression(node)
    out.text += ')'
  } else if (family === 'boolean') {
    out.text += 'JSON(CASE '
    out.expression(node, binding.primary)
    out.text += " <> 0 WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
  } else if ((name === 'numeric' || name === 'bigint') && mode !== 'number') {
    out.text += 'CAST('
    out.expression(node)
    out.text += ' AS TEXT)'
  } else if (name === 'timestamp' || name === 'timestamptz') {
    jsonText(node)
    out.text += 'REPLACE('
    out.expression(node)
    out.text += ", ' ', 'T') || 'Z'"
  } else {
    jsonText(node)
    out.expression(node)
  }
}
const members = (name: string): FunctionEmitter => ({
  level: binding.primary,
  write(args, out, node) {
    out.text += `${name}(`
    let i = 0
    out.list(args, (arg) => (node.name === 'jsonObject' && i++ % 2 === 0 ? out.expression(arg) : writeMember(arg, out)))
    out.text += ')'
  },
})

/** The fill is a value, so as much of it as could ever be needed is one text. */
const padded = (side: 'left' | 'right'): FunctionEmitter => ({
  level: binding.primary,
  write([text, length, fill], out) {
    const count = Number(parameterText(length!))
    const filling = make.parameter(parameterText(fill!).repeat(Math.ceil(count / [...parameterText(fill!)].length)), fill!.type)
    out.text += 'CASE WHEN LENGTH('
    out.expression(text!)
    out.text += `) >= ${count} THEN SUBSTR(`
    out.expression(text!)
    out.text += `, 1, ${count}) ELSE `
    const write = (): void => {
      out.text += 'SUBSTR('
      out.expression(filling)
      out.text += `, 1, ${count} - LENGTH(`
      out.expression(text!)
      out.text += '))'
    }
    if (side === 'left') {
      write()
      out.text += ' || '
      out.expression(text!, binding.primary)
    } else {
      out.expression(text!, binding.primary)
      out.text += ' || '
      write()
    }
    out.text += ' END'
  },
})

const jsonGetText: FunctionEmitter = {
  level: binding.primary,
  write([document, ...path], out) {
    const at = pathParameter(path, last)
    out.text += 'CASE JSON_TYPE('
    out.expression(document!)
    out.text += ', '
    out.expression(at)
    // SQLite's own text of them is 1 and 0
    out.text += ") WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST("
    out.expression(document!, binding.primary)
    out.text += ' ->> '
    out.expression(at)
    out.text += ' AS TEXT) END'
  },
}

export const sqliteFunctions: FunctionTable = {
  ...ansiFunctions,
  ...sqliteDates,
  greatest: form('MAX({*})'),
  least: form('MIN({*})'),
  trim: form('TRIM({0}, {1})'),
  ltrim: form('LTRIM({0}, {1})'),
  rtrim: form('RTRIM({0}, {1})'),
  substring: substringBy('SUBSTR'),
  position: form('INSTR({1}, {0})'),
  lpad: padded('left'),
  rpad: padded('right'),
  left: form('SUBSTR({0}, 1, MAX({1}, 0))'),
  right: form('SUBSTR({0}, -MAX({1}, 0), MAX({1}, 0))'),
  repeat: form("CASE WHEN {1!} IS NOT NULL THEN REPLACE(HEX(ZEROBLOB({1})), '00', {0}) END"),
  reverse: refused('reverse', 'REVERSE', 'reverse the text in the program'),
  charLength: form('LENGTH({0})'),
  octetLength: form('LENGTH(CAST({0} AS BLOB))'),
  splitPart: refused('splitPart', 'SPLIT_PART', 'split the text in the program, or cut it with position() and substring()'),
  regexp: refused('regexp', 'regular expressions', 'use like(), or filter in the program'),
  iregexp: refused('regexp', 'regular expressions', 'use like(), or filter in the program'),
  ceil: unlessWhole(form('CEIL({0})')),
  trunc: unlessWhole(
    byCount(
      [1, form('TRUNC({0})')],
      [2, refused('truncDigits', 'TRUNC to decimal digits', 'use round(), or integers of the smallest unit')],
    ),
  ),
  round: unlessWhole(rounding('TRUNC({0})', byCount([1, form('ROUND({0})')], [2, form('ROUND({0}, {1#})')]))),
  // 53 random bits, as many as a double has
  random: form('(RANDOM() & 9007199254740991) / 9007199254740992.0', binding.product),
  bitXor: form('({0!} | {1!}) - ({0!} & {1!})', binding.sum),
  jsonGet: {
    level: other,
    write([document, ...path], out) {
      out.expression(document!, binding.primary)
      out.text += ' -> '
      out.expression(pathParameter(path, last))
    },
  },
  jsonGetText,
  jsonSet,
  jsonRemove,
  jsonContains: refused('jsonContains', 'test whether one JSON document contains another', 'compare the parts with get()'),
  jsonArrayLength: form("CASE WHEN JSON_TYPE({0}) = 'array' THEN JSON_ARRAY_LENGTH({0}) END"),
  jsonType: form(
    "CASE JSON_TYPE({0}) WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' ELSE JSON_TYPE({0}) END",
  ),
  jsonObject: members('JSON_OBJECT'),
  jsonArray: members('JSON_ARRAY'),
  fts5: form('{0} MATCH {1}', binding.predicate),
  ...units('match', {
    natural: refused('matchAgainst', 'MATCH … AGAINST', 'use an FTS5 table and ftsMatch()'),
    boolean: refused('matchAgainst', 'MATCH … AGAINST', 'use an FTS5 table and ftsMatch()'),
    expansion: refused('matchAgainst', 'MATCH … AGAINST', 'use an FTS5 table and ftsMatch()'),
  }),
}

const truth = (name: string): AggregateEmitter => plain(name, (argument) => make.binary('<>', argument, make.constant.false, argument.type))
const noStatistics = lacks('statistics', 'standard deviation and variance', 'work them out from sum() and count(), or in the program')

/** An aggregate that is empty, and not null, over no rows. */
function collected(name: string, write: (node: Parameters<AggregateEmitter['write']>[0], out: Writer) => void): AggregateEmitter {
  return {
    write(node, out) {
      out.text += 'CASE WHEN COUNT(*)'
      if (node.filter) writeFilter(node, out)
      out.text += ` > 0 THEN ${name}(${node.distinct ? 'DISTINCT ' : ''}`
      write(node, out)
      if (node.orderBy.length > 0) writeInnerOrder(node, out)
      out.text += ')'
      if (node.filter) writeFilter(node, out)
      out.text += ' END'
    },
    windowed: () => false,
  }
}

export const sqliteAggregates: AggregateTable = {
  ...ansiAggregates,
  stringAgg: {
    write(node, out) {
      if (node.distinct)
        throw new UnsupportedFeatureError(
          out.dialect,
          'distinctStringAgg',
          'DISTINCT beside a separator',
          'select the distinct texts in a subquery',
        )
      writeFiltered(node, out, (args) => {
        out.text += 'GROUP_CONCAT('
        out.list(args, (arg) => out.expression(arg))
        if (node.orderBy.length > 0) writeInnerOrder(node, out)
        out.text += ')'
      })
    },
    windowed: ({ orderBy }) => orderBy.length === 0,
  },
  arrayAgg: lacks('arrays', 'arrays', 'use jsonAgg()'),
  jsonAgg: collected('JSON_GROUP_ARRAY', (node, out) => writeMember(node.args[0]!, out)),
  jsonObjectAgg: collected('JSON_GROUP_OBJECT', (node, out) => {
    out.expression(node.args[0]!)
    out.text += ', '
    writeMember(node.args[1]!, out)
  }),
  boolAnd: truth('MIN'),
  boolOr: truth('MAX'),
  stddev: noStatistics,
  stddevPop: noStatistics,
  variance: noStatistics,
  varPop: noStatistics,
}

export const sqlitePrecedence: Precedence = {
  ...ansiPrecedence,
  call: (node) => (node.custom ? binding.primary : sqliteFunctions[node.name as keyof FunctionTable].level),
}

/** Functions that work out a number, for which an exact numeric that is stored as text would be some other number. */
const numeric: ReadonlySet<string> = new Set(
  'abs ceil floor round trunc sign power sqrt exp ln log10 sin cos tan asin acos atan atan2 degrees radians greatest least'.split(' '),
)

/** What in SQLite depends on whether an exact numeric is text. */
export const takesNumbers = (name: string): boolean => numeric.has(name)

const isQuantified = (node: ExpressionNode): node is ExpressionNode & { kind: 'quantified' } => node.kind === 'quantified'
/** `= ANY` is IN and `<> ALL` is NOT IN; no other comparison with several rows exists here. */
export function writeQuantified(operator: string, left: ExpressionNode, right: ExpressionNode, out: Writer): boolean {
  if (!isQuantified(right)) return false
  const isIn = operator === '=' && right.quantifier === 'any'
  if (right.statement === undefined || !(isIn || (operator === '<>' && right.quantifier === 'all')))
    throw new UnsupportedFeatureError(
      out.dialect,
      right.statement === undefined ? 'arrays' : 'quantified',
      `${operator} ${right.quantifier.toUpperCase()} (…)`,
      'compare with the min() or max() of a scalar subquery, or use exists()',
    )
  ansi.inQuery(make.inQuery(left, right.statement, !isIn), out)
  return true
}

/** `(a, b) IN ((1, 2))` wants VALUES here. */
export function writeTupleList(node: ExpressionNode & { kind: 'inList' }, out: Writer): void {
  out.expression(node.operand, binding.predicate + 1)
  out.text += node.negated ? ' NOT IN (VALUES ' : ' IN (VALUES '
  out.list(node.items, (item) => out.expression(item))
  out.text += ')'
}

/** Two whole numbers stored in a NUMERIC column would divide as integers. */
export function writeDivision(node: ExpressionNode & { kind: 'binary' }, out: Writer): boolean {
  const { left, right } = node
  const sides = [left, right]
  if (node.operator !== '/' || !sides.every((side) => isNumber(side.type.family))) return false
  if (sides.every((side) => isInteger(side.type)) || sides.some((side) => side.type.family === 'float')) return false
  out.text += 'CAST('
  out.expression(left)
  out.text += ' AS REAL) / '
  out.expression(right, binding.sign)
  return true
}

export const sqliteExpressionFeatures = {
  arrays: false,
  ranges: false,
  generateSeries: false,
  textSearch: false,
  matchAgainst: false,
  fts5: true,
  regexp: false,
  tryCast: false,
  reverse: false,
  splitPart: false,
  truncDigits: false,
  statistics: false,
  withinGroup: false,
  aggregateOrder: [3, 44, 0],
  distinctStringAgg: false,
  jsonObjectAggFilter: true,
  jsonContains: false,
  windowedCollection: false,
  frameExclude: true,
  lagDefault: true,
  quantified: false,
  microseconds: false,
} as const
