import type { DialectName } from '@quern/sql'

/** OpenTelemetry's names for a database: https://opentelemetry.io/docs/specs/semconv/database/ */
export interface Attributes {
  readonly 'db.system.name': string
  readonly 'db.namespace'?: string
  readonly 'server.address'?: string
  readonly 'server.port'?: number
}

const systems: { readonly [D in DialectName]: string } = { postgres: 'postgresql', mysql: 'mysql', mariadb: 'mariadb', sqlite: 'sqlite' }

/** From a driver's address, which has no password. */
export function attributesOf(dialect: DialectName, address: string): Attributes {
  const system = { 'db.system.name': systems[dialect] }
  if (!/^\w+:\/\/[^/]/.test(address)) return { ...system, 'db.namespace': address.replace(/^sqlite:(?:\/\/\/)?/, '') }
  // Of several hosts none is the address of every session.
  const several = /^\w+:\/\/[^/]*,[^/]*(?:\/(.*))?$/.exec(address)
  if (several) return { ...system, ...(several[1] && { 'db.namespace': decodeURIComponent(several[1]) }) }
  try {
    const { hostname, port, pathname } = new URL(address.replace(/^\w+:/, 'http:'))
    const namespace = decodeURIComponent(pathname.slice(1))
    return {
      ...system,
      ...(namespace !== '' && { 'db.namespace': namespace }),
      'server.address': decodeURIComponent(hostname),
      ...(port !== '' && { 'server.port': Number(port) }),
    }
  } catch {
    // A socket's path and the like: the system is what is known.
    return system
  }
}
