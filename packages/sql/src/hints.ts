/** Advice for the planner: it changes how a statement runs and never what it yields. */
import { CompileError, checkOptions, describe, isSource, quoted, sourceNode } from '@quern/expression'
import { checkName } from '@quern/schema'
import type { DialectName } from './dialect.js'
import type { HintNode } from './nodes.js'

/** Indexes of one table: the planner may use these only, must use one of them, or may not use them. */
export type IndexHint =
  | { readonly use: string | readonly string[] }
  | { readonly force: string | readonly string[] }
  | { readonly ignore: string | readonly string[] }
/** Words for the planners of single dialects; the others see nothing of them. */
export type HintTexts = { readonly [Name in DialectName]?: string }

const dialects: readonly string[] = ['postgres', 'mysql', 'mariadb', 'sqlite']
const verbs = ['use', 'force', 'ignore'] as const

export function hintsOf(args: readonly unknown[]): HintNode[] {
  const [first, second] = args
  if (isSource(first)) return [indexHint(first, second)]
  if (typeof first === 'string') return [comment(first, undefined)]
  if (typeof first !== 'object' || first === null)
    throw new CompileError(`hint() takes a text, an object of texts by dialect, or a table, not ${describe(first)}`)
  checkOptions('hint()', first, dialects)
  return Object.entries(first).map(([name, text]) => comment(text, name as DialectName))
}

/** A hint stands in a comment, which nothing in it may end. */
function comment(text: unknown, on: DialectName | undefined): HintNode {
  if (typeof text !== 'string' || text.trim() === '') throw new CompileError(`a hint is a text, not ${describe(text)}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (text.includes('*/') || text.includes('/*') || /[\u0000-\u001f]/.test(text) || !text.isWellFormed())
    throw new CompileError(`the hint ${quoted(text)} could end the comment that it stands in`)
  return Object.freeze({ kind: 'comment', on, text: text.trim() })
}

function indexHint(table: object, options: unknown): HintNode {
  checkOptions('hint(table)', options, verbs)
  const given = verbs.filter((verb) => (options as Record<string, unknown>)[verb] !== undefined)
  if (given.length !== 1) throw new CompileError('hint(table) takes one of use, force and ignore')
  const value = (options as Record<string, unknown>)[given[0]!]
  const names = (Array.isArray(value) ? value : [value]).map((name) => checkName(name, 'index'))
  if (names.length === 0) throw new CompileError('hint(table) names at least one index')
  return Object.freeze({ kind: 'index', source: sourceNode(table), verb: given[0]!, names: Object.freeze(names) })
}
