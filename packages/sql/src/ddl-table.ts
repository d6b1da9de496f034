/** CREATE TABLE, DROP TABLE and what stands in them; no text of these carries a value. */
import { type ColumnNode, CompileError } from '@quern/expression'
import type { ColumnInfo, ForeignKeyInfo, TableNode } from '@quern/schema'
import { inDdl, writeCommentText, writeConstraint, writeDefaultValue, writeName } from './ddl-constraint.js'
import { writePartitions } from './ddl-partition.js'
import { columnTypeText, defaultOfDomain, typeChecks, writeTypeCheck } from './ddl-types.js'
import { UnsupportedFeatureError } from './errors.js'
import type { Writer } from './writer.js'

export { commentTexts } from './ddl-comment.js'

/** `DROP TABLE IF EXISTS "t"` */
export function writeDrop(table: TableNode, checkFirst: boolean, out: Writer): void {
  const { temporary } = table.options
  out.text += `DROP ${temporary ? out.dialect.ddl.dropTemporary : ''}TABLE ${checkFirst ? 'IF EXISTS ' : ''}`
  out.sourceName(table)
}

/**
 * `CREATE TABLE "t" (…)` with columns, constraints, options; without the keys in `postponed`, which are added by ALTER TABLE. Comments that are
 * statements of their own are `commentTexts`, partitions that are tables of their own `partitionTexts`, indexes `writeIndex`.
 */
export function writeTable(table: TableNode, postponed: ReadonlySet<ForeignKeyInfo>, ifNotExists: boolean, out: Writer): void {
  const { ddl } = out.dialect
  const words = ddl.tableWords(table, out)
  out.text += `CREATE ${words}TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}`
  out.sourceName(table)
  out.text += ' (\n  '
  const parts: (() => void)[] = table.columns.map((column) => () => writeColumn(column, table, out))
  const inline = ddl.identityIsPrimaryKey && table.columns.some(({ options }) => options.identity)
  const { primary } = table
  const constraints = [
    ...(primary && !inline ? [primary] : []),
    ...table.uniques,
    ...table.checks,
    ...table.excludes,
    ...table.foreignKeys.filter((key) => !postponed.has(key)),
  ]
  for (const constraint of constraints) parts.push(() => writeConstraint(constraint, out, table))
  for (const column of table.columns)
    for (const check of typeChecks(column, out.dialect)) parts.push(() => writeTypeCheck(check, table, out))
  out.list(parts, (write) => write(), ',\n  ')
  out.text += '\n)'
  if (table.options.comment !== undefined) out.require('comments', 'comments', 'leave tableComment() out, or keep the text in the program')
  ddl.tableEnd(table, out, () => writePartitions(table, out))
}

/** `"name" VARCHAR(100) COLLATE "C" NOT NULL DEFAULT 'x'`, in the order that the dialect's grammar has. */
export function writeColumn(column: ColumnInfo, table: TableNode, out: Writer): void {
  const { node, options } = column
  const { ddl } = out.dialect
  const place = `${table.name}.${node.key}`
  out.identifier(node.name)
  if (options.identity) checkIdentity(column, out)
  if (options.identity && ddl.identityIsPrimaryKey) {
    if (!(table.primaryKey.length === 1 && table.primaryKey[0] === node)) {
      throw new CompileError(`${place}: on ${out.dialect.title} an identity column must be the primary key`)
    }
    out.text += ' '
    const before = out.text.length
    if (table.primary) writeName(table, table.primary, out)
    const name = out.text.slice(before)
    out.text = out.text.slice(0, before) + ddl.identity(options.identity, node, name)
  } else {
    out.text += ` ${typeText(node, place, table, out)}`
    if (options.collation !== undefined) {
      out.text += ' COLLATE '
      out.identifier(options.collation)
    }
    if (column.generated) writeGenerated(column, table, place, out)
    if (options.notNull || options.identity) out.text += ' NOT NULL'
    if (options.identity) out.text += ` ${ddl.identity(options.identity, node, '')}`
    else if (options.default && !defaultOfDomain(column, out.dialect)) writeDefault(options.default.value, node, out)
  }
  if (options.comment === undefined) return
  out.require('comments', 'comments', `leave comment() of ${place} out, or keep the text in the program`)
  if (ddl.comments === 'inline') {
    out.text += ' COMMENT '
    writeCommentText(options.comment, place, out)
  }
}

/** The type's name; what it refuses is said of the column. */
function typeText(node: ColumnNode, place: string, table: TableNode, out: Writer): string {
  try {
    const text = columnTypeText(node.type, out.dialect)
    return out.dialect.ddl.columnType ? out.dialect.ddl.columnType(text, node, table, out) : text
  } catch (error) {
    if (!(error instanceof CompileError) || error instanceof UnsupportedFeatureError || error.message.includes(place)) throw error
    throw new CompileError(`${place}: ${error.message}`, error.code, { cause: error })
  }
}

function checkIdentity({ node, options }: ColumnInfo, out: Writer): void {
  const identity = options.identity!
  const place = `${node.source.name}.${node.key}`
  if (identity.always)
    out.require('identityAlways', 'GENERATED ALWAYS AS IDENTITY', `use identity() without always, which takes values too (${place})`)
  if (identity.start !== undefined && BigInt(identity.start) !== 1n)
    out.require('identityStart', 'START WITH for an identity', `insert the first row of ${place} with a value of its own`)
  const { increment, min, max, cache, cycle } = identity
  const others = [increment !== undefined && BigInt(increment) !== 1n, min !== undefined, max !== undefined, cache !== undefined, cycle]
  if (others.some(Boolean))
    out.require('identityOptions', 'increment, min, max, cache, cycle for an identity', `leave them out of identity() of ${place}`)
}

function writeGenerated({ options, generated }: ColumnInfo, table: TableNode, place: string, out: Writer): void {
  const { stored } = options.generated!
  if (!stored) out.require('virtualColumn', 'VIRTUAL generated columns', `leave stored: false out of generatedAs() of ${place}`)
  if (options.notNull)
    out.require(
      'generatedNotNull',
      'NOT NULL for a generated column',
      `leave notNull() of ${place} out, and add check((c) => c.isNotNull())`,
    )
  out.text += ' GENERATED ALWAYS AS ('
  inDdl(generated!, table, out)
  out.text += stored ? ') STORED' : ') VIRTUAL'
}

function writeDefault(value: unknown, column: ColumnNode, out: Writer): void {
  out.text += ' DEFAULT '
  writeDefaultValue(value, column, out)
}

/** `ALTER TABLE "t" ADD CONSTRAINT "fk" FOREIGN KEY …`: a key that closes a circle. */
export function writeLateKey(table: TableNode, key: ForeignKeyInfo, out: Writer): void {
  out.text += 'ALTER TABLE '
  out.sourceName(table)
  out.text += ' ADD '
  writeConstraint(key, out, table)
}
