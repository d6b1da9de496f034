/** Expressions as MySQL and MariaDB write them. */
import { type AggregateNode, builtin, type ExpressionNode, isInteger, make } from '@quern/expression'
import {
  type AggregateEmitter,
  type AggregateTable,
  ansi,
  ansiAggregates,
  ansiFunctions,
  ansiPrecedence,
  binding,
  byCount,
  castName,
  type Emitters,
  type FunctionEmitter,
  type FunctionTable,
  filtered,
  form,
  type Precedence,
  plain,
  rounding,
  UnsupportedFeatureError,
  units,
  unlessWhole,
  type Writer,
  writeFiltered,
  writeLiteral,
  writeOperands,
  writeOrder,
} from '@quern/sql'
import { jsonText } from './json-moment.js'
import { isPosition, pathParameter, position } from './json-path.js'

const asDouble = (node: ExpressionNode): ExpressionNode =>
  node.type.family === 'float' && node.kind !== 'parameter' ? node : make.cast(node, builtin.doublePrecision)
/** A bound moment is a text to the server until it is told. */
const asMoment = (node: ExpressionNode): ExpressionNode => (node.kind === 'parameter' ? make.cast(node, node.type) : node)
const moments = (emitter: FunctionEmitter): FunctionEmitter => ({
  level: emitter.level,
  write: (args, out, node) =>
    emitter.write([asMoment(args[0]!), ...args.slice(1).map((arg) => (arg.type.family === 'datetime' ? asMoment(arg) : arg))], out, node),
})

/** A text of a moment as the type that the whole expression has. */
const truncated = (text: string): FunctionEmitter => {
  const inner = form(text)
  return {
    level: binding.primary,
    write(args, out, node) {
      out.text += 'CAST('
      inner.write([asMoment(args[0]!)], out, node)
      out.text += ` AS ${castName(node.type, out.dialect)})`
    },
  }
}
const cut = (pattern: string): FunctionEmitter => truncated(`DATE_FORMAT({0}, '${pattern}')`)

/** What MySQL and MariaDB write differently of JSON. */
export interface JsonWords {
  /** Around a text that is JSON. */
  readonly parse: readonly [before: string, after: string]
}
const last = (back: number): string => (back === 1 ? '[last]' : `[last-${back - 1}]`)

/** Both servers take a value that is no array for an array of itself at position 0, and at the last. */
const wraps = (step: ExpressionNode): boolean => isPosition(step) && position(step) <= 0

export function jsonFunctions({ parse }: JsonWords): Pick<
  FunctionTable,
  'jsonGet' | 'jsonGetText' | 'jsonSet' | 'jsonRemove' | 'jsonContains' | 'jsonArrayLength' | 'jsonType' | 'jsonObject' | 'jsonArray'
