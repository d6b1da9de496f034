/** Expressions as PostgreSQL writes them. */
import { type AggregateNode, builtin, type ExpressionNode, isInteger, make, type TypeName } from '@quern/expression'
import {
  type AggregateTable,
  ansi,
  ansiAggregates,
  ansiFunctions,
  ansiPrecedence,
  binding,
  castName,
  type Emitters,
  type FunctionEmitter,
  type FunctionTable,
  form,
  type Precedence,
  plain,
  refused,
  substringBy,
  supports,
  UnsupportedFeatureError,
  units,
  unlessWhole,
  type Writer,
  writeFiltered,
  writeInnerOrder,
} from '@quern/sql'
import { jsonText } from './json-moment.js'
import { isPosition, position } from './json-path.js'

const other = binding.other
const isFloat = (node: ExpressionNode): boolean => node.type.family === 'float'
/** The type json has no equality of its own. */
const isJson = (node: ExpressionNode): boolean => node.type.name === 'json'
const asJsonb = (node: ExpressionNode): ExpressionNode => (isJson(node) ? make.cast(node, builtin.jsonb) : node)
const asDouble = (node: ExpressionNode): ExpressionNode => (isFloat(node) ? node : make.cast(node, builtin.doublePrecision))
/** Functions that count characters take 32-bit integers only; what an operator or a function yields may be wider than it is read. */
const asInteger = (node: ExpressionNode): ExpressionNode => {
  const sure = node.type.name === 'integer' && (node.kind === 'column' || node.kind === 'parameter' || node.kind === 'cast')
  return sure || !isInteger(node.type) ? node : make.cast(node, builtin.integer)
}

/** The same over other forms of the arguments. */
const over = (change: (node: ExpressionNode) => ExpressionNode, emitter: FunctionEmitter): FunctionEmitter => ({
  level: emitter.level,
  write: (args, out, node) => emitter.write(args.map(change), out, node),
})
const counts = (emitter: FunctionEmitter): FunctionEmitter => ({
  level: emitter.level,
  write: (args, out, node) => emitter.write([args[0]!, ...args.slice(1).map(asInteger)], out, node),
})

const part = (name: string): FunctionEmitter => form(`CAST(EXTRACT(${name} FROM {0}) AS int4)`)
/** What becomes a timestamp here goes back to the date that it was. */
const keepingDate = (emitter: FunctionEmitter): FunctionEmitter => ({
  level: binding.none,
  write(args, out, node) {
    if (node.type.name !== 'date') {
      emitter.write(args, out, node)
      return
    }
    out.text += 'CAST('
    emitter.write(args, out, node)
    out.text += ' AS date)'
  },
})
const added = (interval: string): FunctionEmitter => keepingDate(form(`{0!} + {1!} * INTERVAL '${interval}'`, binding.sum))
const difference = (divisor: string): FunctionEmitter =>
  over(asTimestamp, form(`CAST(TRUNC(EXTRACT(EPOCH FROM {1!} - {0!})${divisor}) AS int8)`))
function asTimestamp(node: ExpressionNode): ExpressionNode {
  return make.cast(node, builtin.timestamp)
}

/**
 * `a -> 'key' -> 1`: each step is a parameter of its own type, so that a key is never taken for a position. To `->` a scalar is an array of itself, so
 * its first and last position are asked for by a path that says what it means.
 */
function writeSteps(document: ExpressionNode, path: readonly ExpressionNode[], out: Writer): void {
  const step = path.at(-1)
  if (step === undefined) out.expression(document, binding.primary)
  else if (isPosition(step) && (position(step) === 0 || position(step) === -1)) {
    out.text += 'JSONB_PATH_QUERY_FIRST('
    writeSteps(document, path.slice(0, -1), out)
    out.text += `, 'strict $[${position(step) === 0 ? '0' : 'last'}]', '{}', TRUE)`
  } else {
    writeSteps(document, path.slice(0, -1), out)
    out.text += ' -> '
    out.expression(step)
  }
}
const jsonGet: FunctionEmitter = {
  level: other,
  write: ([document, ...path], out) => writeSteps(asJsonb(document!), path, out),
}
const jsonGetText: FunctionEmitter = {
  level: other,
  write([document, ...path], out) {
    writeSteps(asJsonb(document!), path, out)
    out.text += " #>> '{}'"
  },
}

/** Steps as the text array of `#-` and `jsonb_set`. */
function writePath(path: readonly ExpressionNode[], out: Writer): void {
  out.text += 'ARRAY['
  out.list(path, (step) => out.expression(step.type.name === 'integer' ? make.cast(step, builtin.text) : step))
  out.text += ']'
}

