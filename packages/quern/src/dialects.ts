/** The one place where dialect names become values. */

import * as dialects from '@quern/dialects'
import { CompileError } from '@quern/expression'
import { type Dialect, type DialectName, type Version, withVersion } from '@quern/sql'

/** Functions, because a dialect is loaded when it is first asked for. */
const dialectsByName: Readonly<Record<DialectName, () => Dialect>> = {
  postgres: () => dialects.postgres,
  mysql: () => dialects.mysql,
  mariadb: () => dialects.mariadb,
  sqlite: () => dialects.sqlite,
}

/** The dialect of that name, with the rules of that server version: `'16'`, `'8.4.3'`. */
export function dialectOf(name: DialectName, version?: string): Dialect {
  if (!Object.hasOwn(dialectsByName, name))
    throw new CompileError(`there is no dialect ${JSON.stringify(name)}; there are ${Object.keys(dialectsByName).join(', ')}`)
  const dialect = dialectsByName[name]()
  return version === undefined ? dialect : withVersion(dialect, versionOf(version))
}

function versionOf(text: string): Version {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text)
  if (!match) throw new CompileError(`${JSON.stringify(text)} is no server version; write it as '16' or '8.4.3'`)
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)]
}
