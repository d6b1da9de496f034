import { conditions, Statement, seal, statementNode } from '@quern/expression'
import type { Source } from '@quern/schema'
import { cteSource } from './derived.js'
import { tableNode } from './insert.js'
import type { DeleteNode } from './nodes.js'
import { projectionOf, wholeProjection } from './projection.js'
import type { Unfiltered } from './update.js'

/** `DELETE FROM t WHERE …`: `deleteFrom(posts).where(posts.id.eq(1n))` */
export function deleteFrom<Name extends string, Defs>(table: Source<Name, Defs>): Unfiltered<Name, Defs, 'delete'> {
  const node: DeleteNode = { kind: 'delete', table: tableNode(table, 'deleteFrom()'), where: [], allRows: false, returning: undefined }
  return new DeleteStatement(seal(node)) as unknown as Unfiltered<Name, Defs, 'delete'>
}

class DeleteStatement extends Statement {
  get #node(): DeleteNode {
    return statementNode(this) as DeleteNode
  }

  where(...list: unknown[]): DeleteStatement {
    return new DeleteStatement(seal({ ...this.#node, where: [...this.#node.where, ...conditions(list, 'where()')] }))
  }

  allRows(): DeleteStatement {
    return new DeleteStatement(seal({ ...this.#node, allRows: true }))
  }

  returning(...args: unknown[]): DeleteStatement {
    const node = this.#node
    return new DeleteStatement(seal({ ...node, returning: args.length === 0 ? wholeProjection(node.table) : projectionOf(args) }))
  }

  cte(name: string): unknown {
    return cteSource(name, this.#node)
  }
}
