/** Several hosts behind one engine: in which order they are asked, and which of them will do. */
import { QuernError } from '@quern/expression'
import type { Dialect, ServerRole } from '@quern/sql'
import { Backoff } from './backoff.js'
import type { Driver, DriverConnection } from './driver.js'
import { ConnectError, connectReason } from './errors.js'
import type { HostChoice, TargetSession } from './host-choice.js'

const fits: { readonly [Target in TargetSession]: (role: ServerRole) => boolean } = {
  any: () => true,
  primary: ({ standby }) => !standby,
  standby: ({ standby }) => standby,
  'prefer-standby': ({ standby }) => standby,
  'read-write': ({ standby, readOnly }) => !standby && !readOnly,
  'read-only': ({ standby, readOnly }) => standby || readOnly,
}

interface Host {
  readonly driver: Driver
  readonly backoff: Backoff
  /** It was not what is wanted when it was last asked; so it is asked last. */
  unfit: boolean
}

/** Why a host was passed over. */
interface Refusal {
  readonly host: string
  readonly reason: string
  readonly cause?: unknown
}

/** One driver over those of several hosts, all of the same library and dialect. `address` names all of them. */
export function driverOverHosts(drivers: readonly Driver[], address: string, choice: HostChoice): Driver {
  const [first] = drivers
  const hosts = drivers.map((driver): Host => ({ driver, backoff: new Backoff(), unfit: false }))
  const target = choice.targetSessionAttrs ?? 'any'
  const plaintext = drivers.flatMap((driver) => driver.plaintext ?? [])
  return {
    name: first!.name,
    dialect: first!.dialect,
    address,
    maxConnections: Math.min(...drivers.map(({ maxConnections }) => maxConnections)),
    ...(plaintext.length > 0 && { plaintext }),
    async connect(signal) {
      const refusals: Refusal[] = []
      const order = orderOf(hosts, choice.loadBalanceHosts === 'random')
      const targets: readonly TargetSession[] = target === 'prefer-standby' ? ['prefer-standby', 'any'] : [target]
      for (const wanted of targets) {
        for (const host of order) {
          const connection = await attempt(host, wanted, signal, refusals)
          if (connection !== undefined) return connection
        }
      }
      throw noHost(first!.dialect, address, target, refusals)
    },
  }
}

/** Those that failed lately come last, and before them those that were of the wrong kind. */
function orderOf(hosts: readonly Host[], random: boolean): Host[] {
  const now = performance.now()
  const shuffled = random ? shuffle(hosts) : [...hosts]
  const rank = ({ backoff, unfit }: Host) => (backoff.failing ? 2 + backoff.wait(now) : unfit ? 1 : 0)
  const ranks = new Map(shuffled.map((host) => [host, rank(host)]))
  return shuffled.sort((a, b) => ranks.get(a)! - ranks.get(b)!)
}

function shuffle<T>(items: readonly T[]): T[] {
  const order = [...items]
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1))
    ;[order[i], order[other]] = [order[other]!, order[i]!]
  }
  return order
}

/** A connection to this host where it is what is wanted. */
async function attempt(host: Host, wanted: TargetSession, signal: AbortSignal, refusals: Refusal[]): Promise<DriverConnection | undefined> {
  signal.throwIfAborted()
  const { driver, backoff } = host
  const started = performance.now()
  let connection: DriverConnection
  let role: ServerRole
  try {
    connection = await driver.connect(signal)
  } catch (cause) {
    if (isFinal(cause, driver.dialect)) throw cause
    backoff.failed(cause, started, performance.now())
    signal.throwIfAborted()
    refusals.push({ host: placeOf(driver), reason: connectReason(cause), cause })
    return undefined
  }
  try {
    role = await roleOf(connection)
    signal.throwIfAborted()
  } catch (cause) {
    backoff.failed(cause, started, performance.now())
    await connection.close()
    signal.throwIfAborted()
    refusals.push({ host: placeOf(driver), reason: connectReason(cause), cause })
    return undefined
  }
  if (!role.ready) backoff.failed(undefined, started, performance.now())
  else backoff.succeeded()
  host.unfit = !fits[wanted](role)
  if (role.ready && !host.unfit) return kept(connection, driver, wanted)
  await connection.close()
  refusals.push({ host: placeOf(driver), reason: role.ready ? kindOf(role) : 'is not ready' })
  return undefined
}

/** A wrong password is wrong on the next host too, and some servers lock accounts; a fault of our own options as well. */
function isFinal(cause: unknown, dialect: Dialect): boolean {
  if (cause instanceof QuernError) return true
  const { code } = dialect.classify(cause)
  return code !== undefined && dialect.session.role?.denied.includes(code) === true
}

async function roleOf(connection: DriverConnection): Promise<ServerRole> {
  const { role } = connection.dialect.session
  if (role === undefined) return { standby: false, readOnly: false, ready: true }
  const { rows } = await connection.execute({ text: role.text, values: [], returnsRows: true, wide: false, prepare: false })
  return role.read(rows[0]!)
}

/**
 * Where a certain kind of server is wanted, the ping asks for it as well: a connection to a server that has changed its part is replaced.
 * A standby that became the primary serves a reader no worse than before, but is not what was asked for.
 */
function kept(connection: DriverConnection, driver: Driver, wanted: TargetSession): DriverConnection {
  connection.address = driver.address
  connection.writes = wanted === 'primary' || wanted === 'read-write'
  connection.ping = async () => {
    const role = await roleOf(connection)
    if (!role.ready) throw new Error('The server is not ready.')
    if (!fits[wanted](role)) throw new Error(`The server ${kindOf(role)}, and ${titles[wanted]} is wanted.`)
  }
  return connection
}

const titles: { readonly [Target in TargetSession]: string } = {
  any: 'any server',
  primary: 'a primary',
  standby: 'a standby',
  'prefer-standby': 'a standby',
  'read-write': 'a server that takes writes',
  'read-only': 'a server that takes no writes',
}

const kindOf = ({ standby, readOnly }: ServerRole): string =>
  standby ? 'is a standby' : readOnly ? 'is a primary that takes no writes' : 'is a primary'

/** `host:port` of an address. */
const placeOf = ({ address }: Driver): string => /^\w+:\/\/(?:[^@/]*@)?([^/]*)/.exec(address)?.[1] ?? address

function noHost(dialect: Dialect, address: string, target: TargetSession, refusals: readonly Refusal[]): Error {
  const told = new Map(refusals.map(({ host, reason }) => [host, reason]))
  const list = [...told].map(([host, reason]) => (reason.startsWith('is ') ? `${host} ${reason}` : `${host}: ${reason}`)).join('; ')
  const wanted = target === 'any' ? '' : `no host is ${titles[target]}; `
  const causes = refusals.flatMap(({ cause }) => (cause === undefined ? [] : [cause]))
  return new ConnectError(`cannot connect to ${dialect.title} at ${address}: ${wanted}${list}`, {
    code: 'NO_HOST',
    table: undefined,
    column: undefined,
    constraint: undefined,
    sql: undefined,
    params: undefined,
    cause: causes.at(-1),
  })
}
