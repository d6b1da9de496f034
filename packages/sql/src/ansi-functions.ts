/** Functions as the standard has them, where at least two of the dialects write them so. A dialect spreads the table and replaces what differs. */
import type { ExpressionNode, ParameterNode } from '@quern/expression'
import { isInteger, isNumber, isWider } from '@quern/expression'
import { type FunctionEmitter, type FunctionTable, form, refused, units } from './functions.js'
import { binding } from './writer.js'

/** COALESCE and NULLIF: a parameter takes the type of the other argument. */
const likeFirst = (name: string): FunctionEmitter => ({
  level: binding.primary,
  write(args, out) {
    out.text += `${name}(`
    const typed = args.filter((arg) => arg.kind !== 'parameter' && arg.type.name !== 'custom')
    const inferable = (arg: ExpressionNode): boolean => typed.some(({ type }) => !isWider(arg.type, type))
    out.list(args, (arg) => (inferable(arg) ? out.inferred(arg) : out.expression(arg)))
    out.text += ')'
  },
})

/** Of two numbers of arguments, one text each. */
export const byCount = (...forms: readonly (readonly [count: number, emitter: FunctionEmitter])[]): FunctionEmitter => ({
  level: forms[0]![1].level,
  write(args, out, node) {
    forms.find(([count]) => count === args.length)![1].write(args, out, node)
  },
})

const whole = (node: ExpressionNode): boolean => isInteger(node.type)
/** Whole numbers stay as they are: some servers would make doubles of them. */
export const unlessWhole = (emitter: FunctionEmitter): FunctionEmitter => ({
  level: binding.none,
  write(args, out, node) {
    if (whole(args[0]!)) out.expression(args[0]!)
    else emitter.write(args, out, node)
  },
})

/** Halves away from zero, on floating point too; what is cut off is exact, so nothing is rounded twice. */
export const roundHalf = (cut: string): FunctionEmitter =>
  form(`${cut} + CASE WHEN ABS({0!} - ${cut}) >= 0.5 THEN SIGN({0}) ELSE 0 END`, binding.sum)

/** ROUND of floating point by `roundHalf`, of exact numbers by the server. */
export const rounding = (cut: string, exact: FunctionEmitter): FunctionEmitter => ({
  level: binding.none,
  write(args, out, node) {
    const { family } = args[0]!.type
    ;(isNumber(family) && family !== 'float' ? exact : roundHalf(cut)).write(args, out, node)
  },
})

const startsAtOne = (node: ExpressionNode): boolean => node.kind === 'parameter' && typeof node.value === 'number' && node.value >= 1
const fromOne = 'CASE WHEN {1!} < 1 THEN 1 ELSE {1} END'
/** Places before the first are empty: SQL's own rule, which only PostgreSQL keeps. */
export const substringBy = (name: string): FunctionEmitter => {
  const simple = byCount([2, form(`${name}({0}, {1})`)], [3, form(`${name}({0}, {1}, {2})`)])
  const careful = byCount(
    [2, form(`${name}({0}, ${fromOne})`)],
    [
      3,
      form(
        `${name}({0}, ${fromOne}, CASE WHEN {1!} < 1 THEN CASE WHEN {2!} + {1!} - 1 < 0 THEN 0 ELSE {2!} + {1!} - 1 END WHEN {2!} < 0 THEN 0 ELSE {2} END)`,
      ),
    ],
  )
  return {
    level: binding.primary,
    write: (args, out, node) => (args.slice(1).every(startsAtOne) ? simple : careful).write(args, out, node),
  }
}

/** A count that is a value was checked; an expression may be negative, and then counts as 0. */
export const counting = (checked: FunctionEmitter, careful: FunctionEmitter): FunctionEmitter => ({
  level: binding.primary,
  write: (args, out, node) => (startsAtOne(args[1]!) ? checked : careful).write(args, out, node),
})
const notBelowZero = 'CASE WHEN {1!} < 0 THEN 0 ELSE {1} END'

const onlyPostgres = 'only PostgreSQL has it'
const arrays = refused('arrays', 'arrays', 'use json() or a table of its own')
const ranges = refused('ranges', 'ranges', 'use two columns')
const textSearch = refused('textSearch', 'tsvector and tsquery', 'use the full text search of its own')
const matchAgainst = refused('matchAgainst', 'MATCH … AGAINST', 'use the full text search of its own')
const other = binding.other

