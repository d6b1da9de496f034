/** What only SQLite has. */
export { any, int64, sqlite } from '@quern/dialects/sqlite'
