import type { AnyExpr, Keyed } from '@quern/expression'
import type { ColumnDef, Metadata, Source } from '@quern/schema'

/** A column of which nothing is known at compile time: every method, every operand. */
export type DynamicColumn = AnyExpr<any, any, any, 'row'> & Keyed<string>

/** Any key, any value, none of them needed to insert a row. */
type DynamicDefs = Record<string, ColumnDef<any, any, 'default'>>

/** A table of which nothing is known at compile time; its rows are `Record<string, any>`. */
export type DynamicTable = Source<string, DynamicDefs> & { readonly [column: string]: DynamicColumn }

/** What `reflect` yields. */
export type DynamicMetadata = Metadata<Record<string, DynamicTable>>
