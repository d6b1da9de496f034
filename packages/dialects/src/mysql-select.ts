/** SELECT on MySQL and MariaDB. */
import type { ExpressionNodes, SqlType } from '@quern/expression'
import {
  type Clause,
  type Decode,
  groupByClause,
  type HintNode,
  readNestedRows,
  type SelectDialect,
  type SelectFeatures,
  UnsupportedFeatureError,
  type ValuesNode,
  type Writer,
  writeColumnNames,
  writeNested,
  writeNestedInPlace,
  writeNoRows,
  writeRows,
  writeValue,
} from '@quern/sql'
import { bytesOfHex } from './hex.js'
import { mysqlTypes } from './mysql-types.js'

export const mysqlSelectFeatures: SelectFeatures = {
  distinctOn: false,
  withTies: false,
  rowLocks: true,
  lockOf: true,
  hintComments: true,
  indexHints: true,
  indexHintLists: true,
  intersectAll: true,
  exceptAll: true,
  lateral: true,
  correlatedDerived: true,
  tableSample: false,
  tableFunctions: false,
  ordinality: false,
  columnAliases: true,
  materializedCte: false,
  dmlInWith: false,
  searchClause: false,
  cycleClause: false,
  rollup: true,
  rollupBesideKeys: false,
  rollupExpressions: false,
  rollupOrder: true,
  groupingSets: false,
}
export const mariadbSelectFeatures: SelectFeatures = {
  ...mysqlSelectFeatures,
  withTies: true,
  lockOf: false,
  hintComments: false,
  lateral: false,
  correlatedDerived: false,
  columnAliases: false,
  rollup: false,
  rollupOrder: false,
}

const everything = '18446744073709551615'
const bitsText =
  (length: number): Decode =>
  (raw: unknown) =>
    String(raw).padStart(length, '0')

/** JSON rounds decimals, has no large integers and writes times and bytes in its own way: these travel as text. */
function writeInJson(type: SqlType, out: Writer, value: () => void): void {
  switch (type.name) {
    case 'smallint':
    case 'integer':
    case 'tinyint':
    case 'mediumint':
    case 'doublePrecision':
    case 'boolean':
    case 'char':
    case 'varchar':
    case 'text':
    case 'uuid':
      value()
      break
    case 'real':
      // MariaDB writes six digits of a FLOAT
      out.text += 'CAST('
      value()
      out.text += ' AS DOUBLE)'
      break
    case 'blob':
      out.text += 'HEX('
      value()
      out.text += ')'
      break
    case 'bit':
      out.text += 'BIN('
      value()
      out.text += ' + 0)'
      break
    case 'custom':
      writeCustom(type, out, value)
      break
    // also a YEAR, which MariaDB writes as 0000, which is no JSON
    default:
      if (type.detail?.rows !== undefined) value()
      else {
        out.text += 'CAST('
        value()
        out.text += ' AS CHAR)'
      }
  }
}

/** Only text is the same in JSON whatever its column's type is called. */
function writeCustom({ sqlName = '', detail }: SqlType, out: Writer, value: () => void): void {
  if (detail?.element !== undefined) writeInJson(detail.element, out, value)
  else if (/^\s*((tiny|medium|long)?text|(var|n|nvar)?char|enum|set)\b/i.test(sqlName)) value()
  else
    throw new UnsupportedFeatureError(
      out.dialect,
      'type custom',
      `nested columns of ${sqlName} of which nobody said the values`,
      `say them: customType(${JSON.stringify(sqlName)}, { as: blob() })`,
    )
}

function decodeFromJson(type: SqlType): Decode | undefined {
  if (type.name === 'custom' && type.detail?.element) return decodeFromJson(type.detail.element)
  if (type.name === 'blob') return (raw: string) => bytesOfHex(raw)
  if (type.name === 'bit') return bitsText(type.length ?? 1)
  return mysqlTypes[type.name].decode(type)
}

export const mysqlSelect: SelectDialect = {
  nested: {
    read: readNestedRows,
    emit: writeNested({ array: 'JSON_ARRAY', aggregate: 'JSON_ARRAYAGG', empty: 'JSON_ARRAY()', counted: false }),
    write: writeInJson,
    decode: decodeFromJson,
    orderedLimit: everything,
  },
  compoundPart: '(',
  shareLock: 'FOR SHARE',
  nullsSort: 'low',
  valuesCast: true,
  valuesNamed: false,
  valuesTable: (node, out) => {
    if (node.rows.length === 0) {
      writeNoRows(node, out)
      return
    }
    writeValues(node, out)
  },
  indexHint: ({ verb, names }: Extract<HintNode, { kind: 'index' }>, out) => {
    out.text += ` ${verb.toUpperCase()} INDEX (`
    out.list(names, (name) => out.identifier(name))
    out.text += ')'
  },
}

/** The columns of VALUES are named by a common table expression. */
function writeValues(node: ValuesNode, out: Writer): void {
  out.text += '(WITH '
  out.identifier(node.name)
  writeColumnNames(node.columns, out)
  out.text += ' AS (VALUES '
  writeRows(node, out, 'ROW')
  out.text += ') SELECT * FROM '
  out.identifier(node.name)
  out.text += ')'
}

/** MariaDB cuts bound texts in VALUES to nothing, and says nothing; selects keep them. */
function writeSelects(node: ValuesNode, out: Writer): void {
  out.text += '('
  let first = true
  for (const row of node.rows) {
    out.text += first ? 'SELECT ' : ' UNION ALL SELECT '
    for (let i = 0; i < row.length; i++) {
      if (i > 0) out.text += ', '
      writeValue(row[i]!, node.columns[i]!, out)
      if (!first) continue
      out.text += ' AS '
      out.columnName(node.columns[i]!)
    }
    first = false
  }
  out.text += ')'
}

export const mariadbSelect: SelectDialect = {
  ...mysqlSelect,
  nested: {
    ...mysqlSelect.nested,
    emit: writeNestedInPlace({ array: 'JSON_ARRAY', aggregate: 'JSON_ARRAYAGG', empty: 'JSON_ARRAY()', counted: true }),
  },
  shareLock: 'LOCK IN SHARE MODE',
  valuesTable: (node, out) => {
    if (node.rows.length === 0) writeNoRows(node, out)
    else writeSelects(node, out)
  },
}

/** WITH ROLLUP is for all keys at once. */
export const mysqlGroupBy: Clause = (node, out) => {
  if (node.groupBy.length > 1 && node.groupBy.some(({ kind }) => kind === 'grouping'))
    out.require('rollupBesideKeys', 'ROLLUP beside other keys', 'put all keys into rollup(), or join several statements with unionAll()')
  if (node.orderBy.length > 0 && node.groupBy.some(({ kind }) => kind === 'grouping'))
    out.require('rollupOrder', 'ORDER BY after WITH ROLLUP', 'order the rows of a subquery')
  groupByClause(node, out)
}

export function writeRollup(node: ExpressionNodes['grouping'], out: Writer): void {
  if (node.grouping !== 'rollup')
    throw new UnsupportedFeatureError(
      out.dialect,
      'groupingSets',
      node.grouping.toUpperCase(),
      'group several times and join the results with unionAll()',
    )
  out.list(node.sets, (set) => out.expression(set[0]!))
  out.text += ' WITH ROLLUP'
}
