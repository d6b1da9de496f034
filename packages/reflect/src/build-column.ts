/** A column as its definition. */
import { TYPE } from '@quern/expression'
import type { AnyColumnDef } from '@quern/schema'
import { columnTypeText } from '@quern/sql'
import { defaultOf, fragment } from './defaults.js'
import type { ColumnDetails } from './details.js'
import type { Inspector } from './inspector.js'
import type { NamedObjects } from './named.js'
import type { Warnings } from './warning-list.js'

export interface ColumnContext {
  readonly inspector: Inspector
  readonly named: NamedObjects
  readonly warnings: Warnings
  /** The type that the program asks for, instead of the database's. */
  readonly override: (column: ColumnDetails) => AnyColumnDef | undefined
  /** The property from the database's name. */
  readonly keyOf: (column: ColumnDetails) => string
}

export function buildColumn(context: ColumnContext, column: ColumnDetails, isKey: boolean): AnyColumnDef {
  const { inspector, named } = context
  const chosen = context.override(column)
  let definition = chosen ?? inspector.catalog.define(column, named.types)
  warnColumn(context, column, definition, chosen !== undefined)
  if (context.keyOf(column) !== column.name) definition = definition.named(column.name)
  if (!column.nullable) definition = definition.notNull()
  if (isKey && !column.nullable) definition = definition.primaryKey()
  definition = withValue(context, column, definition)
  if (column.collation !== null && takesCollation(definition)) definition = definition.collate(column.collation)
  return column.comment === null ? definition : definition.comment(column.comment)
}

const takesCollation = (definition: AnyColumnDef): boolean => ['text', 'unknown'].includes(definition[TYPE].family)

/** What the server puts in by itself. */
function withValue({ inspector, named }: ColumnContext, column: ColumnDetails, definition: AnyColumnDef): AnyColumnDef {
  const { identity, generated, sequence } = column
  if (identity) return definition.identity(identityOptions(identity) as never)
  if (generated)
    return definition.generatedAs(fragment(generated.expression, inspector.catalog), generated.kind === 'stored' ? {} : { stored: false })
  const drawn = sequence && named.sequence(sequence)
  if (drawn) return definition.default(drawn.nextValue())
  if (column.default === null) return definition
  const found = defaultOf(column.default, definition[TYPE], inspector.catalog, inspector.dialect)
  return found ? definition.default(found.value as never) : definition
}

function identityOptions({ always, cycle, ...numbers }: NonNullable<ColumnDetails['identity']>): object {
  const given = Object.entries(numbers).filter(([, value]) => value !== null)
  return { ...(always && { always }), ...Object.fromEntries(given), ...(cycle && { cycle }) }
}

function warnColumn({ inspector, named, warnings }: ColumnContext, column: ColumnDetails, definition: AnyColumnDef, chosen: boolean): void {
  const { catalog, dialect } = inspector
  const type = definition[TYPE]
  const say = (kind: 'type' | 'column', message: string) => warnings.add(column, column.name, kind, message)
  const isNamed = column.userType !== null && named.types(column.userType) !== undefined
  if (type.name === 'custom' && !chosen)
    say('type', `is of the type ${JSON.stringify(column.type)}, which Quern does not know; its values are typed unknown`)
  else if (!isNamed && (column.identity === null || !dialect.ddl.identityIsPrimaryKey)) {
    const written = columnTypeText(type, dialect)
    if (catalog.spelling(written) !== catalog.spelling(column.type))
      say('type', `is ${JSON.stringify(column.type)}; createAll would write ${written}`)
  }
  if (column.dimensions > 1) say('type', `is declared with ${column.dimensions} dimensions, which the database forgets in a copy`)
  if (column.collation !== null && !takesCollation(definition))
    say('column', `has the collation ${JSON.stringify(column.collation)}, which is left out`)
  if (column.default !== null && column.identity === null && !column.generated && /\bnextval\(/i.test(column.default) && !column.sequence)
    say('column', 'has a default that draws from a sequence and does more; it is kept as text')
  for (const note of column.notes) say('column', note)
}
