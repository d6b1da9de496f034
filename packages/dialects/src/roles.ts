/** What a server is among others. */
import type { RoleQuestion } from '@quern/sql'

const yes = (value: unknown): boolean => value === true || value === 't' || /^(1|on)$/i.test(String(value))

export const postgresRole: RoleQuestion = {
  text: "SELECT pg_is_in_recovery()::text, current_setting('default_transaction_read_only')",
  read: ([standby, readOnly]) => ({ standby: standby === 'true', readOnly: yes(readOnly), ready: true }),
  // invalid_authorization_specification, invalid_password
  denied: ['28000', '28P01'],
  demoted: [],
}

const denied = ['ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR', 'ER_ACCOUNT_HAS_BEEN_LOCKED']
const demoted = ['ER_OPTION_PREVENTS_STATEMENT', 'ER_READ_ONLY_MODE']

export const mysqlRole: RoleQuestion = {
  text: 'SELECT @@GLOBAL.read_only, @@GLOBAL.transaction_read_only',
  read: ([standby, readOnly]) => ({ standby: yes(standby), readOnly: yes(readOnly), ready: true }),
  denied,
  demoted,
}

/** A node of a Galera cluster that lost the others, or has not caught up with them, says so and refuses everything else. */
export const mariadbRole: RoleQuestion = {
  text:
    'SELECT @@GLOBAL.read_only, @@GLOBAL.tx_read_only, ' +
    "(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'WSREP_ON'), " +
    "(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_READY')",
  read: ([standby, readOnly, galera, ready]) => ({
    standby: yes(standby),
    readOnly: yes(readOnly),
    ready: !yes(galera) || yes(ready),
  }),
  denied,
  demoted,
}
