/** `` sql`…` `` as a statement of its own. */

import type { StatementNode, TemplateNode } from './nodes.js'
import { checkKey, Statement } from './operand.js'
import type { Row, Runnable } from './runs.js'
import { TYPE, type TypeToken } from './typed.js'
import type { SqlType } from './types.js'

export interface RawNode extends StatementNode {
  readonly kind: 'raw'
  readonly template: TemplateNode
  /** The keys and types of the result's columns in their order; `undefined` when the rows stay as the driver has them. */
  readonly columns: readonly { readonly key: string; readonly type: SqlType }[] | undefined
}

/** Hand-written SQL with declared result columns. */
export class RawStatement<Rw> extends Statement implements Runnable<Rw> {
  declare readonly [Row]?: Rw
  declare readonly need?: never
  declare readonly grouping?: never
  declare readonly params?: never

  static of<Rw>(template: TemplateNode, columns: Readonly<Record<string, TypeToken<unknown, string>>>): RawStatement<Rw> {
    const list = Object.keys(columns).map((key) => Object.freeze({ key: checkKey(key), type: columns[key]![TYPE] }))
    const node: RawNode = { kind: 'raw', template, columns: Object.freeze(list) }
    return new RawStatement(Object.freeze(node))
  }
}
