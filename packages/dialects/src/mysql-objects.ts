/** Schema objects on MySQL: databases as schemas, views, and no sequences, domains or enum types of their own. */

import {
  type AlterActions,
  type AlterEmitters,
  ansiAlter,
  ansiDdl,
  type CreateTableNode,
  type DdlEmitters,
  type Dialect,
  defaultText,
  literalText,
  need,
  type ObjectDdl,
  type ObjectFeatures,
  qualified,
  writeColumn,
  written,
} from '@quern/sql'

type ColumnInfo = AlterActions['alterColumn']['column']
type TableNode = CreateTableNode['table']

export const mysqlObjectFeatures: { readonly [F in keyof ObjectFeatures]: ObjectFeatures[F] } = {
  schemas: true,
  dropSchemaRestrict: false,
  enumTypes: false,
  domains: false,
  sequences: false,
  sequenceOwner: false,
  sequenceType: false,
  materializedViews: false,
  replaceView: true,
  viewIfNotExists: [9, 1, 0],
  objectComments: false,
  truncate: true,
  truncateContinueIdentity: false,
  dropCascade: false,
  alterColumn: true,
  alterColumnUsing: false,
  alterIfExists: false,
  alterConstraints: true,
  renameConstraint: false,
  setSchema: true,
  addColumnKey: true,
}

/** MODIFY COLUMN says everything of a column anew, so what the table declares of it is said, too. */
function modify(column: ColumnInfo, table: TableNode, dialect: Dialect): string {
  return `MODIFY COLUMN ${written(dialect, (out) => writeColumn(column, table, out))}`
}

const changed = (column: ColumnInfo, options: Partial<ColumnInfo['options']>, node = column.node): ColumnInfo => ({
  ...column,
  node,
  options: { ...column.options, ...options },
})

const alter: AlterEmitters = {
  ...ansiAlter,
  alterColumn: ({ column, change }, { table }, dialect) => {
    const { type, using, notNull, collation } = change
    const name = qualified({ name: column.node.name }, dialect)
    if (using) need(dialect, 'alterColumnUsing', `USING of a new type (${table.name}.${column.node.key})`, 'update() the column afterwards')
    if (type === undefined && notNull === undefined) {
      const head = `ALTER COLUMN ${name}`
      if (change.default === 'drop') return [{ clause: `${head} DROP DEFAULT` }]
      return [{ clause: `${head} SET DEFAULT ${defaultText(change.default!.value, column.node, dialect)}` }]
    }
    const node = type === undefined ? column.node : { ...column.node, type }
    const options = {
      ...(notNull === undefined ? {} : { notNull }),
      ...(change.default === undefined ? {} : { default: change.default === 'drop' ? undefined : change.default }),
      ...(collation === undefined ? {} : { collation }),
    }
    return [{ clause: modify(changed(column, options, node), table, dialect) }]
  },
  // without the schema the table would move to the connection's own
  renameTo: ({ to }, { name, schema }, dialect) => [
    { statements: [`ALTER TABLE ${name} RENAME TO ${qualified({ name: to, schema }, dialect)}`] },
  ],
  setSchema: ({ schema }, { name, own }, dialect) => [
    { statements: [`ALTER TABLE ${name} RENAME TO ${qualified({ name: own, schema }, dialect)}`] },
  ],
}

const emit: DdlEmitters = {
  ...ansiDdl,
  dropObject: (node, dialect) => {
    const { object, ifExists, cascade } = node
    if (object.kind !== 'schema') return ansiDdl.dropObject(node, dialect)
    if (!cascade)
      need(
        dialect,
        'dropSchemaRestrict',
        `DROP SCHEMA that spares what is in it (${object.name})`,
        'say cascade: true to drop the database with all it holds',
      )
    return [`DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${qualified({ name: object.name }, dialect)}`]
  },
  comment: ({ on, text }, dialect) => {
    const comment = text ?? ''
    if (on.kind === 'table') return [`ALTER TABLE ${qualified(on, dialect)} COMMENT = ${literalText(comment, dialect)}`]
    if (on.kind !== 'column' || on.source.kind !== 'table')
      need(
        dialect,
        'objectComments',
        `comments on a ${on.kind === 'column' ? 'column of a view' : on.kind}`,
        'keep the text in the program',
      )
    const table = (on as { source: unknown }).source as TableNode
    const column = table.columns.find((info) => info.node === on)!
    return [`ALTER TABLE ${qualified(table, dialect)} ${modify(changed(column, { comment }), table, dialect)}`]
  },
  truncate: ({ tables, restartIdentity, cascade }, dialect) => {
    if (cascade) need(dialect, 'dropCascade', 'TRUNCATE … CASCADE', 'truncate the referencing tables first')
    return tables.map((table) => {
      if (!restartIdentity && table.columns.some(({ options }) => options.identity))
        need(
          dialect,
          'truncateContinueIdentity',
          `TRUNCATE that lets identity columns count on (${table.name})`,
          'say restartIdentity: true, or use deleteFrom(t).allRows()',
        )
      return `TRUNCATE TABLE ${qualified(table, dialect)}`
    })
  },
}

const existing = (kind: string) =>
  `SELECT '${kind}', TABLE_SCHEMA, TABLE_NAME, CASE WHEN TABLE_SCHEMA = DATABASE() THEN 'y' ELSE 'n' END FROM information_schema.TABLES UNION ALL SELECT 'schema', SCHEMA_NAME, SCHEMA_NAME, 'n' FROM information_schema.SCHEMATA`

export const mysqlObjects: ObjectDdl = {
  emit,
  alter,
  alterTogether: true,
  transactional: false,
  together: 'alone',
  existing: existing('relation'),
  circle: { before: 'SET FOREIGN_KEY_CHECKS = 0', after: 'SET FOREIGN_KEY_CHECKS = 1' },
  schemasAre: 'databases',
  namedTypes: false,
  enumsAreChecks: false,
  noCycle: ' NOCYCLE',
  sequenceValue: (node, out) => out.require('sequences', `sequences (${node.sequence.name})`, 'use an identity column'),
}
