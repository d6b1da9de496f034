/** A view as `view()` makes it: the server's own text of its SELECT under the names and types of its columns. */
import { make, RawStatement, TYPE } from '@quern/expression'
import { materializedView, schema, view } from '@quern/sql'
import type { Found, TableContext } from './build-table.js'
import type { DynamicTable } from './dynamic.js'

/** `undefined` where the text is not shown, or the names of the columns cannot keep their order in an object. */
export function buildView(
  { inspector, named, override, warnings }: TableContext,
  { table, columns, indexes }: Found,
): DynamicTable | undefined {
  const { name, definition } = table
  if (definition === null || columns.some((column) => /^(0|[1-9]\d*)$/.test(column.name) || column.name === '__proto__')) return undefined
  warnings.addAll(table, undefined, 'view', table.notes)
  if (table.comment !== null) warnings.add(table, undefined, 'view', 'has a comment, which is left out')
  for (const index of indexes)
    warnings.add(table, index.name, 'index', 'is on a materialized view, which is declared without indexes; it is left out')
  const types = columns.map((column) => {
    const made = override(column) ?? inspector.catalog.define(column, named.types)
    if (made[TYPE].name === 'custom' && !override(column))
      warnings.add(
        column,
        column.name,
        'type',
        `is of the type ${JSON.stringify(column.type)}, which Quern does not know; its values are typed unknown`,
      )
    // where comments stand at columns, a view shows those of its tables
    if (column.comment !== null && inspector.dialect.ddl.comments !== 'inline')
      warnings.add(column, column.name, 'column', 'has a comment, which is left out')
    return Object.freeze({ key: column.name, type: made[TYPE] })
  })
  const template = make.template([definition], [], make.constant.null.type, false)
  const statement = new RawStatement(Object.freeze({ kind: 'raw', template, columns: Object.freeze(types) }) as never)
  const isMaterialized = table.kind === 'materialized view'
  if (table.schema === inspector.defaultSchema) return (isMaterialized ? materializedView(name, statement) : view(name, statement)) as never
  const own = schema(table.schema)
  return (isMaterialized ? own.materializedView(name, statement) : own.view(name, statement)) as never
}

/** Views after the views that they read. */
export function sortViews(views: readonly Found[]): Found[] {
  const byName = new Map(views.map((one) => [JSON.stringify([one.table.schema, one.table.name]), one]))
  const sorted = new Set<Found>()
  const visit = (one: Found, open: ReadonlySet<Found>): void => {
    if (sorted.has(one) || open.has(one)) return
    for (const { schema: of, name } of one.table.reads) {
      const read = byName.get(JSON.stringify([of, name]))
      if (read) visit(read, new Set([...open, one]))
    }
    sorted.add(one)
  }
  for (const one of views) visit(one, new Set())
  return [...sorted]
}
