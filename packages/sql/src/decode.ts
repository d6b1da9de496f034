/** From raw rows to rows as the statement's type says: one generated function per shape and types. */
import type { Shape } from './nodes.js'
import type { Decode } from './plan.js'

type Row = readonly unknown[]
export type DecodeRows = (rows: readonly Row[]) => unknown[]

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

export function generate(shape: Shape, decoders: readonly (Decode | undefined)[], compiled = canGenerate()): DecodeRows {
  if (!compiled) {
    const build = closure(shape, decoders)
    return (rows) => rows.map(build)
  }
  // Only positions and JSON strings go into the source: no name can break out of it.
  const source = `const out = new Array(rows.length)
for (let i = 0; i < rows.length; i++) { const r = rows[i]; out[i] = ${code(shape, decoders)} }
return out`
  const run = new Function('d', 'rows', source) as (d: typeof decoders, rows: readonly Row[]) => unknown[]
  return (rows) => run(decoders, rows)
}

function code(shape: Shape, decoders: readonly (Decode | undefined)[]): string {
  if (typeof shape === 'number')
    return decoders[shape] === undefined ? `r[${shape}]` : `(r[${shape}] === null ? null : d[${shape}](r[${shape}]))`
  const body = `({${shape.entries.map(([key, inner]) => `${keyCode(key)}: ${code(inner, decoders)}`).join(', ')}})`
  return shape.absent === undefined ? body : `(r[${shape.absent}] === null ? null : ${body})`
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