export const parameterText = (node: ExpressionNode): string => String((node as ParameterNode).value)

/** LAG and LEAD: the offset is written in place, since some servers take no parameter there. */
export const neighbour = (name: string): FunctionEmitter =>
  byCount([1, form(`${name}({0})`)], [2, form(`${name}({0}, {1#})`)], [3, form(`${name}({0}, {1#}, {2})`)])

export const ansiFunctions: FunctionTable = {
  coalesce: likeFirst('COALESCE'),
  nullif: likeFirst('NULLIF'),
  greatest: form('GREATEST({*})'),
  least: form('LEAST({*})'),
  tryCast: refused('tryCast', 'CAST that yields NULL instead of an error', 'check the text first, in the program or with a condition'),

  lower: form('LOWER({0})'),
  upper: form('UPPER({0})'),
  trim: form('TRIM(BOTH {1} FROM {0})'),
  ltrim: form('TRIM(LEADING {1} FROM {0})'),
  rtrim: form('TRIM(TRAILING {1} FROM {0})'),
  substring: substringBy('SUBSTRING'),
  position: form('POSITION({0!} IN {1!})'),
  replace: form('REPLACE({0}, {1}, {2})'),
  lpad: form('LPAD({0}, {1}, {2})'),
  rpad: form('RPAD({0}, {1}, {2})'),
  left: counting(form('LEFT({0}, {1})'), form(`LEFT({0}, ${notBelowZero})`)),
  right: counting(form('RIGHT({0}, {1})'), form(`RIGHT({0}, ${notBelowZero})`)),
  repeat: form('REPEAT({0}, {1})'),
  reverse: form('REVERSE({0})'),
  charLength: form('CHAR_LENGTH({0})'),
  octetLength: form('OCTET_LENGTH({0})'),
  splitPart: form('SPLIT_PART({0}, {1}, {2})'),
  regexp: form("REGEXP_LIKE({0}, {1}, 'c')"),
  iregexp: form("REGEXP_LIKE({0}, {1}, 'i')"),

  abs: form('ABS({0})'),
  ceil: unlessWhole(form('CEILING({0})')),
  floor: unlessWhole(form('FLOOR({0})')),
  round: unlessWhole(rounding('TRUNC({0})', byCount([1, form('ROUND({0})')], [2, form('ROUND({0}, {1#})')]))),
  trunc: unlessWhole(byCount([1, form('TRUNC({0})')], [2, form('TRUNC({0}, {1#})')])),
  sign: form('SIGN({0})'),
  power: form('POWER({0}, {1})'),
  sqrt: form('SQRT({0})'),
  exp: form('EXP({0})'),
  ln: form('LN({0})'),
  log10: form('LOG10({0})'),
  sin: form('SIN({0})'),
  cos: form('COS({0})'),
  tan: form('TAN({0})'),
  asin: form('ASIN({0})'),
  acos: form('ACOS({0})'),
  atan: form('ATAN({0})'),
  atan2: form('ATAN2({0}, {1})'),
  degrees: form('DEGREES({0})'),
  radians: form('RADIANS({0})'),
  random: form('RANDOM()'),
  bitAnd: form('{0!} & {1!}', other),
  bitOr: form('{0!} | {1!}', other),
  bitXor: form('{0!} ^ {1!}', other),
  bitNot: form('~{0!}', other),
  shiftLeft: form('{0!} << {1#}', other),
  shiftRight: form('{0!} >> {1#}', other),

  now: form('CURRENT_TIMESTAMP(3)'),
  currentDate: form('CURRENT_DATE'),
  ...units('extract', {
    year: form('EXTRACT(YEAR FROM {0})'),
    quarter: form('EXTRACT(QUARTER FROM {0})'),
    month: form('EXTRACT(MONTH FROM {0})'),
    week: form('EXTRACT(WEEK FROM {0})'),
    day: form('EXTRACT(DAY FROM {0})'),
    hour: form('EXTRACT(HOUR FROM {0})'),
    minute: form('EXTRACT(MINUTE FROM {0})'),
    second: form('EXTRACT(SECOND FROM {0})'),
    dayOfWeek: form('EXTRACT(ISODOW FROM {0})'),
    dayOfYear: form('EXTRACT(DOY FROM {0})'),
    epoch: form('EXTRACT(EPOCH FROM {0})'),
  }),
  ...units('dateTrunc', {
    year: form("DATE_TRUNC('year', {0})"),
    quarter: form("DATE_TRUNC('quarter', {0})"),
    month: form("DATE_TRUNC('month', {0})"),
    week: form("DATE_TRUNC('week', {0})"),
    day: form("DATE_TRUNC('day', {0})"),
    hour: form("DATE_TRUNC('hour', {0})"),
    minute: form("DATE_TRUNC('minute', {0})"),
    second: form("DATE_TRUNC('second', {0})"),
  }),
  ...units('dateAdd', {
    year: form('DATE_ADD({0}, INTERVAL {1} YEAR)'),
    quarter: form('DATE_ADD({0}, INTERVAL {1} QUARTER)'),
    month: form('DATE_ADD({0}, INTERVAL {1} MONTH)'),
    week: form('DATE_ADD({0}, INTERVAL {1} WEEK)'),
    day: form('DATE_ADD({0}, INTERVAL {1} DAY)'),
    hour: form('DATE_ADD({0}, INTERVAL {1} HOUR)'),
    minute: form('DATE_ADD({0}, INTERVAL {1} MINUTE)'),
    second: form('DATE_ADD({0}, INTERVAL {1} SECOND)'),
    millisecond: form('DATE_ADD({0}, INTERVAL {1!} * 1000 MICROSECOND)'),
  }),
  ...units('dateDiff', {
    week: form('TIMESTAMPDIFF(WEEK, {0}, {1})'),
    day: form('TIMESTAMPDIFF(DAY, {0}, {1})'),
    hour: form('TIMESTAMPDIFF(HOUR, {0}, {1})'),
    minute: form('TIMESTAMPDIFF(MINUTE, {0}, {1})'),
    second: form('TIMESTAMPDIFF(SECOND, {0}, {1})'),
    millisecond: form('TIMESTAMPDIFF(MICROSECOND, {0}, {1}) DIV 1000', binding.product),
  }),

  jsonGet: form('JSON_QUERY({*})'),
  jsonGetText: form('JSON_VALUE({*})'),
  jsonSet: form('JSON_SET({*})'),
  jsonRemove: form('JSON_REMOVE({*})'),
  jsonContains: form('JSON_CONTAINS({0}, {1})'),
  jsonArrayLength: form('JSON_LENGTH({0})'),
  jsonType: form('JSON_TYPE({0})'),
  jsonObject: form('JSON_OBJECT({*})'),
  jsonArray: form('JSON_ARRAY({*})'),

  arrayElement: arrays,
  arraySlice: arrays,
  arrayContains: arrays,
  arrayContainedBy: arrays,
  arrayOverlaps: arrays,
  arrayAppend: arrays,
  arrayPrepend: arrays,
  arrayConcat: arrays,
  arrayLength: arrays,
  rangeContains: ranges,
  rangeContainedBy: ranges,
  rangeOverlaps: ranges,
  rangeAdjacent: ranges,
  rangeBefore: ranges,
  rangeAfter: ranges,
  rangeLower: ranges,
  rangeUpper: ranges,
  rangeIsEmpty: ranges,
  rangeIntersection: ranges,
  rangeUnion: ranges,
  toTsvector: textSearch,
  toTsquery: textSearch,
  plaintoTsquery: textSearch,
  phrasetoTsquery: textSearch,
  websearchToTsquery: textSearch,
  matches: textSearch,
  tsRank: textSearch,
  ...units('match', { natural: matchAgainst, boolean: matchAgainst, expansion: matchAgainst }),
  fts5: refused('fts5', 'MATCH of FTS5', 'use the full text search of its own'),
  generateSeries: refused('generateSeries', 'GENERATE_SERIES', 'use a recursive common table expression'),
  unnest: arrays,
  jsonArrayElements: refused('generateSeries', 'JSONB_ARRAY_ELEMENTS', onlyPostgres),

  rowNumber: form('ROW_NUMBER()'),
  rank: form('RANK()'),
  denseRank: form('DENSE_RANK()'),
  percentRank: form('PERCENT_RANK()'),
  cumeDist: form('CUME_DIST()'),
  ntile: form('NTILE({0#})'),
  lag: neighbour('LAG'),
  lead: neighbour('LEAD'),
  firstValue: form('FIRST_VALUE({0})'),
  lastValue: form('LAST_VALUE({0})'),
  nthValue: form('NTH_VALUE({0}, {1#})'),
}