> & {
  writeMember: (node: ExpressionNode, out: Writer) => void
} {
  const parsed = (out: Writer, write: () => void): void => {
    out.text += parse[0]
    write()
    out.text += parse[1]
  }
  const writeDocument = (node: ExpressionNode, out: Writer): void => {
    if (node.kind === 'parameter') parsed(out, () => out.expression(node))
    else out.expression(node)
  }
  const writeExtract = (document: ExpressionNode, path: readonly ExpressionNode[], out: Writer): void => {
    if (path.length === 0) {
      writeDocument(document, out)
      return
    }
    out.text += 'JSON_EXTRACT('
    writeDocument(document, out)
    out.text += ', '
    out.expression(pathParameter(path, last))
    out.text += ')'
  }
  const writeMember = (node: ExpressionNode, out: Writer): void => {
    const { name, mode, family, scale } = node.type
    if (node.kind === 'constant') out.text += 'NULL'
    else if (family === 'json') parsed(out, () => out.expression(node))
    else if (family === 'boolean') {
      parsed(out, () => {
        out.text += 'ELT(('
        out.expression(node, binding.primary)
        out.text += " <> 0) + 1, 'false', 'true')"
      })
    } else if (name === 'numeric' && mode !== 'number') {
      out.text += "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST("
      out.expression((scale ?? 0) > 0 ? node : make.cast(node, builtin.numeric))
      out.text += ' AS char)))'
    } else if (name === 'bigint' && mode !== 'number') {
      out.text += 'CAST('
      out.expression(node)
      out.text += ' AS char)'
    } else if (name === 'timestamp' || name === 'timestamptz') {
      jsonText(node)
      out.text += 'CONCAT(LEFT(DATE_FORMAT('
      out.expression(asMoment(node))
      out.text += ", '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')"
    } else {
      jsonText(node)
      out.expression(node)
    }
  }
  /** The guards for positions 0, then what is written under them; `also` is one more condition. */
  const guarded = (
    document: ExpressionNode,
    path: readonly ExpressionNode[],
    out: Writer,
    also: (() => void) | undefined,
    write: () => void,
  ): void => {
    const guards = path.flatMap((step, i) =>
      wraps(step)
        ? [
            () => {
              out.text += 'JSON_TYPE('
              writeExtract(document, path.slice(0, i), out)
              out.text += ") = 'ARRAY'"
            },
          ]
        : [],
    )
    if (also) guards.push(also)
    if (guards.length === 0) {
      write()
      return
    }
    out.text += 'CASE WHEN '
    out.list(guards, (guard) => guard(), ' AND ')
    out.text += ' THEN '
    write()
    out.text += ' END'
  }
  /** Where the parent is no object for a key and no array for a position, the document stays as it is. */
  const changed = (hasValue: boolean): FunctionEmitter => ({
    level: binding.primary,
    write(args, out) {
      const document = args[0]!
      const path = args.slice(hasValue ? 2 : 1)
      const parent = path.slice(0, -1)
      out.text += 'CASE WHEN JSON_TYPE('
      guarded(document, parent, out, undefined, () => writeExtract(document, parent, out))
      out.text += `) = '${isPosition(path.at(-1)!) ? 'ARRAY' : 'OBJECT'}' THEN ${hasValue ? 'JSON_SET' : 'JSON_REMOVE'}(`
      writeDocument(document, out)
      out.text += ', '
      out.expression(pathParameter(path, last))
      if (hasValue) {
        out.text += ', '
        writeMember(args[1]!, out)
      }
      out.text += ') ELSE '
      writeDocument(document, out)
      out.text += ' END'
    },
  })
  const members = (name: string): FunctionEmitter => ({
    level: binding.primary,
    write(args, out, node) {
      out.text += `${name}(`
      let i = 0
      out.list(args, (arg) => (node.name === 'jsonObject' && i++ % 2 === 0 ? out.expression(arg) : writeMember(arg, out)))
      out.text += ')'
    },
  })
  return {
    writeMember,
    jsonGet: {
      level: binding.primary,
      write([document, ...path], out) {
        guarded(document!, path, out, undefined, () => writeExtract(document!, path, out))
      },
    },
    jsonGetText: {
      level: binding.primary,
      write([document, ...path], out) {
        const extract = (): void => writeExtract(document!, path, out)
        // JSON's null would be the text 'null'
        const notNull = (): void => {
          out.text += 'JSON_TYPE('
          extract()
          out.text += ") <> 'NULL'"
        }
        guarded(document!, path, out, notNull, () => {
          out.text += 'JSON_UNQUOTE('
          extract()
          out.text += ')'
        })
      },
    },
    jsonSet: changed(true),
    jsonRemove: changed(false),
    jsonContains: {
      level: binding.primary,
      write(args, out) {
        out.text += 'JSON_CONTAINS('
        writeDocument(args[0]!, out)
        out.text += ', '
        writeDocument(args[1]!, out)
        out.text += ')'
      },
    },
    jsonArrayLength: form("CASE WHEN JSON_TYPE({0}) = 'ARRAY' THEN JSON_LENGTH({0}) END"),
    jsonType: form(
      "CASE JSON_TYPE({0}) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'STRING' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' WHEN 'INTEGER' THEN 'number' WHEN 'UNSIGNED INTEGER' THEN 'number' WHEN 'DOUBLE' THEN 'number' WHEN 'DECIMAL' THEN 'number' ELSE LOWER(JSON_TYPE({0})) END",
    ),
    jsonObject: members('JSON_OBJECT'),
    jsonArray: members('JSON_ARRAY'),
  }
}

const { writeMember, ...mysqlJson } = jsonFunctions({ parse: ['CAST(', ' AS JSON)'] })
/** Bits are unsigned here; the same 64 bits with their sign. */
const bits = (operator: string): FunctionEmitter => form(`CAST({0!} ${operator} {1!} AS SIGNED)`)
const parts =
  "CASE WHEN (CHAR_LENGTH({0}) - CHAR_LENGTH(REPLACE({0}, {1}, ''))) DIV CHAR_LENGTH({1}) < {2} - 1 THEN '' ELSE SUBSTRING_INDEX(SUBSTRING_INDEX({0}, {1}, {2}), {1}, -1) END"
const against = (words: string): FunctionEmitter => ({
  level: binding.primary,
  write([text, ...columns], out) {
    out.text += 'MATCH ('
    out.list(columns, (column) => out.expression(column))
    out.text += ') AGAINST ('
    out.expression(text!)
    out.text += ` ${words})`
  },
})

