/** The names of printed things: constants, and the properties of columns. */
import type { NamedObject, ObjectNode, TableNode, ViewNode } from '@quern/schema'
import { reserved } from './print-imports.js'
import type { Overrides } from './print-overrides.js'
import { camelCase, Identifiers } from './source-text.js'

export interface Names {
  readonly constants: ReadonlyMap<ObjectNode, string>
  /** The property of each column of each table. */
  readonly keys: ReadonlyMap<TableNode, ReadonlyMap<string, string>>
}

const suffixes = { table: 'Table', view: 'View', enum: 'Type', domain: 'Type', sequence: 'Sequence', schema: 'Schema' } as const

/** Tables have the first choice, so that a type that is called like one does not change it. */
export function namesOf(
  tables: readonly TableNode[],
  views: readonly ViewNode[],
  objects: readonly NamedObject[],
  camel: boolean,
  overrides: Overrides,
  taken: readonly string[],
): Names {
  const identifiers = new Identifiers([...reserved, ...taken])
  const take = (node: TableNode | ViewNode | NamedObject): [ObjectNode, string] => {
    const full = node.schema === undefined ? node.name : `${node.schema}_${node.name}`
    return [node, identifiers.take(camel ? camelCase(full) : full, suffixes[node.kind])]
  }
  return {
    constants: new Map([...tables.map(take), ...views.map(take), ...objects.map(take)]),
    keys: new Map(tables.map((table) => [table, columnKeys(table, camel, overrides)])),
  }
}

/** JavaScript puts properties that look like whole numbers before all others. */
const moves = /^(0|[1-9]\d*)$/

function columnKeys(table: TableNode, camel: boolean, overrides: Overrides): Map<string, string> {
  const taken = new Set<string>()
  const keys = new Map<string, string>()
  for (const { node } of table.columns) {
    const wanted = overrides(table, node)?.key ?? (camel ? camelCase(node.name) : node.key)
    const base = moves.test(wanted) ? `_${wanted}` : wanted
    let key = base
    for (let i = 2; taken.has(key); i++) key = `${base}${i}`
    taken.add(key)
    keys.set(node.name, key)
  }
  return keys
}
