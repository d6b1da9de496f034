import type { Dialect } from '../servers/urls.js'

/** What fault tests ask a server about its sessions, per dialect; written by hand, run by the bare client libraries or as plain text. */
export interface FaultTexts {
  /** Runs for that many seconds. */
  readonly sleep: (seconds: number) => string
  /** The number of this session. */
  readonly own: string
  /** Ends a session. */
  readonly kill: (id: string) => string
  /** The sessions of this database but the asking one: their number, and a word for what they do. */
  readonly sessions: string
  /** The sessions among them that hold a transaction open. */
  readonly open: string
}

const mysqlTexts: FaultTexts = {
  sleep: (seconds) => `select sleep(${seconds})`,
  own: 'select connection_id()',
  kill: (id) => `kill ${id}`,
  sessions: 'select id from information_schema.processlist where db = database() and id <> connection_id()',
  open: `select trx_mysql_thread_id from information_schema.innodb_trx t join information_schema.processlist p on p.id = t.trx_mysql_thread_id
    where p.db = database() and p.id <> connection_id()`,
}

export const faultTexts: { readonly [Name in Exclude<Dialect, 'sqlite'>]: FaultTexts } = {
  postgres: {
    sleep: (seconds) => `select pg_sleep(${seconds})`,
    own: 'select pg_backend_pid()',
    kill: (id) => `select pg_terminate_backend(${id})`,
    sessions: `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    open: `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'`,
  },
  mysql: mysqlTexts,
  mariadb: mysqlTexts,
}
