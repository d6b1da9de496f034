/** What printed files import, of Quern and of each other. */

/** Everything that printed source may import of the main package; no constant takes one of these names. */
const main = `
  array bigint blob boolean char check customType date domain doublePrecision enumType exclude foreignKey index indexKey integer interval json jsonb
  materializedView maxValue metadata minValue mysqlOptions now numeric partition partitionBy postgresOptions primaryKey real schema sequence smallint sql
  sqliteOptions table tableComment text time timestamp timestamptz unique uuid varchar view`
const extras = {
  'quern/postgres': `bit cidr datemultirange daterange inet int4multirange int4range int8multirange int8range macaddr nummultirange numrange tsmultirange
    tsquery tsrange tstzmultirange tstzrange tsvector varbit`,
  'quern/mysql': `binary bit mediumblob mediumint mediumtext regularblob regulartext set mysqlTimestamp tinyblob tinyint tinytext unsigned varbinary year`,
  'quern/sqlite': 'any int64',
} as const
export type Extra = keyof typeof extras
const words = (text: string): string[] => text.trim().split(/\s+/)

/** The parameter of the third argument, the metadata, and a type. */
const own = ['t', 'db', 'AnyColumn']
export const reserved: readonly string[] = [...words(main), ...Object.values(extras).flatMap(words), ...own]

const lineWidth = 140

/** On one line where it fits, else one item per line. */
export function list(open: string, items: readonly string[], close: string, space: string): string {
  const line = items.length === 0 ? `${open}${close}` : `${open}${space}${items.join(', ')}${space}${close}`
  return line.length <= lineWidth ? line : `${open}\n${items.map((item) => `  ${item},\n`).join('')}${close}`
}

const byName = (a: string, b: string): number => {
  const [x, y] = [a, b].map((name) => name.replace(/^type /, '').toLowerCase()) as [string, string]
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1
}

/** The imports of one file. */
export class Imports {
  readonly #modules = new Map<string, Set<string>>()

  /** A name that the file uses, from a module. */
  use(name: string, module = 'quern'): string {
    const names = this.#modules.get(module) ?? new Set()
    this.#modules.set(module, names.add(name))
    return name.replace(/^type /, '')
  }

  extra(name: string, module: Extra): string {
    // two packages have a type of that name
    if (name !== 'mysqlTimestamp') return this.use(name, module)
    this.use('timestamp as mysqlTimestamp', module)
    return name
  }

  /** Quern's first, then the program's own. */
  text(): string {
    const rank = (module: string) => (module === 'quern' ? 0 : module.startsWith('quern/') ? 1 : 2)
    const modules = [...this.#modules].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    return modules.map(([module, names]) => one(module, [...names])).join('\n')
  }
}

/** A module of types alone is gone when the program runs. */
function one(module: string, names: readonly string[]): string {
  const types = names.every((name) => name.startsWith('type '))
  const shown = [...names].sort(byName).map((name) => (types ? name.replace(/^type /, '') : name))
  const from = `'${module.replace(/[\\']/g, '\\$&')}'`
  return list(types ? 'import type {' : 'import {', shown, `} from ${from}`, ' ')
}
