/** What a program knows better than the database about a column: its JSON's type, its name, a column function of its own. */
import { CompileError } from '@quern/expression'
import type { ColumnInfo, TableNode } from '@quern/schema'
import { matcher } from './patterns.js'

export interface ColumnOverride {
  /** The type of a JSON column's values: `json<Meta>()`; a name that `from` exports, or TypeScript in place. */
  readonly json?: string
  /** A column function that `from` exports, instead of the database's type: `money` makes `money()`. */
  readonly use?: string
  /** The module of `json` or `use`: `./types.js`. */
  readonly from?: string
  /** `'number'` for bigint and numeric, `'string'` for timestamps, as the type functions take it. */
  readonly mode?: 'number' | 'string'
  /** The property, instead of the one made of the name. */
  readonly key?: string
}

export type Overrides = (table: TableNode, column: Pick<ColumnInfo['node'], 'name'>) => ColumnOverride | undefined

const identifier = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u

/** @throws CompileError for a pattern that means no column, or a name that is none; the message names the pattern */
export function overridesOf(columns: Readonly<Record<string, ColumnOverride>>, tables: readonly TableNode[]): Overrides {
  const rules = Object.entries(columns).map(([pattern, override]) => ({
    pattern,
    override: checked(pattern, override),
    isMeant: matcher([pattern]),
  }))
  const namesOf = ({ name, schema }: TableNode, column: string) =>
    schema === undefined ? [`${name}.${column}`] : [`${name}.${column}`, `${schema}.${name}.${column}`]
  for (const { pattern, isMeant } of rules) {
    if (!tables.some((table) => table.columns.some(({ node }) => namesOf(table, node.name).some(isMeant))))
      throw new CompileError(`columns[${JSON.stringify(pattern)}] means no column of the printed tables`)
  }
  return (table, { name }) => rules.find(({ isMeant }) => namesOf(table, name).some(isMeant))?.override
}

function checked(pattern: string, override: ColumnOverride): ColumnOverride {
  const place = `columns[${JSON.stringify(pattern)}]`
  const { json, use, from } = override
  if (json !== undefined && use !== undefined) throw new CompileError(`${place} takes json or use, not both`)
  if (use !== undefined && (from === undefined || !identifier.test(use)))
    throw new CompileError(`${place}.use is the name of a function that from exports, such as { use: 'money', from: './columns.js' }`)
  if (json !== undefined && from !== undefined && !identifier.test(json))
    throw new CompileError(`${place}.json is the name of a type that from exports; leave from out to write the type in place`)
  if (from !== undefined && json === undefined && use === undefined) throw new CompileError(`${place}.from is the module of json or use`)
  return override
}