/** MySQL repeats in place what TRIM() of constants keeps for all rows, so that each row is twice as long as the last; CONCAT() makes a text of its own. */
const repeated: FunctionEmitter = {
  level: binding.primary,
  write(args, out) {
    const text = args[0]!
    const own = text.kind === 'column' || text.kind === 'parameter'
    out.text += own ? 'REPEAT(' : 'REPEAT(CONCAT('
    out.expression(text)
    out.text += own ? ', ' : ", ''), "
    out.expression(args[1]!)
    out.text += ')'
  },
}

export const mysqlFunctions: FunctionTable = {
  ...ansiFunctions,
  ...mysqlJson,
  // no argument tells the type of another here
  coalesce: form('COALESCE({*})'),
  nullif: form('NULLIF({*})'),
  repeat: repeated,
  position: form('LOCATE({0}, {1})'),
  splitPart: form(parts),
  round: unlessWhole(rounding('TRUNCATE({0}, 0)', byCount([1, form('ROUND({0})')], [2, form('ROUND({0}, {1#})')]))),
  trunc: unlessWhole(byCount([1, form('TRUNCATE({0}, 0)')], [2, form('TRUNCATE({0}, {1#})')])),
  random: form('RAND()'),
  bitAnd: bits('&'),
  bitOr: bits('|'),
  bitXor: bits('^'),
  bitNot: form('CAST(~{0!} AS SIGNED)'),
  shiftLeft: form('CAST({0!} << {1#} AS SIGNED)'),
  shiftRight: form('CASE WHEN {0!} < 0 THEN CAST(~(~{0!} >> {1#}) AS SIGNED) ELSE CAST({0!} >> {1#} AS SIGNED) END'),
  ...units('extract', {
    year: moments(ansiFunctions['extract year']),
    quarter: moments(ansiFunctions['extract quarter']),
    month: moments(ansiFunctions['extract month']),
    week: moments(form('WEEK({0}, 3)')),
    day: moments(ansiFunctions['extract day']),
    hour: moments(ansiFunctions['extract hour']),
    minute: moments(ansiFunctions['extract minute']),
    second: moments(ansiFunctions['extract second']),
    dayOfWeek: moments(form('WEEKDAY({0}) + 1', binding.sum)),
    dayOfYear: moments(form('DAYOFYEAR({0})')),
    epoch: moments(form("TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {0}) / 1000000e0", binding.product)),
  }),
  ...units('dateTrunc', {
    year: cut('%Y-01-01'),
    quarter: truncated("DATE_SUB(DATE_FORMAT({0}, '%Y-%m-01'), INTERVAL (MONTH({0}) - 1) % 3 MONTH)"),
    month: cut('%Y-%m-01'),
    week: truncated('DATE_SUB(DATE({0}), INTERVAL WEEKDAY({0}) DAY)'),
    day: truncated('DATE({0})'),
    hour: cut('%Y-%m-%d %H:00:00'),
    minute: cut('%Y-%m-%d %H:%i:00'),
    second: cut('%Y-%m-%d %H:%i:%s'),
  }),
  ...units('dateAdd', {
    year: moments(ansiFunctions['dateAdd year']),
    quarter: moments(ansiFunctions['dateAdd quarter']),
    month: moments(ansiFunctions['dateAdd month']),
    week: moments(ansiFunctions['dateAdd week']),
    day: moments(ansiFunctions['dateAdd day']),
    hour: moments(ansiFunctions['dateAdd hour']),
    minute: moments(ansiFunctions['dateAdd minute']),
    second: moments(ansiFunctions['dateAdd second']),
    millisecond: moments(ansiFunctions['dateAdd millisecond']),
  }),
  ...units('dateDiff', {
    week: moments(ansiFunctions['dateDiff week']),
    day: moments(ansiFunctions['dateDiff day']),
    hour: moments(ansiFunctions['dateDiff hour']),
    minute: moments(ansiFunctions['dateDiff minute']),
    second: moments(ansiFunctions['dateDiff second']),
    millisecond: moments(ansiFunctions['dateDiff millisecond']),
  }),
  ...units('match', {
    natural: against('IN NATURAL LANGUAGE MODE'),
    boolean: against('IN BOOLEAN MODE'),
    expansion: against('WITH QUERY EXPANSION'),
  }),
}

/** Truth is a number here, and any number but 0 is true. */
const truth = (name: string): AggregateEmitter => ({
  write: (node, out) =>
    writeFiltered(node, out, ([argument]) => {
      out.text += `${name}(${node.distinct ? 'DISTINCT ' : ''}`
      out.expression(argument!, binding.primary)
      out.text += ' <> 0)'
    }),
  windowed: () => true,
})
const statistics = (name: string) => plain(name, asDouble)
const neverWindowed = () => false

function writeOrders(node: AggregateNode, out: Writer): void {
  if (node.orderBy.length === 0) return
  out.text += ' ORDER BY '
  out.list(node.orderBy, (key) => writeOrder(key, out))
}

