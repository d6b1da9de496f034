/** Row values: several expressions compared as one. */
import { CompileError } from './errors.js'
import { Expression } from './expression.js'
import * as make from './factory.js'
import type { BinaryOperator, ExpressionNode, TupleNode } from './nodes.js'
import { describe, isExpression, isStatement, nameOf, nodeOf, operand, statementNode, unlabelled } from './operand.js'
import type { TupleExpr, Typed } from './typed.js'
import { builtin, isNumber } from './types.js'

const group = (node: ExpressionNode): string => (isNumber(node.type.family) ? 'number' : node.type.family)

class Tuple extends Expression {
  override eq(other: unknown): Expression {
    return this.#compare('=', other)
  }

  override ne(other: unknown): Expression {
    return this.#compare('<>', other)
  }

  override gt(other: unknown): Expression {
    return this.#compare('>', other)
  }

  override gte(other: unknown): Expression {
    return this.#compare('>=', other)
  }

  override lt(other: unknown): Expression {
    return this.#compare('<', other)
  }

  override lte(other: unknown): Expression {
    return this.#compare('<=', other)
  }

  override in(list: unknown): Expression {
    return this.#inside(list, false)
  }

  override notIn(list: unknown): Expression {
    return this.#inside(list, true)
  }

  #compare(operator: BinaryOperator, other: unknown): Expression {
    return new Expression(make.binary(operator, nodeOf(this), this.#row(other), builtin.boolean))
  }

  #inside(list: unknown, negated: boolean): Expression {
    if (isStatement(list)) return new Expression(make.inQuery(nodeOf(this), statementNode(list), negated))
    if (!Array.isArray(list)) throw new CompileError(`tuple(…) in …: expected an array of tuples or a statement, not ${describe(list)}`)
    if (list.length === 0) return new Expression(negated ? make.constant.true : make.constant.false)
    return new Expression(
      make.inList(
        nodeOf(this),
        list.map((item) => this.#row(item)),
        negated,
      ),
    )
  }

  /** The other side: as many members, each of the family of its neighbour. */
  #row(other: unknown): ExpressionNode {
    const { items } = nodeOf(this) as TupleNode
    const given = isExpression(other) && nodeOf(other).kind === 'tuple' ? (nodeOf(other) as TupleNode).items : other
    if (!Array.isArray(given)) throw new CompileError(`a tuple is compared with a tuple or an array, not ${describe(other)}`)
    if (given.length !== items.length) throw new CompileError(`a tuple of ${items.length} is compared with one of ${given.length}`)
    if (given === (isExpression(other) ? (nodeOf(other) as TupleNode).items : undefined)) {
      for (const [i, item] of items.entries()) checkMember(item, given[i])
      return nodeOf(other as object)
    }
    return make.tuple(
      items.map((item, i) => {
        if (given[i] === null)
          throw new CompileError(`${nameOf(item)} in a tuple is compared with null, which is never true`, 'NULL_COMPARISON')
        const node = unlabelled(operand(given[i], item))
        checkMember(item, node)
        return node
      }),
    )
  }
}

function checkMember(a: ExpressionNode, b: ExpressionNode): void {
  const [x, y] = [group(a), group(b)]
  if (b.kind !== 'parameter' && x !== y && x !== 'unknown' && y !== 'unknown')
    throw new CompileError(`${nameOf(a)} is ${x} and ${nameOf(b)} is ${y}; cast one of them to compare them`, 'FAMILY')
}

type ValuesOf<Items extends readonly unknown[]> = {
  readonly [I in keyof Items]: Items[I] extends Typed<infer Value, any, any, any, any> ? Value : never
}
type ColsOf<Item> = Item extends Typed<any, infer Cols, any, any, any> ? Cols : never
type NulOf<Item> = Item extends Typed<any, any, infer Nul, any, any> ? Nul : never
type KindOf<Item> = Item extends Typed<any, any, any, infer Kind, any> ? Kind : never

/**
 * `(a, b)` as one value: `tuple(t.a, t.b).eq([1, 2])`, `tuple(t.at, t.id).lt([at, id])` compares member by member, `tuple(t.a, t.b).in([[1, 2], [3, 4]])`.
 */
export function tuple<
  Items extends readonly [Typed<any, any, any, any, any>, Typed<any, any, any, any, any>, ...Typed<any, any, any, any, any>[]],
>(...items: Items): TupleExpr<ValuesOf<Items>, ColsOf<Items[number]>, NulOf<Items[number]>, KindOf<Items[number]>> {
  if (items.length < 2) throw new CompileError('a tuple has at least two members')
  return new Tuple(make.tuple(items.map((item) => unlabelled(nodeOf(item))))) as never
}
