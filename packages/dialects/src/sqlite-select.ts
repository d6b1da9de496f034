/** SELECT on SQLite. */
import type { SqlType } from '@quern/expression'
import {
  type Decode,
  readNestedRows,
  type SelectDialect,
  type SelectFeatures,
  type Writer,
  writeNested,
  writeNoRows,
  writeRows,
} from '@quern/sql'
import { bytesOfHex } from './hex.js'
import { sqliteNatural, sqliteTypes } from './sqlite-types.js'

export const sqliteSelectFeatures: SelectFeatures = {
  distinctOn: false,
  withTies: false,
  rowLocks: false,
  lockOf: false,
  hintComments: false,
  indexHints: true,
  indexHintLists: false,
  intersectAll: false,
  exceptAll: false,
  lateral: false,
  correlatedDerived: true,
  tableSample: false,
  tableFunctions: true,
  ordinality: false,
  columnAliases: false,
  materializedCte: true,
  dmlInWith: false,
  searchClause: false,
  cycleClause: false,
  rollup: false,
  rollupBesideKeys: false,
  rollupExpressions: false,
  rollupOrder: false,
  groupingSets: false,
}

/** JSON of older versions writes fifteen digits of a number, so that 17 are written by hand; what is exact stays so. */
function writeInJson(type: SqlType, out: Writer, value: () => void): void {
  switch (type.name) {
    case 'real':
    case 'doublePrecision':
    case 'numeric':
      out.text += 'CASE TYPEOF('
      value()
      out.text += ") WHEN 'real' THEN 'r' || PRINTF('%!.17g', "
      value()
      out.text += ') ELSE CAST('
      value()
      out.text += ' AS TEXT) END'
      break
    case 'blob':
      out.text += 'CASE WHEN '
      value()
      out.text += ' IS NOT NULL THEN HEX('
      value()
      out.text += ') END'
      break
    case 'bigint':
      cast(out, value)
      break
    case 'json':
    case 'jsonb':
      if (type.detail?.rows === undefined) cast(out, value)
      else {
        out.text += 'JSON('
        value()
        out.text += ')'
      }
      break
    case 'custom':
      if (type.detail?.element) writeInJson(type.detail.element, out, value)
      else writeAnything(out, value)
      break
    default:
      value()
  }
}

function cast(out: Writer, value: () => void): void {
  out.text += 'CAST('
  value()
  out.text += ' AS TEXT)'
}

/** What a value of any type is, in a letter before it. */
function writeAnything(out: Writer, value: () => void): void {
  out.text += 'CASE TYPEOF('
  value()
  out.text += ") WHEN 'text' THEN 't' || "
  value()
  out.text += " WHEN 'integer' THEN 'i' || "
  value()
  out.text += " WHEN 'real' THEN 'r' || PRINTF('%!.17g', "
  value()
  out.text += ") WHEN 'blob' THEN 'b' || HEX("
  value()
  out.text += ') END'
}
function anythingOf(raw: string): unknown {
  const rest = raw.slice(1)
  switch (raw[0]) {
    case 'i':
      return sqliteNatural(BigInt(rest))
    case 'r':
      return sqliteNatural(realOf(raw))
    case 'b':
      return bytesOfHex(rest)
    default:
      return rest
  }
}

const infinities: Readonly<Record<string, number>> = { rInf: Number.POSITIVE_INFINITY, 'r-Inf': Number.NEGATIVE_INFINITY }
/** What a REAL column yields plainly. */
const realOf = (raw: string): number => infinities[raw] ?? Number(raw.slice(1))

function decodeFromJson(type: SqlType): Decode | undefined {
  if (type.name === 'blob') return (raw: string) => bytesOfHex(raw)
  if (type.name === 'custom') return type.detail?.element ? decodeFromJson(type.detail.element) : anythingOf
  const decode = sqliteTypes[type.name].decode(type)
  if (type.name !== 'real' && type.name !== 'doublePrecision' && type.name !== 'numeric') return decode
  return (raw: string) => decode!(raw.startsWith('r') ? realOf(raw) : raw)
}

export const sqliteSelect: SelectDialect = {
  nested: {
    read: readNestedRows,
    emit: writeNested({ array: 'JSON_ARRAY', aggregate: 'JSON_GROUP_ARRAY', empty: 'JSON_ARRAY()', counted: false }),
    write: writeInJson,
    decode: decodeFromJson,
    orderedLimit: undefined,
  },
  compoundPart: 'SELECT * FROM (',
  shareLock: 'FOR SHARE',
  nullsSort: 'low',
  valuesCast: false,
  valuesNamed: false,
  valuesTable: (node, out) => {
    if (node.rows.length === 0) {
      writeNoRows(node, out)
      return
    }
    out.text += '(SELECT '
    let position = 1
    out.list(node.columns, (column) => {
      out.text += `column${position++} AS `
      out.columnName(column)
    })
    out.text += ' FROM (VALUES '
    writeRows(node, out, '')
    out.text += '))'
  },
  indexHint: ({ names }, out) => {
    out.text += ' INDEXED BY '
    out.identifier(names[0]!)
  },
}
