/** Statements as arrays of rows inside a row: JSON of arrays, in which every value has a form that JSON keeps exactly. */
import { contains, type ExpressionNode, type ExpressionNodes, type SqlType } from '@quern/expression'
import { checkSelect } from './check.js'
import { fromClause, whereClause } from './clauses.js'
import { typeOn } from './codec.js'
import type { QueryNode, SelectNode } from './nodes.js'
import { writeOrder } from './order.js'
import { queryFor } from './query-for.js'
import type { Writer } from './writer.js'

/** The dialect's words for a JSON array of values, and of rows. */
export interface NestedWords {
  readonly array: string
  readonly aggregate: string
  readonly empty: string
  /** The server cuts the array at a limit with only a warning, so the number of rows stands beside it: `[3, [[1], [2], [3]]]`. */
  readonly counted: boolean
}

/** PostgreSQL takes a hundred arguments; the arrays are joined again when they are read. */
export const arrayLimit = 100

/** The rows of a derived table, in its order. */
export function writeNested(words: NestedWords): (node: ExpressionNodes['nested'], out: Writer) => void {
  return (node, out) => {
    const query = queryFor(node.statement as QueryNode, out.dialect)
    const name = 'nested'
    out.text += '(SELECT '
    writeRowsOf(
      words,
      out,
      () => {
        out.text += 'COUNT(*)'
      },
      () =>
        writeArray(query, words, out, (i) => {
          out.identifier(name)
          out.text += '.'
          out.identifier(query.projection.fields[i]!.label)
        }),
    )
    out.text += ' FROM ('
    out.derived(() => out.statement(query))
    const { orderedLimit } = out.dialect.nested
    if (orderedLimit !== undefined && query.orderBy.length > 0 && !query.limit && !query.offset) out.text += ` LIMIT ${orderedLimit}`
    out.text += ') AS '
    out.identifier(name)
    out.text += ')'
  }
}

function writeRowsOf(words: NestedWords, out: Writer, count: () => void, row: () => void): void {
  if (words.counted) {
    out.text += `${words.array}(`
    count()
    out.text += `, ${words.aggregate}(`
    row()
    out.text += '))'
  } else {
    out.text += `COALESCE(${words.aggregate}(`
    row()
    out.text += `), ${words.empty})`
  }
}

function writeArray(query: QueryNode, words: NestedWords, out: Writer, write: (field: number) => void): void {
  const { fields } = query.projection
  const chunks = Math.ceil(fields.length / arrayLimit)
  if (chunks > 1) out.text += `${words.array}(`
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (chunk > 0) out.text += ', '
    out.text += `${words.array}(`
    const first = chunk * arrayLimit
    for (let i = first; i < Math.min(fields.length, first + arrayLimit); i++) {
      if (i > first) out.text += ', '
      writeColumn(fields[i]!.node.type, out, () => write(i))
    }
    out.text += ')'
  }
  if (chunks > 1) out.text += ')'
}

const writeColumn = (type: SqlType, out: Writer, value: () => void): void =>
  out.dialect.nested.write(typeOn(type, out.dialect.name), out, value)

/**
 * Where no derived table may refer to the statement around it: the rows are gathered where they are, ordered and limited by the
 * aggregate itself. What cannot be gathered so goes the other way, and is refused there where it refers to the outside.
 */
export function writeNestedInPlace(words: NestedWords): (node: ExpressionNodes['nested'], out: Writer) => void {
  const derived = writeNested(words)
  return (node, out) => {
    const query = queryFor(node.statement as QueryNode, out.dialect)
    if (!isPlain(query)) {
      derived(node, out)
      return
    }
    checkSelect(query)
    out.enter(query.sources)
    out.text += '(SELECT '
    writeRowsOf(
      words,
      out,
      () => writeCount(query, out),
      () => {
        writeArray(query, words, out, (i) => out.expression(query.projection.fields[i]!.node))
        if (query.orderBy.length > 0) {
          out.text += ' ORDER BY '
          out.list(query.orderBy, (key) => writeOrder(key, out))
        }
        if (query.limit !== undefined || query.offset !== undefined) writeLimit(query, out)
      },
    )
    fromClause(query, out)
    whereClause(query, out)
    out.text += ')'
    out.leave()
  }
}

const everything = '18446744073709551615'

/** The aggregate takes its limits as numbers in the text. */
const isNumber = (node: ExpressionNode | undefined): boolean =>
  node === undefined || (node.kind === 'parameter' && node.name === undefined && node.produce === undefined)

function isPlain(query: QueryNode): query is SelectNode {
  return (
    query.kind === 'select' &&
    (query.contains & (contains.aggregate | contains.window)) === 0 &&
    !query.distinct &&
    query.groupBy.length === 0 &&
    query.having.length === 0 &&
    query.with.length === 0 &&
    (query.extra === undefined || (query.extra.locks.length === 0 && !query.extra.withTies && query.extra.distinctOn.length === 0)) &&
    isNumber(query.limit) &&
    isNumber(query.offset)
  )
}

const numberOf = (node: ExpressionNode | undefined, otherwise: string): string =>
  node?.kind === 'parameter' ? String(node.value) : otherwise

function writeLimit({ limit, offset }: SelectNode, out: Writer): void {
  out.text += ` LIMIT ${numberOf(limit, everything)}`
  if (offset !== undefined) out.text += ` OFFSET ${numberOf(offset, '0')}`
}

/** As many rows as the aggregate is to yield. */
function writeCount({ limit, offset }: SelectNode, out: Writer): void {
  const count = offset === undefined ? 'COUNT(*)' : `GREATEST(CAST(COUNT(*) AS SIGNED) - ${numberOf(offset, '0')}, 0)`
  out.text += limit === undefined ? count : `LEAST(${count}, ${numberOf(limit, everything)})`
}
