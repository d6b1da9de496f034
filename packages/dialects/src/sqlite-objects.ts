/** Schema objects on SQLite: tables, indexes and views; ALTER TABLE renames, adds and drops columns. */

import { isExpression } from '@quern/expression'
import type { AlterPlace } from '@quern/sql'
import {
  type AlterActions,
  type AlterEmitters,
  ansiAlter,
  ansiDdl,
  constraintText,
  type DdlEmitters,
  type Dialect,
  need,
  type ObjectDdl,
  type ObjectFeatures,
  qualified,
  scopeOf,
  typeChecks,
  writeColumn,
  writeTypeCheck,
  written,
} from '@quern/sql'

export const sqliteObjectFeatures: { readonly [F in keyof ObjectFeatures]: ObjectFeatures[F] } = {
  schemas: false,
  dropSchemaRestrict: false,
  enumTypes: false,
  domains: false,
  sequences: false,
  sequenceOwner: false,
  sequenceType: false,
  materializedViews: false,
  replaceView: false,
  viewIfNotExists: true,
  objectComments: false,
  truncate: false,
  truncateContinueIdentity: false,
  dropCascade: false,
  alterColumn: false,
  alterColumnUsing: false,
  alterIfExists: false,
  alterConstraints: false,
  renameConstraint: false,
  setSchema: false,
  addColumnKey: false,
}

const rebuild = 'create the table anew under another name, copy the rows with insertInto().from(), drop the old one and rename the new one'

/** ADD COLUMN takes a column with its CHECK and REFERENCES, but no key and no default that has to be computed. */
function addColumn({ column, scope, constraints }: AlterActions['addColumn'], place: AlterPlace, dialect: Dialect): string {
  const { node, options } = column
  const title = `${place.table.name}.${node.key}`
  const keys = constraints.some(({ kind }) => kind === 'primary' || kind === 'unique')
  if (keys || options.identity)
    need(
      dialect,
      'addColumnKey',
      `ADD COLUMN with a key (${title})`,
      keys ? `add it without, then createIndex() a unique one; or ${rebuild}` : rebuild,
    )
  if (options.default && isExpression(options.default.value))
    need(dialect, 'addColumnKey', `ADD COLUMN with a default that is computed (${title})`, 'add it without, and update() the rows')
  if (options.notNull && options.default === undefined && column.generated === undefined)
    need(dialect, 'addColumnKey', `ADD COLUMN that is NOT NULL without a default (${title})`, 'give it a default(), or leave notNull() out')
  if (column.generated && options.generated?.stored)
    need(dialect, 'addColumnKey', `ADD COLUMN that is generated and STORED (${title})`, 'say stored: false')
  let text = `ADD COLUMN ${written(dialect, (out) => writeColumn(column, scope, out))}`
  for (const constraint of constraints) {
    const whole = constraintText({ constraint, scope: scopeOf(constraint, place) }, dialect)
    // the column is the one that the clause stands at, so that its name is left out
    const own = `FOREIGN KEY (${qualified({ name: node.name }, dialect)}) `
    text += ` ${constraint.kind === 'foreign' ? whole.replace(own, () => '') : whole}`
  }
  for (const check of typeChecks(column, dialect)) text += ` ${written(dialect, (out) => writeTypeCheck(check, scope, out))}`
  return text
}

const alter: AlterEmitters = {
  ...ansiAlter,
  addColumn: (action, place, dialect) => [{ clause: addColumn(action, place, dialect) }],
  alterColumn: ({ column }, { table }, dialect) => {
    need(dialect, 'alterColumn', `ALTER COLUMN (${table.name}.${column.node.key})`, rebuild)
    return []
  },
  addConstraint: ({ constraint }, { table }, dialect) => {
    need(
      dialect,
      'alterConstraints',
      `ADD CONSTRAINT (${table.name})`,
      constraint.kind === 'unique' ? 'createIndex() a unique one' : rebuild,
    )
    return []
  },
  dropConstraint: ({ name }, _, dialect) => {
    need(dialect, 'alterConstraints', `DROP CONSTRAINT (${name})`, rebuild)
    return []
  },
  setSchema: (_, { table }, dialect) => {
    need(dialect, 'setSchema', `SET SCHEMA (${table.name})`, 'create the table in the other database and copy the rows')
    return []
  },
}

const emit: DdlEmitters = {
  ...ansiDdl,
  truncate: ({ tables }, dialect) => {
    need(dialect, 'truncate', `TRUNCATE (${tables[0]!.name})`, 'use deleteFrom(t).allRows()')
    return []
  },
}

export const sqliteObjects: ObjectDdl = {
  emit,
  alter,
  alterTogether: false,
  transactional: true,
  together: 'savepoint',
  existing: `SELECT 'relation', schema, name, CASE WHEN schema IN ('main', 'temp') THEN 'y' ELSE 'n' END FROM pragma_table_list`,
  circle: { before: 'PRAGMA foreign_keys = OFF', after: 'PRAGMA foreign_keys = ON' },
  schemasAre: 'attached',
  namedTypes: false,
  enumsAreChecks: true,
  noCycle: ' NO CYCLE',
  sequenceValue: (node, out) => out.require('sequences', `sequences (${node.sequence.name})`, 'use an identity column'),
}
