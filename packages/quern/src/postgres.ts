/** What only PostgreSQL has. */
export { postgres } from '@quern/dialects/postgres'
