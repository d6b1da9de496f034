/** RETURNING: what it yields, and how it is written. */
import { contains, type ExpressionNode } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { writeProjection } from './clauses.js'
import type { Feature } from './dialect.js'
import { isVersion, versionOf } from './excluded.js'
import type { Projection } from './nodes.js'
import { projectionOf, wholeProjection } from './projection.js'
import { columnsIn } from './walk.js'
import type { Writer } from './writer.js'

type Verb = 'insert' | 'update' | 'delete' | 'merge'

/** A function gets the rows before and after. */
export function returningOf(args: readonly unknown[], table: TableNode, verb: Verb): Projection {
  const [first] = args
  if (args.length === 0) return wholeProjection(table)
  if (typeof first !== 'function') return projectionOf(args)
  const versions = {
    old: versionOf(table, 'old', verb === 'insert' || verb === 'merge').object,
    new: versionOf(table, 'new', verb === 'delete' || verb === 'merge').object,
  }
  return projectionOf([first(versions)])
}

const instead: Readonly<Record<Verb, string>> = {
  insert: 'use result.insertedId or a second SELECT',
  update: 'use a SELECT in the same transaction',
  delete: 'use a SELECT in the same transaction',
  merge: 'use a SELECT in the same transaction',
}

/** `alone` where only the one table's columns can be meant, so that they need no table before them. */
export function writeReturning(projection: Projection | undefined, verb: Verb, table: TableNode, alone: boolean, out: Writer): void {
  if (projection === undefined) return
  out.require(`${verb}Returning` as Feature, `RETURNING after ${verb.toUpperCase()}`, instead[verb])
  out.text += ' RETURNING '
  if (projection.whole === table) {
    if (alone) out.unqualified(() => writeProjection(projection, out))
    else writeProjection(projection, out)
    return
  }
  const nodes = projection.fields.map((field) => field.node)
  const versions = versionsIn(nodes)
  if (versions.length > 0) {
    out.require('returningOldNew', 'old and new rows in RETURNING', 'select the rows before the change, in the same transaction')
    out.enter(versions)
    writeProjection(projection, out)
    out.leave()
  } else if (!alone || projection.contains & contains.statement) writeProjection(projection, out)
  else out.unqualified(() => writeProjection(projection, out))
}

const versionsIn = (nodes: readonly ExpressionNode[]) => [
  ...new Set(nodes.flatMap((node) => [...columnsIn(node)].map(({ source }) => source).filter(isVersion))),
]

/** Whether RETURNING names anything but columns of the table. */
export const returnsOthers = ({ fields }: Projection, table: TableNode): boolean =>
  fields.some(({ node }) => [...columnsIn(node)].some(({ source }) => source !== table))
