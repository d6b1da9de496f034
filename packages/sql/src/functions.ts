/** The tables of functions: what a dialect writes for each function of the library. */
import {
  type CallNode,
  CompileError,
  contains,
  type ExpressionNode,
  type FunctionName,
  nameOf,
  type ParameterNode,
} from '@quern/expression'
import { type Feature, supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import { writeLiteral } from './literal.js'
import { binding, type Writer } from './writer.js'

export interface FunctionEmitter {
  /** How strongly what is written binds. */
  readonly level: number
  write(args: readonly ExpressionNode[], out: Writer, node: CallNode): void
}
export type FunctionTable = { readonly [Name in FunctionName]: FunctionEmitter }

/** An expression that has another value each time it is evaluated cannot be written twice for one. */
export function refuseVolatile(node: ExpressionNode, place: string): void {
  if (node.contains & contains.volatile)
    throw new CompileError(
      `${place} is written so that ${nameOf(node)} would be evaluated twice; select it in a subquery first`,
      'VOLATILE',
    )
}

type Part = string | { readonly index: number; readonly how: string } | 'all'

/**
 * A function by its text: `{0}` is the first argument, `{0!}` with parentheses unless it is a name or a call, `{0~}` a parameter whose type the place
 * tells, `{0#}` a value in place, `{*}` all arguments. The level is that of the outermost operator; a call needs none.
 */
export function form(text: string, level: number = binding.primary): FunctionEmitter {
  // Read at the first use: there are some two hundred forms, and a program uses a handful.
  let read: Form | undefined
  return {
    level,
    write(args, out, node) {
      const { parts, repeated, wholeTwice } = (read ??= readForm(text))
      for (const index of repeated) refuseVolatile(args[index]!, node.name)
      if (wholeTwice) for (const arg of args) refuseVolatile(arg, node.name)
      for (const part of parts) writePart(part, args, out)
    },
  }
}

interface Form {
  readonly parts: readonly Part[]
  /** The arguments that stand in it more than once. */
  readonly repeated: readonly number[]
  readonly wholeTwice: boolean
}

function readForm(text: string): Form {
  const parts: Part[] = []
  let from = 0
  const counts = new Map<number, number>()
  for (const match of text.matchAll(/\{(\d|\*)([!~#]?)\}/g)) {
    parts.push(text.slice(from, match.index))
    from = match.index + match[0].length
    if (match[1] === '*') parts.push('all')
    else {
      const index = Number(match[1])
      counts.set(index, (counts.get(index) ?? 0) + 1)
      parts.push({ index, how: match[2]! })
    }
  }
  parts.push(text.slice(from))
  const repeated = [...counts].filter(([, count]) => count > 1).map(([index]) => index)
  return { parts, repeated, wholeTwice: parts.filter((part) => part === 'all').length > 1 }
}

function writePart(part: Part, args: readonly ExpressionNode[], out: Writer): void {
  if (part === 'all') out.list(args, (arg) => out.expression(arg))
  else if (typeof part === 'string') out.text += part
  else {
    const arg = args[part.index]!
    if (part.how === '#') writeLiteral(arg as ParameterNode, out)
    else if (part.how === '~') out.inferred(arg)
    else out.expression(arg, part.how === '!' ? binding.primary : binding.none)
  }
}

/** A function that the dialect has not, in any other words. */
export function refused(feature: Feature, what: string, instead: string): FunctionEmitter {
  return {
    level: binding.primary,
    write(_, out) {
      throw new UnsupportedFeatureError(out.dialect, feature, what, instead)
    },
  }
}

/** A function under a condition of the server's version. */
export function required(feature: Feature, what: string, instead: string, emitter: FunctionEmitter): FunctionEmitter {
  return {
    level: emitter.level,
    write(args, out, node) {
      if (!supports(out.dialect, feature)) throw new UnsupportedFeatureError(out.dialect, feature, what, instead)
      emitter.write(args, out, node)
    },
  }
}

/** One row of a table per unit: `units('extract', { year: form(…), … })`. */
export function units<Prefix extends string, Unit extends string>(
  prefix: Prefix,
  rows: Readonly<Record<Unit, FunctionEmitter>>,
): { readonly [U in Unit as `${Prefix} ${U}`]: FunctionEmitter } {
  return Object.fromEntries(Object.entries(rows).map(([unit, emitter]) => [`${prefix} ${unit}`, emitter])) as never
}
/** The unit in a function's name. */
export const unit = (node: CallNode): string => node.name.slice(node.name.indexOf(' ') + 1)
