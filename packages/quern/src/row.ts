import type { Comparable, RowOfRuns } from '@quern/expression'
import type { RowOfDefs, Source } from '@quern/schema'

/** The row of a table or of a statement: `Row<typeof users>`, `Row<typeof query>`. */
export type Row<X> = X extends Source<any, infer Defs> ? RowOfDefs<Defs> : RowOfRuns<X>

/** Any table with these columns, for functions over many tables: `TableWith<{ tenantId: number }>`. */
export type TableWith<Columns> = Source<any, any> & { readonly [Key in keyof Columns]: Comparable<Columns[Key], any, any, 'row', any, any> }
