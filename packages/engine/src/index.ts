export { AdvisoryLock, type AdvisoryLockOptions, type LockKey } from './advisory.js'
export { type ConnectOptions, connectKeys, connectOptionsOf, splitOptions } from './connect-options.js'
export { Connection } from './connection.js'
export { type CredentialOptions, type Credentials, checkCredentials, credentialsOf } from './credentials.js'
export { within } from './deadline.js'
export * from './driver.js'
export { createEngine, Engine, type LazyDriver } from './engine.js'
export {
  CheckViolationError,
  CommitUnknownError,
  ConnectError,
  ConnectionLostError,
  DatabaseError,
  DataError,
  DeadlockError,
  ForeignKeyViolationError,
  ImplicitCommitError,
  LockTimeoutError,
  MultipleRowsError,
  NoRowError,
  NotNullViolationError,
  ParentLockedError,
  PoolClosedError,
  PoolTimeoutError,
  QueryCanceledError,
  ReadOnlyError,
  SerializationError,
  SqlSyntaxError,
  TransactionClosedError,
  TransactionRolledBackError,
  UndefinedColumnError,
  UndefinedTableError,
  UniqueViolationError,
} from './errors.js'
export type { EngineEvent, EngineEvents, EngineWarning, TransactionEvent } from './events.js'
export { Executor, type Result } from './executor.js'
export { type ExplainOptions, QueryPlan } from './explain.js'
export type { HostChoice, TargetSession } from './host-choice.js'
export { driverOverHosts } from './hosts.js'
export { isIP } from './ip.js'
export { type ListenOptions, type Receiver, Subscription } from './listening.js'
export {
  type CloseOptions,
  checkEngineOptions,
  type EngineOptions,
  OptionError,
  type PoolOptions,
  type RetriedOptions,
  type RunOptions,
  type StreamOptions,
} from './options.js'
export type { EngineStatus, PoolFigures } from './pool-slot.js'
export { type InstrumentOptions, instrument, type Telemetry } from './telemetry.js'
export { checkTls, encrypts, isLocal, type TlsMode, type TlsOption, type TlsOptions, type TlsSettings, tlsSettings } from './tls.js'
export { Transaction } from './transaction.js'
export { type DatabaseUrl, type HostAddress, parseUrl, UrlError } from './url.js'
export type { QueryTrace } from './watch.js'
