/** Full text: PostgreSQL's `tsvector`, MySQL's and MariaDB's `MATCH … AGAINST`, SQLite's FTS5. Each is its own language, so each is called by its own name. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { FullTextMode, SearchFunction } from './function-names.js'
import type { ExpressionNode } from './nodes.js'
import { argument, describe, isExpression, nameOf, nodeOf, unlabelled } from './operand.js'
import { seal } from './seal.js'
import { isSource, sourceNode } from './source.js'
import type { BooleanExpr, NumberExpr, SearchExpr, Typed } from './typed.js'
import { builtin, sqlType } from './types.js'

const vector = sqlType('tsvector', 'search')
const query = sqlType('tsquery', 'search')
const regconfig = sqlType('custom', 'unknown', undefined, undefined, undefined, undefined, 'regconfig')
type Text<Cols extends string, Nul extends string, Kind extends string> = string | Typed<any, Cols, Nul, Kind, 'text'>

const search =
  (name: SearchFunction, type: typeof vector) =>
  <C1 extends string = never, N1 extends string = never, A1 extends string = never>(
    text: Text<C1, N1, A1>,
    config?: string,
  ): SearchExpr<string | null, C1, N1, A1> => {
    if (config !== undefined && !/^[A-Za-z_][\w.]*$/.test(config))
      throw new CompileError(`${name}() takes the name of a text search configuration, such as 'english'`, 'OPTION')
    const node = argument(text, builtin.text, `${name}()`)
    return typed(make.call(name, config === undefined ? [node] : [make.parameter(config, regconfig), node], type))
  }
/** `to_tsvector('english', a)`: the words of a text; PostgreSQL only. */
export const toTsvector = search('toTsvector', vector)
/** `to_tsquery('english', 'fat & rat')`: a query with its operators; a text that is none is an error of the server. */
export const toTsquery = search('toTsquery', query)
/** `plainto_tsquery(…)`: all the words. */
export const plaintoTsquery = search('plaintoTsquery', query)
/** `phraseto_tsquery(…)`: the words one after the other. */
export const phrasetoTsquery = search('phrasetoTsquery', query)
/** `websearch_to_tsquery(…)`: as people write in a search box; any text is good. */
export const websearchToTsquery = search('websearchToTsquery', query)

/** `vector @@ query`; the same as `vector.matches(query)`. */
export function matches<C1 extends string, N1 extends string, A1 extends string, C2 extends string, N2 extends string, A2 extends string>(
  words: Typed<any, C1, N1, A1, 'search'>,
  by: Typed<any, C2, N2, A2, 'search'>,
): BooleanExpr<boolean | null, C1 | C2, N1 | N2, A1 | A2> {
  return typed(make.call('matches', [unlabelled(nodeOf(words)), unlabelled(nodeOf(by))], builtin.boolean))
}

/** `ts_rank(vector, query)`: how well the words match, as a 32-bit float. */
export function tsRank<C1 extends string, N1 extends string, A1 extends string, C2 extends string, N2 extends string, A2 extends string>(
  words: Typed<any, C1, N1, A1, 'search'>,
  by: Typed<any, C2, N2, A2, 'search'>,
): NumberExpr<number | null, C1 | C2, N1 | N2, A1 | A2, 'float'> {
  return typed(make.call('tsRank', [unlabelled(nodeOf(words)), unlabelled(nodeOf(by))], builtin.real))
}

export interface Against<Cols extends string, Nul extends string> {
  /**
   * `MATCH (a, b) AGAINST ('text' IN BOOLEAN MODE)`: how well it matches, 0 where it does not: `match(posts.title).against('sql').gt(0)`.
   * The columns need a fulltext index of their own.
   */
  against(text: string, mode?: FullTextMode): NumberExpr<number, Cols, Nul, 'row', 'float'>
}
const modes: readonly string[] = ['natural', 'boolean', 'expansion']
/** `MATCH (a, b) AGAINST (…)` of MySQL and MariaDB. */
export function match<Cols extends string, Nul extends string>(
  ...columns: readonly [Typed<any, Cols, Nul, 'row', 'text'>, ...Typed<any, Cols, Nul, 'row', 'text'>[]]
): Against<Cols, Nul> {
  const nodes: ExpressionNode[] = columns.map((column) => nodeOf(column))
  for (const node of nodes) if (node.kind !== 'column') throw new CompileError(`match() takes columns, and ${nameOf(node)} is none`)
  return {
    against(text, mode = 'natural') {
      if (typeof text !== 'string') throw new CompileError(`against() takes a text, not ${describe(text)}`)
      if (!modes.includes(mode)) throw new CompileError(`the mode of against() is one of ${modes.join(', ')}`, 'OPTION')
      return typed(make.call(`match ${mode}`, [make.parameter(text, builtin.text), ...nodes], builtin.doublePrecision))
    },
  }
}

/** `docs MATCH 'words'` of SQLite's FTS5: of the whole table, or of one column. */
export function ftsMatch<Cols extends string = never, Nul extends string = never>(
  where: Typed<any, Cols, Nul, 'row', 'text'> | object,
  text: string,
): BooleanExpr<boolean, Cols, Nul, 'row'> {
  if (typeof text !== 'string') throw new CompileError(`ftsMatch() takes a text, not ${describe(text)}`)
  const left = isExpression(where)
    ? nodeOf(where)
    : isSource(where)
      ? make.template(['', ''], [seal({ kind: 'source' as const, source: sourceNode(where) })], builtin.text, false)
      : undefined
  if (left === undefined) throw new CompileError(`ftsMatch() takes an FTS5 table or one of its columns, not ${describe(where)}`)
  return typed(make.call('fts5', [left, make.parameter(text, builtin.text)], builtin.boolean))
}
