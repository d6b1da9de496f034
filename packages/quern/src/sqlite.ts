/** What only SQLite has. */
export { sqlite } from '@quern/dialects/sqlite'
