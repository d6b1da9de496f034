import type { AnyExpr, Keyed } from '@quern/expression'
import type { Metadata, Source } from '@quern/schema'

/** A column of which nothing is known at compile time: every method, every operand. */
export type DynamicColumn = AnyExpr<any, any, any, 'row'> & Keyed<any>

/** A table of which nothing is known at compile time; its rows are `Record<string, any>`. */
export type DynamicTable = Source<any, any> & { readonly [column: string]: DynamicColumn }

/** What `reflect` yields. */
export type DynamicMetadata = Metadata<Record<string, DynamicTable>>
