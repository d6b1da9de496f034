/** SELECT on PostgreSQL. */
import type { SqlType, TypeName } from '@quern/expression'
import { type Decode, readNestedRows, type SelectDialect, type SelectFeatures, writeNested, writeNoRows, writeRows } from '@quern/sql'
import { postgresTypes } from './postgres-types.js'

export const postgresSelectFeatures: SelectFeatures = {
  distinctOn: true,
  withTies: true,
  rowLocks: true,
  lockOf: true,
  hintComments: true,
  indexHints: false,
  indexHintLists: false,
  intersectAll: true,
  exceptAll: true,
  lateral: true,
  correlatedDerived: true,
  tableSample: true,
  tableFunctions: true,
  ordinality: true,
  columnAliases: true,
  materializedCte: true,
  dmlInWith: true,
  searchClause: true,
  cycleClause: true,
  rollup: true,
  rollupBesideKeys: true,
  rollupExpressions: true,
  rollupOrder: true,
  groupingSets: true,
}

/** What JSON has itself. */
const plain: readonly TypeName[] = ['smallint', 'integer', 'boolean', 'text', 'varchar']

/** A cast writes the mask of a single address, which the address itself has not; JSON takes its own text. */
const isAddress = ({ name, sqlName = '' }: SqlType): boolean => name === 'inet' || (name === 'custom' && /^\s*inet\s*$/i.test(sqlName))

/** A type known by its name only travels as text whatever its values are, and the text of a truth is a word. */
function decodeFromJson(type: SqlType): Decode | undefined {
  if (plain.includes(type.name)) return undefined
  const row = type.name === 'custom' ? (type.detail?.element ?? type) : type
  return row.name === 'boolean' ? (raw: string) => raw === 'true' : postgresTypes[row.name].decode(row)
}

export const postgresSelect: SelectDialect = {
  nested: {
    read: readNestedRows,
    emit: writeNested({ array: 'json_build_array', aggregate: 'json_agg', empty: "'[]'::json", counted: false }),
    // as text every value has the form in which it travels anyway
    write: (type, out, value) => {
      value()
      if (!plain.includes(type.name) && !isAddress(type) && type.detail?.rows === undefined) out.text += '::text'
    },
    decode: decodeFromJson,
    orderedLimit: undefined,
  },
  compoundPart: '(',
  shareLock: 'FOR SHARE',
  nullsSort: 'high',
  valuesCast: false,
  valuesNamed: true,
  valuesTable: (node, out) => {
    if (node.rows.length === 0) {
      writeNoRows(node, out)
      return
    }
    out.text += '(VALUES '
    writeRows(node, out, '')
    out.text += ')'
  },
  indexHint: undefined,
}
