/** Dates in SQLite are texts: `YYYY-MM-DD` and `YYYY-MM-DD HH:MM:SS.mmm`, of which its functions work out others. */
import { type CallNode, CompileError, type ExpressionNode, nameOf, type SqlType } from '@quern/expression'
import { binding, type FunctionEmitter, form, refuseVolatile, UnsupportedFeatureError, units, type Writer } from '@quern/sql'

const isDate = (node: ExpressionNode): boolean => node.type.name === 'date'
const isText = (node: ExpressionNode): boolean => node.type.mode === 'string'

/** SQLite's own functions round to milliseconds, so finer ones are cut off before that could carry. */
function writeMoment(node: ExpressionNode, out: Writer): void {
  if (!isText(node)) {
    out.expression(node)
    return
  }
  out.text += 'SUBSTR('
  out.expression(node)
  out.text += ', 1, 23)'
}
function refuseFiner(node: ExpressionNode, place: string, out: Writer): void {
  if (isText(node))
    throw new UnsupportedFeatureError(
      out.dialect,
      'microseconds',
      `${place} of moments finer than a millisecond`,
      'declare the column without mode',
    )
}

const number = (pattern: string, out: Writer, node: ExpressionNode, ...modifiers: string[]): void => {
  out.text += `CAST(STRFTIME('${pattern}', `
  writeMoment(node, out)
  out.text += `${modifiers.map((modifier) => `, '${modifier}'`).join('')}) AS INTEGER)`
}
const part = (pattern: string): FunctionEmitter => ({
  level: binding.primary,
  write: ([node], out) => number(pattern, out, node!),
})
const computed = (pattern: string, before: string, after: string, ...modifiers: string[]): FunctionEmitter => ({
  level: binding.none,
  write([node], out) {
    out.text += before
    number(pattern, out, node!, ...modifiers)
    out.text += after
  },
})

/** Milliseconds since 1970, a whole number. */
function writeMilliseconds(node: ExpressionNode, out: Writer): void {
  refuseVolatile(node, 'the difference of moments')
  out.text += "(CAST(STRFTIME('%s', "
  out.expression(node)
  out.text += ") AS INTEGER) * 1000 + CAST(SUBSTR(STRFTIME('%f', "
  out.expression(node)
  out.text += '), 4) AS INTEGER))'
}

/** The text of a moment as its type has it: a date, with milliseconds, or in mode 'string' without a fraction that is zero. */
const ending = (node: ExpressionNode, clock: string): string => (isDate(node) ? '' : ` ${clock}${isText(node) ? '' : '.000'}`)
const truncated = (date: string, clock: string, ...modifiers: string[]): FunctionEmitter => ({
  level: binding.primary,
  write([node], out) {
    out.text += `STRFTIME('${date}${ending(node!, clock)}', `
    writeMoment(node!, out)
    out.text += `${modifiers.map((modifier) => `, '${modifier}'`).join('')})`
  },
})

const truncatedQuarter: FunctionEmitter = {
  level: binding.primary,
  write([node], out) {
    refuseVolatile(node!, 'dateTrunc()')
    out.text += `STRFTIME('%Y-%m-01${ending(node!, '00:00:00')}', `
    writeMoment(node!, out)
    out.text += ", 'start of month', '-' || (("
    number('%m', out, node!)
    out.text += " - 1) % 3) || ' months')"
  },
}

/** Whole days: the date moves, the time of day stays as it is written. */
const addedDays = (factor: number): FunctionEmitter => ({
  level: binding.other,
  write([node, count], out) {
    refuseVolatile(node!, 'dateAdd()')
    out.text += "STRFTIME('%Y-%m-%d', "
    out.expression(node!)
    out.text += ', ('
    out.expression(count!, binding.primary)
    // `||` binds more strongly than any arithmetic here
    out.text += `${factor === 1 ? '' : ` * ${factor}`}) || ' days')`
    writeClock(node!, out)
  },
})
function writeClock(node: ExpressionNode, out: Writer): void {
  if (isDate(node)) return
  out.text += ' || SUBSTR('
  out.expression(node, binding.none)
  out.text += ', 11)'
}

