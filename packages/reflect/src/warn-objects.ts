/** What a schema holds and metadata has no place for. */
import type { Found } from './build-table.js'
import type { ObjectDetails } from './details.js'
import type { Warnings } from './warning-list.js'

const article = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`

/** Of tables that were not asked for nothing is said; of routines only where the whole schema was. */
export function warnObjects(objects: ObjectDetails, found: readonly Found[], isWhole: boolean, warnings: Warnings): void {
  const tables = new Set(found.map(({ table }) => JSON.stringify([table.schema, table.name])))
  const isMeant = ({ schema, table }: { readonly schema: string; readonly table: string | null }) =>
    table === null ? isWhole : isWhole || tables.has(JSON.stringify([schema, table]))
  for (const one of objects.triggers)
    if (isMeant(one)) warnings.add(one, one.name, 'trigger', `runs ${one.timing} ${one.events.join(' or ')}, and is left out`)
  for (const one of objects.policies) if (isMeant(one)) warnings.add(one, one.name, 'policy', 'is left out')
  for (const one of objects.others) {
    if (!isMeant(one)) continue
    const place = { schema: one.schema, table: one.table ?? one.name }
    warnings.add(
      place,
      one.table === null ? undefined : one.name,
      one.kind === 'rule' ? 'rule' : 'object',
      `${one.table === null ? `is ${article(one.kind)}, which ` : one.kind === 'rule' ? '' : `(${one.kind}) `}is left out`,
    )
  }
  if (!isWhole) return
  for (const { schema, name, kind, arguments: args, extension } of objects.routines)
    if (extension === null) warnings.add({ schema, name }, undefined, 'routine', `is ${article(kind)} (${args}), which is left out`)
  for (const { schema, name } of objects.extensions)
    warnings.add({ schema, name }, undefined, 'extension', 'is an extension, which is left out; create it before createAll')
}
