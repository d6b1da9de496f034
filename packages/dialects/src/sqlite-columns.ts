/** Column types in SQLite's own words, also for STRICT tables, which take no others. */
import { sqlType } from '@quern/expression'
import { columnOf, customType } from '@quern/schema'

/** INTEGER of 64 bits as a bigint. */
export const int64 = () => columnOf<bigint, 'exact'>(sqlType('bigint', 'exact', undefined, undefined, undefined, undefined, 'INTEGER'))
/** ANY: whatever is stored, as it is. */
export const any = () => customType<string | number | bigint | Uint8Array>('ANY')
