/** The one place where dialect names become values. */

import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { CompileError } from '@quern/expression'
import { type Dialect, type DialectName, type Version, withVersion } from '@quern/sql'

const dialects: Readonly<Record<DialectName, Dialect>> = { postgres, mysql, mariadb, sqlite }

/** The dialect of that name, with the rules of that server version: `'16'`, `'8.4.3'`. */
export function dialectOf(name: DialectName, version?: string): Dialect {
  if (!Object.hasOwn(dialects, name))
    throw new CompileError(`there is no dialect ${JSON.stringify(name)}; there are ${Object.keys(dialects).join(', ')}`)
  return version === undefined ? dialects[name] : withVersion(dialects[name], versionOf(version))
}

function versionOf(text: string): Version {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text)
  if (!match) throw new CompileError(`${JSON.stringify(text)} is no server version; write it as '16' or '8.4.3'`)
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)]
}
