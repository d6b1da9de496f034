/** From raw rows to rows as the statement's type says: one generated function per shape and types. */
import type { Shape } from './nodes.js'
import type { Decode } from './plan.js'

type Row = readonly unknown[]
export type DecodeRows = (rows: readonly Row[], before?: number) => unknown[]

let mayGenerate: boolean | undefined
/** Code generation is forbidden under a strict content security policy and in some edge runtimes. */
function canGenerate(): boolean {
  if (mayGenerate === undefined) {
    try {
      mayGenerate = new Function('return true')() as boolean
    } catch {
      mayGenerate = false
    }
  }
  return mayGenerate
}

/** From so many rows on, a result is one whose rows will live for a while. */
const many = 8192

/**
 * `before` is how many rows of the same result have been made. Objects of a literal are put by the engine where only the collector of old
 * objects finds them, once it has seen most of them live on: right for rows by the hundred thousand, and several times slower for those that
 * are read and dropped by the thousand, which pile up until it comes. So these come from a function of their own, plain objects all the same.
 */
export function generate(shape: Shape, decoders: readonly (Decode | undefined)[], compiled = canGenerate()): DecodeRows {
  if (!compiled) {
    const build = closure(shape, decoders)
    return (rows) => rows.map(build)
  }
  // Only positions and JSON strings go into the source: no name can break out of it.
  const source = `${decoders.map((_, i) => `const d${i} = d[${i}]`).join('\n')}
${makers(shape, decoders)}
const few = (rows) => { ${loop(code(shape, decoders, made))} }
const all = (rows) => { ${loop(code(shape, decoders, literal))} }
return (rows, before = 0) => before + rows.length < ${many} ? few(rows) : all(rows)`
  return new Function('d', source)(decoders) as DecodeRows
}

const loop = (row: string): string =>
  `const out = new Array(rows.length); for (let i = 0; i < rows.length; i++) { const r = rows[i]; out[i] = ${row} } return out`

type Entry = readonly [key: string, value: string]
/** The objects of a row are numbered as they are met. */
type WriteObject = (entries: readonly Entry[], nth: number) => string

const literal: WriteObject = (entries) => `({${entries.map(([key, value]) => `${keyCode(key)}: ${value}`).join(', ')}})`
const made: WriteObject = (entries, nth) => (assignable(entries) ? `new R${nth}(r)` : literal(entries, nth))

/** What stands on all objects may be protected there, or does more than to keep a value. */
const assignable = (entries: readonly Entry[]): boolean => entries.every(([key]) => !(key in Object.prototype))

/** `function R0(r) { this["id"] = r[0]; … }` */
function makers(shape: Shape, decoders: readonly (Decode | undefined)[]): string {
  let text = ''
  code(shape, decoders, (entries, nth) => {
    const body = entries.map(([key, value]) => `this[${JSON.stringify(key)}] = ${value}`).join('; ')
    if (assignable(entries)) text += `function R${nth}(r) { ${body} }\nR${nth}.prototype = Object.prototype\n`
    return made(entries, nth)
  })
  return text
}

function code(shape: Shape, decoders: readonly (Decode | undefined)[], write: WriteObject): string {
  let count = 0
  const of = (part: Shape): string => {
    if (typeof part === 'number') return decoders[part] === undefined ? `r[${part}]` : `(r[${part}] === null ? null : d${part}(r[${part}]))`
    const nth = count++
    const object = write(
      part.entries.map(([key, inner]) => [key, of(inner)] as const),
      nth,
    )
    return part.absent === undefined ? object : `(r[${part.absent}] === null ? null : ${object})`
  }
  return of(shape)
}

/** A computed key makes `__proto__` an own property like any other; for all others it would only be many times slower. */
const keyCode = (key: string): string => (key === '__proto__' ? `["__proto__"]` : JSON.stringify(key))

function closure(shape: Shape, decoders: readonly (Decode | undefined)[]): (row: Row) => unknown {
  if (typeof shape === 'number') {
    const decode = decoders[shape]
    return decode === undefined ? (row) => row[shape] : (row) => (row[shape] === null ? null : decode(row[shape]))
  }
  const entries = shape.entries.map(([key, inner]) => [key, closure(inner, decoders)] as const)
  const { absent } = shape
  return (row) => {
    if (absent !== undefined && row[absent] === null) return null
    const object = {}
    for (const [key, build] of entries)
      Object.defineProperty(object, key, { value: build(row), enumerable: true, writable: true, configurable: true })
    return object
  }
}
