/** ENUM of MySQL and MariaDB has no name; `enumType()` needs one. */

import type { Found } from './build-table.js'
import type { EnumDetails } from './details.js'

/** Named like its column; like its table and column where another list of labels, or a table, has that name. */
export function nameEnums(found: readonly Found[]): { readonly found: readonly Found[]; readonly enums: readonly EnumDetails[] } {
  const columns = found.flatMap((one) => one.columns).filter(isEnum)
  const lists = new Map<string, Set<string>>()
  const taken = new Set(found.map(({ table }) => table.name))
  for (const { name, labels } of columns) lists.set(name, (lists.get(name) ?? new Set()).add(JSON.stringify(labels)))
  const enums = new Map<string, EnumDetails>()
  const nameOf = (column: Found['columns'][number]): string => {
    const { schema, table, name, labels } = column
    const plain = lists.get(name)!.size === 1 && !taken.has(name) ? name : `${table}_${name}`
    let own = plain
    for (let i = 2; ; i++) {
      const known = enums.get(own)
      if (!taken.has(own) && (!known || JSON.stringify(known.labels) === JSON.stringify(labels))) break
      own = `${plain}_${i}`
    }
    if (!enums.has(own)) enums.set(own, { schema, name: own, labels: labels!, comment: null, notes: [] })
    return own
  }
  const named = found.map((one) => ({
    ...one,
    columns: one.columns.map((column) => {
      if (!isEnum(column)) return column
      const name = nameOf(column)
      return { ...column, userType: { kind: 'enum' as const, schema: enums.get(name)!.schema, name } }
    }),
  }))
  return { found: named, enums: [...enums.values()] }
}

const isEnum = ({ type, labels }: Found['columns'][number]): boolean => labels !== null && labels.length > 0 && type.startsWith('enum')
