/** `MERGE INTO`: rows of one table made to match those of a source, in one statement. */
import { CompileError, type Condition, conditions, type Runs, Statement, seal, sourceNode, statementNode } from '@quern/expression'
import type { Source } from '@quern/schema'
import { cteSource } from './derived.js'
import { type InsertRow, type Returning, rowsOf, tableNode } from './insert.js'
import type { Assignment, MergeNode, MergeWhen } from './nodes.js'
import { inScope } from './projection.js'
import { returningOf } from './returning.js'
import { rowEntries, withUpdated } from './row.js'
import type { UpdateRow } from './update.js'

/** What is done with rows of the target that the source has, or has not. */
export interface MergeChange<Name extends string, Defs, Scope extends string> {
  /** `THEN UPDATE SET …`; columns with `onUpdate` are set as in any update. */
  thenUpdate(set: UpdateRow<Defs>): Merge<Name, Defs, Scope>
  /** `THEN DELETE` */
  thenDelete(): Merge<Name, Defs, Scope>
  /** `THEN DO NOTHING`: and no later WHEN looks at the row. */
  thenDoNothing(): Merge<Name, Defs, Scope>
}
/** What is done with rows of the source that the target has not. */
export interface MergeInsert<Name extends string, Defs, Scope extends string> {
  /** `THEN INSERT (…) VALUES (…)` */
  thenInsert(row: InsertRow<Defs>): Merge<Name, Defs, Scope>
  /** `THEN DO NOTHING` */
  thenDoNothing(): Merge<Name, Defs, Scope>
}
export interface MergeStart<Name extends string, Defs, Scope extends string> {
  /** `WHEN MATCHED AND …`: the first WHEN that fits a row decides. */
  whenMatched(...conditions: Condition<`${Scope}→${string}`, 'row'>[]): MergeChange<Name, Defs, Scope>
  /** `WHEN NOT MATCHED AND …`: about rows of the source. */
  whenNotMatched(...conditions: Condition<`${Exclude<Scope, Name>}→${string}`, 'row'>[]): MergeInsert<Name, Defs, Scope>
  /** `WHEN NOT MATCHED BY SOURCE AND …`: about rows of the target; PostgreSQL 17. */
  whenNotMatchedBySource(...conditions: Condition<`${Name}→${string}`, 'row'>[]): MergeChange<Name, Defs, Scope>
}
export interface Merge<Name extends string, Defs, Scope extends string>
  extends MergeStart<Name, Defs, Scope>,
    Runs<never>,
    Returning<Scope, Defs, 'merge'> {}

export interface MergeInto<Name extends string, Defs> {
  /** `USING source ON condition` */
  using<T extends string>(
    source: Source<T, any>,
    on: Condition<`${Name}→${string}` | `${T}→${string}`, 'row'>,
  ): MergeStart<Name, Defs, Name | T>
}

/**
 * `MERGE INTO t USING s ON … WHEN MATCHED THEN …`; on PostgreSQL. Unlike `onConflict`, it needs no unique key, and two of them at once may
 * both insert the same row or fail.
 *
 * `mergeInto(stock).using(delivery, delivery.sku.eq(stock.sku)).whenMatched().thenUpdate({ amount: stock.amount.add(delivery.amount) })` is
 * `MERGE INTO "stock" USING "delivery" ON … WHEN MATCHED THEN UPDATE SET "amount" = "stock"."amount" + "delivery"."amount"`
 *
 * @throws UnsupportedFeatureError where there is no MERGE
 */
export function mergeInto<Name extends string, Defs>(table: Source<Name, Defs>): MergeInto<Name, Defs> {
  const node = tableNode(table, 'mergeInto()')
  const start = {
    using(given: unknown, on: unknown) {
      const source = sourceNode(given)
      const condition = conditions([on], 'using()')
      if (condition.length === 0) throw new CompileError(`mergeInto(${node.name}).using() needs a condition`)
      return new MergeStatement(
        seal<MergeNode>({ kind: 'merge', table: node, using: source, on: condition, whens: none, returning: undefined }),
      )
    },
  }
  return start as unknown as MergeInto<Name, Defs>
}
const none: readonly never[] = Object.freeze([])

class MergeStatement extends Statement {
  whenMatched(...list: unknown[]) {
    return this.changes('matched', list)
  }

  whenNotMatchedBySource(...list: unknown[]) {
    return this.changes('not matched by source', list)
  }

  whenNotMatched(...list: unknown[]) {
    const found = conditions(list, 'whenNotMatched()')
    const { table } = this.node()
    return {
      thenInsert: (row: unknown) => {
        if (Array.isArray(row)) throw new CompileError(`thenInsert() of ${table.name} takes one row, made of the source's columns`)
        const [columns, rows] = rowsOf([row], table)
        return this.when({
          when: 'not matched',
          conditions: found,
          action: 'insert',
          set: seal(columns.map((column, i) => seal([column, rows[0]![i]!] as const))),
        })
      },
      thenDoNothing: () => this.when({ when: 'not matched', conditions: found, action: 'nothing', set: none }),
    }
  }

  returning(...args: unknown[]): MergeStatement {
    const node = this.node()
    return new MergeStatement(seal({ ...node, returning: returningOf(args, node.table, 'merge') }))
  }

  cte(name: string): unknown {
    return cteSource(name, this.node())
  }

  private changes(when: MergeWhen['when'], list: readonly unknown[]) {
    const found = conditions(list, 'whenMatched()')
    const { table } = this.node()
    const then = (action: MergeWhen['action'], set: readonly Assignment[] = none) => this.when({ when, conditions: found, action, set })
    return {
      thenUpdate: (set: unknown) => {
        const entries = withUpdated(rowEntries(set, table, 'thenUpdate'), table)
        if (entries.length === 0)
          throw new CompileError(`thenUpdate({}) of ${table.name} changes nothing; give a column a value`, 'EMPTY_SET')
        return then('update', seal(entries))
      },
      thenDelete: () => then('delete'),
      thenDoNothing: () => then('nothing'),
    }
  }

  private when(when: MergeWhen): MergeStatement {
    const node = this.node()
    return new MergeStatement(seal({ ...node, whens: seal([...node.whens, seal(when)]) }))
  }

  private node(): MergeNode {
    return statementNode(this) as MergeNode
  }
}

/** The sources that a merge reads. */
export const mergeSources = (node: MergeNode) => [node.table, inScope(node.using)]
