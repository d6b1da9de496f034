import { builtin, CompileError, isNumber, promote, type SqlType } from '@quern/expression'

/** The type of a column of a set operation, to which all statements contribute; the one that the servers work out too. */
export function mergedType(key: string, a: SqlType, b: SqlType): SqlType {
  if (a === b) return a
  if (readings(a) !== readings(b)) {
    // of what nobody said the type, it is taken that it fits the other
    if (isNameless(a)) return b
    if (isNameless(b)) return a
    throw new CompileError(
      `${key} is read through SQL of its own in one statement of the set operation and not so in another; where it is, select what that SQL yields: sql\`…\``,
      'SET_OPERATION',
    )
  }
  if (a.family === 'unknown') return b
  if (b.family === 'unknown') return a
  if (a.detail?.codec !== b.detail?.codec || a.detail?.rows !== b.detail?.rows)
    throw new CompileError(
      `${key} is read through different codecs in the statements of the set operation; give both the same one`,
      'SET_OPERATION',
    )
  if (a.detail?.codec === undefined && isNumber(a.family) && isNumber(b.family)) return promote(a, b)
  const same = a.name === b.name && a.mode === b.mode && a.sqlName === b.sqlName
  if (a.family === 'text' && b.family === 'text') return same && a.length === b.length ? a : a.detail ? a : builtin.text
  if (a.family === b.family && same) return (a.precision ?? 0) >= (b.precision ?? 0) ? a : b
  throw new CompileError(
    `${key} is ${a.family === b.family ? a.name : a.family} in one statement of the set operation and ${a.family === b.family ? b.name : b.family} in another; cast one of them`,
    'SET_OPERATION',
  )
}

const isNameless = (type: SqlType): boolean => type.name === 'custom' && type.sqlName === undefined

/** The types, by dialect, whose values are read through SQL of their own. Two columns of one type have functions of their own, so that its name is what counts. */
function readings({ sqlName, detail }: SqlType): string {
  if (detail === undefined) return ''
  const own = detail.select === undefined ? '' : `${sqlName}`
  const variants = Object.entries(detail.variants ?? {}).map(([dialect, variant]) => [dialect, readings(variant)])
  return `${own}${variants.filter(([, reading]) => reading !== '').join(';')}`
}