/** Where the path leads through something else than objects for keys and arrays for positions, the document stays as it is. */
const changed = (
  write: (document: ExpressionNode, value: ExpressionNode | undefined, path: readonly ExpressionNode[], out: Writer) => void,
  hasValue: boolean,
) =>
  ({
    level: binding.primary,
    write(args, out) {
      const document = asJsonb(args[0]!)
      const path = args.slice(hasValue ? 2 : 1)
      const parent = path.length === 1 ? document : make.call('jsonGet', [document, ...path.slice(0, -1)], builtin.jsonb)
      out.text += 'CASE WHEN JSONB_TYPEOF('
      out.expression(parent)
      out.text += `) = '${path.at(-1)!.type.name === 'integer' ? 'array' : 'object'}' THEN `
      write(document, hasValue ? args[1] : undefined, path, out)
      out.text += ' ELSE '
      out.expression(document)
      out.text += ' END'
    },
  }) satisfies FunctionEmitter

/** An expression as the value inside JSON that it is on every dialect. */
function writeMember(node: ExpressionNode, out: Writer): void {
  const { name, mode, family } = node.type
  if (node.kind === 'constant') out.text += "'null'::jsonb"
  else if (family === 'json') out.expression(asJsonb(node), binding.primary)
  else if (name === 'numeric' && mode !== 'number') {
    out.text += 'TRIM_SCALE('
    out.expression(node)
    out.text += ')::text'
  } else if ((name === 'bigint' && mode !== 'number') || family === 'enum' || family === 'uuid') {
    out.text += 'CAST('
    out.expression(node)
    out.text += ' AS text)'
  } else if (name === 'timestamp' || name === 'timestamptz') {
    jsonText(node)
    out.text += 'TO_CHAR('
    out.expression(node)
    out.text += `, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  } else {
    jsonText(node)
    out.expression(node)
  }
}

const members = (name: string): FunctionEmitter => ({
  level: binding.primary,
  write(args, out, node) {
    const isObject = node.name === 'jsonObject'
    out.text += `${name}(`
    let i = 0
    out.list(args, (arg) => (isObject && i++ % 2 === 0 ? out.expression(arg) : writeMember(arg, out)))
    out.text += ')'
  },
})

const written: ReadonlySet<TypeName> = new Set<TypeName>(['text', 'varchar', 'char'])
function jsonAggregate(name: string, node: AggregateNode, out: Writer): void {
  writeFiltered(node, out, (args) => {
    out.text += `${name}(${node.distinct ? 'DISTINCT ' : ''}`
    let i = 0
    out.list(args, (arg) => {
      if (node.name === 'jsonObjectAgg' && i++ === 0) out.expression(arg)
      else writeMember(arg, out)
    })
    if (node.orderBy.length > 0) writeInnerOrder(node, out)
    out.text += ')'
  })
}

const json = (name: string) => ({ write: (node: AggregateNode, out: Writer) => jsonAggregate(name, node, out), windowed: () => true })

const nullWhereAny = (name: string): FunctionEmitter =>
  // PostgreSQL skips NULLs; the standard and the other servers do not
  form(`CASE WHEN ROW({*}) IS NOT NULL THEN ${name}({*}) END`)

const tryCast: FunctionEmitter = {
  level: binding.primary,
  write(args, out, node) {
    if (!supports(out.dialect, 'tryCast'))
      throw new UnsupportedFeatureError(out.dialect, 'tryCast', 'CAST that yields NULL instead of an error', 'check the text first')
    const type = castName(node.type, out.dialect)
    out.text += 'CASE WHEN PG_INPUT_IS_VALID('
    out.expression(textOf(args[0]!))
    out.text += `, '${type}') THEN CAST(`
    out.expression(args[0]!)
    out.text += ` AS ${type}) END`
  },
}
const textOf = (node: ExpressionNode): ExpressionNode =>
  written.has(node.type.name) && node.type.name !== 'text' ? make.cast(node, builtin.text) : node

/** An array or range beside a parameter tells its type; the parameter's own name may be another (text[] beside varchar[]). */
const beside = (operator: string): FunctionEmitter => ({
  level: other,
  write(args, out) {
    out.expression(args[0]!, binding.primary)
    out.text += ` ${operator} `
    const [left, right] = args as [ExpressionNode, ExpressionNode]
    if (left.type.family === 'array' && left.kind !== 'parameter') out.inferred(right, binding.primary)
    else out.expression(right, binding.primary)
  },
})

const narrow = form('CAST(CAST({0} AS int8) >> {1#} AS int4)')
const shifted = form('CAST({0} AS int8) >> {1#}', other)
const double = (name: string): FunctionEmitter => over(asDouble, form(`${name}({*})`))

export const postgresFunctions: FunctionTable = {
  ...ansiFunctions,
  greatest: nullWhereAny('GREATEST'),
  least: nullWhereAny('LEAST'),
  tryCast,
  position: form('STRPOS({1}, {0})'),
  substring: counts(substringBy('SUBSTRING')),
  left: counts(ansiFunctions.left),
  right: counts(ansiFunctions.right),
  repeat: counts(ansiFunctions.repeat),
  regexp: form('{0!} ~ {1!}', other),
  iregexp: form('{0!} ~* {1!}', other),
  sign: form('CAST(SIGN({0}) AS int4)'),
  ...(Object.fromEntries(
    (['power', 'sqrt', 'exp', 'ln', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'degrees', 'radians'] as const).map((name) => [
      name,
      double(name.toUpperCase()),
    ]),
  ) as Pick<
    FunctionTable,
    'power' | 'sqrt' | 'exp' | 'ln' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'atan2' | 'degrees' | 'radians'
  >),
  log10: double('LOG'),
  ceil: unlessWhole(form('CEIL({0})')),
  bitXor: form('{0!} # {1!}', other),
  shiftLeft: form('CAST({0} AS int8) << {1#}', other),
  // 64 bits wide while it is shifted, since 32 would count the places modulo 32; what comes out fits where it came from
  shiftRight: {
    level: binding.none,
    write(args, out, node) {
      const wide = node.type.name === 'bigint'
      ;(wide ? shifted : narrow).write(args, out, node)
    },
  },
  ...units('extract', {
    year: part('YEAR'),
    quarter: part('QUARTER'),
    month: part('MONTH'),
    week: part('WEEK'),
    day: part('DAY'),
    hour: part('HOUR'),
    minute: part('MINUTE'),
    second: form('CAST(FLOOR(EXTRACT(SECOND FROM {0})) AS int4)'),
    dayOfWeek: part('ISODOW'),
    dayOfYear: part('DOY'),
    epoch: form('CAST(EXTRACT(EPOCH FROM {0}) AS float8)'),
  }),
  ...units('dateTrunc', {
    year: keepingDate(ansiFunctions['dateTrunc year']),
    quarter: keepingDate(ansiFunctions['dateTrunc quarter']),
    month: keepingDate(ansiFunctions['dateTrunc month']),
    week: keepingDate(ansiFunctions['dateTrunc week']),
    day: keepingDate(ansiFunctions['dateTrunc day']),
    hour: ansiFunctions['dateTrunc hour'],
    minute: ansiFunctions['dateTrunc minute'],
    second: ansiFunctions['dateTrunc second'],
  }),
  ...units('dateAdd', {
    year: added('1 year'),
    quarter: added('3 months'),
    month: added('1 month'),
    week: added('7 days'),
    day: added('1 day'),
    hour: added('1 hour'),
    minute: added('1 minute'),
    second: added('1 second'),
    millisecond: added('1 millisecond'),
  }),
  ...units('dateDiff', {
    week: difference(' / 604800'),
    day: difference(' / 86400'),
    hour: difference(' / 3600'),
    minute: difference(' / 60'),
    second: difference(''),
    millisecond: difference(' * 1000'),
  }),
  jsonGet,
  jsonGetText,
  jsonSet: changed((document, value, path, out) => {
    out.text += 'JSONB_SET('
    out.expression(document)
    out.text += ', '
    writePath(path, out)
    out.text += ', COALESCE(TO_JSONB('
    writeMember(value!, out)
    out.text += "), 'null'))"
  }, true),
  jsonRemove: changed((document, _, path, out) => {
    out.expression(document, binding.primary)
    out.text += ' #- '
    writePath(path, out)
  }, false),
  jsonContains: over(asJsonb, form('{0!} @> {1!}', other)),
  jsonArrayLength: over(asJsonb, form("CASE WHEN JSONB_TYPEOF({0}) = 'array' THEN JSONB_ARRAY_LENGTH({0}) END")),
  jsonType: over(asJsonb, form('JSONB_TYPEOF({0})')),
  jsonObject: members('JSONB_BUILD_OBJECT'),
  jsonArray: members('JSONB_BUILD_ARRAY'),
  arrayElement: form('({0})[{1}]'),
  arraySlice: {
    level: binding.primary,
    write(args, out) {
      out.text += '('
      out.expression(args[0]!)
      out.text += ')['
      out.expression(args[1]!)
      out.text += ':'
      if (args[2]) out.expression(args[2])
      out.text += ']'
    },
  },
  arrayContains: beside('@>'),
  arrayContainedBy: beside('<@'),
  arrayOverlaps: beside('&&'),
  arrayAppend: form('ARRAY_APPEND({0}, {1~})'),
  arrayPrepend: form('ARRAY_PREPEND({1~}, {0})'),
  arrayConcat: beside('||'),
  arrayLength: form('CARDINALITY({0})'),
  rangeContains: beside('@>'),
  rangeContainedBy: beside('<@'),
  rangeOverlaps: beside('&&'),
  rangeAdjacent: beside('-|-'),
  rangeBefore: beside('<<'),
  rangeAfter: beside('>>'),
  rangeLower: form('LOWER({0})'),
  rangeUpper: form('UPPER({0})'),
  rangeIsEmpty: form('ISEMPTY({0})'),
  rangeIntersection: beside('*'),
  rangeUnion: beside('+'),
  toTsvector: form('TO_TSVECTOR({*})'),
  toTsquery: form('TO_TSQUERY({*})'),
  plaintoTsquery: form('PLAINTO_TSQUERY({*})'),
  phrasetoTsquery: form('PHRASETO_TSQUERY({*})'),
  websearchToTsquery: form('WEBSEARCH_TO_TSQUERY({*})'),
  matches: form('{0!} @@ {1!}', other),
  tsRank: form('TS_RANK({0}, {1})'),
  generateSeries: form('GENERATE_SERIES({*})'),
  unnest: form('UNNEST({0})'),
  jsonArrayElements: over(asJsonb, form('JSONB_ARRAY_ELEMENTS({0})')),
  ...units('match', {
    natural: refused('matchAgainst', 'MATCH … AGAINST', 'use toTsvector() and matches()'),
    boolean: refused('matchAgainst', 'MATCH … AGAINST', 'use toTsvector() and matches()'),
    expansion: refused('matchAgainst', 'MATCH … AGAINST', 'use toTsvector() and matches()'),
  }),
}

const doubled = (name: string) => plain(name, asDouble)
export const postgresAggregates: AggregateTable = {
  ...ansiAggregates,
  jsonAgg: json('JSONB_AGG'),
  jsonObjectAgg: json('JSONB_OBJECT_AGG'),
  stddev: doubled('STDDEV_SAMP'),
  stddevPop: doubled('STDDEV_POP'),
  variance: doubled('VAR_SAMP'),
  varPop: doubled('VAR_POP'),
}

export const postgresPrecedence: Precedence = {
  ...ansiPrecedence,
  call: (node) => (node.custom ? binding.primary : postgresFunctions[node.name as keyof FunctionTable].level),
}

export const postgresExpressions: Pick<Emitters, 'binary' | 'inList' | 'like'> = {
  binary: (node, out) => {
    if (node.operator === '%' && [node.left, node.right].some(isFloat))
      throw new UnsupportedFeatureError(out.dialect, 'floatModulo', '% for floating point', 'cast both sides to numeric')
    if (isJson(node.left) || isJson(node.right))
      ansi.binary(make.binary(node.operator, asJsonb(node.left), asJsonb(node.right), node.type), out)
    else ansi.binary(node, out)
  },
  inList: (node, out) => {
    if (isJson(node.operand)) ansi.inList(make.inList(asJsonb(node.operand), node.items.map(asJsonb), node.negated), out)
    else ansi.inList(node, out)
  },
  like: (node, out) => {
    if (!node.insensitive) {
      ansi.like(node, out)
      return
    }
    out.expression(node.operand, binding.predicate + 1)
    out.text += ' ILIKE '
    out.inferred(node.pattern, binding.predicate + 1)
    out.text += out.dialect.likeEscape
  },
}
export const postgresExpressionFeatures = {
  arrays: true,
  ranges: true,
  generateSeries: true,
  textSearch: true,
  matchAgainst: false,
  fts5: false,
  regexp: true,
  tryCast: [16, 0, 0],
  reverse: true,
  splitPart: true,
  truncDigits: true,
  statistics: true,
  withinGroup: true,
  aggregateOrder: true,
  distinctStringAgg: true,
  jsonObjectAggFilter: true,
  jsonContains: true,
  windowedCollection: true,
  frameExclude: true,
  lagDefault: true,
  quantified: true,
  microseconds: true,
} as const