const stringAgg: AggregateEmitter = {
  write(node, out) {
    out.text += `GROUP_CONCAT(${node.distinct ? 'DISTINCT ' : ''}`
    out.expression(filtered(node))
    writeOrders(node, out)
    out.text += ' SEPARATOR '
    writeLiteral(node.args[1] as ExpressionNode & { kind: 'parameter' }, out)
    out.text += ')'
  },
  windowed: neverWindowed,
}

/** JSON_ARRAYAGG takes no order and keeps NULLs, so a CASE cannot filter it; the same array, put together as text. */
export function jsonAggOf(member: (node: ExpressionNode, out: Writer) => void, parse: readonly [string, string]): AggregateEmitter {
  return {
    write(node, out) {
      if (node.filter === undefined && !node.distinct && node.orderBy.length === 0) {
        out.text += 'JSON_ARRAYAGG('
        member(node.args[0]!, out)
        out.text += ')'
        return
      }
      out.text += `${parse[0]}CONCAT('[', GROUP_CONCAT(${node.distinct ? 'DISTINCT ' : ''}`
      if (node.filter) {
        out.text += 'CASE WHEN '
        out.expression(node.filter)
        out.text += ' THEN '
      }
      out.text += 'CAST(JSON_EXTRACT(JSON_ARRAY('
      member(node.args[0]!, out)
      out.text += "), '$[0]') AS char)"
      if (node.filter) out.text += ' END'
      writeOrders(node, out)
      out.text += ` SEPARATOR ','), ']')${parse[1]}`
    },
    windowed: neverWindowed,
  }
}

export function jsonObjectAggOf(member: (node: ExpressionNode, out: Writer) => void): AggregateEmitter {
  return {
    write(node, out) {
      if (node.filter)
        throw new UnsupportedFeatureError(out.dialect, 'jsonObjectAggFilter', 'FILTER of an aggregate of objects', 'filter in a subquery')
      out.text += 'JSON_OBJECTAGG('
      out.expression(node.args[0]!)
      out.text += ', '
      member(node.args[1]!, out)
      out.text += ')'
    },
    windowed: neverWindowed,
  }
}

export const mysqlAggregates: AggregateTable = {
  ...ansiAggregates,
  stringAgg,
  arrayAgg: {
    write(_, out) {
      throw new UnsupportedFeatureError(out.dialect, 'arrays', 'arrays', 'use jsonAgg()')
    },
    windowed: () => true,
  },
  jsonAgg: jsonAggOf(writeMember, ['CAST(', ' AS JSON)']),
  jsonObjectAgg: jsonObjectAggOf(writeMember),
  boolAnd: truth('MIN'),
  boolOr: truth('MAX'),
  stddev: statistics('STDDEV_SAMP'),
  stddevPop: statistics('STDDEV_POP'),
  variance: statistics('VAR_SAMP'),
  varPop: statistics('VAR_POP'),
}

export const mysqlPrecedence: Precedence = {
  ...ansiPrecedence,
  call: (node) => (node.custom ? binding.primary : mysqlFunctions[node.name as keyof FunctionTable].level),
  // CONCAT(…) and NOT (… <=> …) instead of operators
  binary: (node) =>
    node.operator === '||' ? binding.primary : node.operator === 'is distinct from' ? binding.not : ansiPrecedence.binary(node),
}

export const mysqlExpressions: Pick<Emitters, 'binary'> = {
  binary: (node, out) => {
    if (node.operator === '||') {
      out.text += 'CONCAT('
      out.list([node.left, node.right], (side) => out.inferred(side))
      out.text += ')'
    } else if (node.operator === 'is not distinct from') {
      writeOperands(node, out, ' <=> ')
    } else if (node.operator === 'is distinct from') {
      out.text += 'NOT ('
      writeOperands(node, out, ' <=> ')
      out.text += ')'
    } else if (node.operator === '/' && isInteger(node.left.type) && isInteger(node.right.type)) {
      // `/` of two integers is a decimal here and an integer elsewhere
      writeOperands(node, out, ' DIV ')
    } else {
      ansi.binary(node, out)
    }
  },
}

export const mysqlExpressionFeatures = {
  arrays: false,
  ranges: false,
  generateSeries: false,
  textSearch: false,
  matchAgainst: true,
  fts5: false,
  regexp: true,
  tryCast: false,
  reverse: true,
  splitPart: true,
  truncDigits: true,
  statistics: true,
  withinGroup: false,
  aggregateOrder: true,
  distinctStringAgg: true,
  jsonObjectAggFilter: false,
  jsonContains: true,
  windowedCollection: false,
  frameExclude: false,
  lagDefault: true,
  quantified: true,
  microseconds: true,
} as const