/** Whole months: the same day, or the last of a month that has no such day. SQLite by itself would go on into the next month. */
const addedMonths = (factor: number): FunctionEmitter => ({
  level: binding.other,
  write([node, count], out) {
    for (const arg of [node!, count!]) refuseVolatile(arg, 'dateAdd()')
    const months = (more: number): void => {
      out.text += '('
      out.expression(count!, binding.primary)
      out.text += `${factor === 1 ? '' : ` * ${factor}`}${more === 0 ? '' : ` + ${more}`}) || ' months'`
    }
    out.text += "STRFTIME('%Y-%m-%d', "
    out.expression(node!)
    out.text += ", 'start of month', "
    months(0)
    out.text += ", '+' || (MIN(CAST(STRFTIME('%d', "
    out.expression(node!)
    out.text += ") AS INTEGER), CAST(STRFTIME('%d', "
    out.expression(node!)
    out.text += ", 'start of month', "
    months(1)
    out.text += ", '-1 day') AS INTEGER)) - 1) || ' days')"
    writeClock(node!, out)
  },
})

const addedTime = (suffix: string): FunctionEmitter => ({
  level: binding.primary,
  write([node, count], out) {
    refuseFiner(node!, 'arithmetic', out)
    out.text += "STRFTIME('%Y-%m-%d %H:%M:%f', "
    out.expression(node!)
    out.text += ', ('
    out.expression(count!, binding.primary)
    out.text += `${suffix})`
  },
})

const difference = (milliseconds: number): FunctionEmitter => ({
  level: binding.none,
  write([from, to], out, node: CallNode) {
    for (const end of [from!, to!]) {
      refuseFiner(end, 'differences', out)
      if (end.type.name === 'time') throw new CompileError(`${nameOf(node)}: ${nameOf(end)} is a time of day`)
    }
    out.text += '('
    writeMilliseconds(to!, out)
    out.text += ' - '
    writeMilliseconds(from!, out)
    out.text += `) / ${milliseconds}`
  },
})

/** Moments, days and times of day are texts, so one becomes another by a part of its text: to CAST they are all the same. */
export function writeMomentCast(node: ExpressionNode, type: SqlType, out: Writer): boolean {
  const around = (before: string, after: string, min: number): true => {
    out.text += before
    out.expression(node, min)
    out.text += after
    return true
  }
  const stamp = (name: string): boolean => name === 'timestamp' || name === 'timestamptz'
  const from = node.type.name
  if (stamp(from) && type.name === 'date') return around('SUBSTR(', ', 1, 10)', binding.none)
  if (stamp(from) && type.name === 'time')
    return isText(node) ? around('SUBSTR(', ', 12)', binding.none) : around('RTRIM(RTRIM(SUBSTR(', ", 12), '0'), '.')", binding.none)
  if (from === 'date' && stamp(type.name)) return around('(', ` || ' 00:00:00${type.mode === 'string' ? '' : '.000'}')`, binding.primary)
  return false
}

export const sqliteDates = {
  now: form("STRFTIME('%Y-%m-%d %H:%M:%f', 'now')"),
  currentDate: form("DATE('now')"),
  ...units('extract', {
    year: part('%Y'),
    quarter: computed('%m', '(', ' + 2) / 3'),
    month: part('%m'),
    // the number of the week is that of its Thursday
    week: computed('%j', '(', ' - 1) / 7 + 1', '-3 days', 'weekday 4'),
    day: part('%d'),
    hour: part('%H'),
    minute: part('%M'),
    second: part('%S'),
    dayOfWeek: computed('%w', '(', ' + 6) % 7 + 1'),
    dayOfYear: part('%j'),
    epoch: {
      level: binding.none,
      write([node], out) {
        refuseFiner(node!, 'the epoch', out)
        writeMilliseconds(node!, out)
        out.text += ' / 1000.0'
      },
    } satisfies FunctionEmitter,
  }),
  ...units('dateTrunc', {
    year: truncated('%Y-01-01', '00:00:00'),
    quarter: truncatedQuarter,
    month: truncated('%Y-%m-01', '00:00:00'),
    week: truncated('%Y-%m-%d', '00:00:00', '-6 days', 'weekday 1'),
    day: truncated('%Y-%m-%d', '00:00:00'),
    hour: truncated('%Y-%m-%d', '%H:00:00'),
    minute: truncated('%Y-%m-%d', '%H:%M:00'),
    second: truncated('%Y-%m-%d', '%H:%M:%S'),
  }),
  ...units('dateAdd', {
    year: addedMonths(12),
    quarter: addedMonths(3),
    month: addedMonths(1),
    week: addedDays(7),
    day: addedDays(1),
    hour: addedTime(") || ' hours'"),
    minute: addedTime(") || ' minutes'"),
    second: addedTime(") || ' seconds'"),
    millisecond: addedTime(" / 1000.0) || ' seconds'"),
  }),
  ...units('dateDiff', {
    week: difference(604_800_000),
    day: difference(86_400_000),
    hour: difference(3_600_000),
    minute: difference(60_000),
    second: difference(1000),
    millisecond: difference(1),
  }),
}
