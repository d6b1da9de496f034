/** Which tables refer to each other in a circle: TypeScript cannot infer the type of one from the other then. */
import type { TableNode } from '@quern/schema'

/** A number per table; two tables have the same one when each is reached from the other over foreign keys. */
export function circles(tables: readonly TableNode[]): Map<TableNode, number> {
  const known = new Set(tables)
  const order = new Map<TableNode, number>()
  const low = new Map<TableNode, number>()
  const open: TableNode[] = []
  const circle = new Map<TableNode, number>()
  const visit = (table: TableNode): void => {
    order.set(table, order.size)
    low.set(table, order.get(table)!)
    open.push(table)
    for (const target of targets(table)) {
      if (!known.has(target) || circle.has(target)) continue
      if (!order.has(target)) visit(target)
      low.set(table, Math.min(low.get(table)!, low.get(target)!))
    }
    if (low.get(table) !== order.get(table)) return
    for (let member = open.pop(); member; member = open.pop()) {
      circle.set(member, order.get(table)!)
      if (member === table) break
    }
  }
  for (const table of tables) if (!order.has(table)) visit(table)
  return circle
}

const targets = (table: TableNode): TableNode[] => table.foreignKeys.map((key) => key.target()[0]!.source as TableNode)
