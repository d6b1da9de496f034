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
  const makers: string[] = []
  const row = code(shape, decoders, makers)
  const source = `${makers.join('\n')}
return (d, rows) => {
const out = new Array(rows.length)
for (let i = 0; i < rows.length; i++) { const r = rows[i]; out[i] = ${row} }
return out
}`
  const run = new Function(source)() as (d: typeof decoders, rows: readonly Row[]) => unknown[]
  return (rows) => run(decoders, rows)
}

/**
 * An object comes from a function of its own, and is a plain one all the same. Where code writes literals, the engine looks at how many of
 * their objects live on, and puts all later ones where only the collector of old objects finds them; rows that are read and dropped by the
 * thousand then pile up until it comes.
 */
function code(shape: Shape, decoders: readonly (Decode | undefined)[], makers: string[]): string {
  if (typeof shape === 'number')
    return decoders[shape] === undefined ? `r[${shape}]` : `(r[${shape}] === null ? null : d[${shape}](r[${shape}]))`
  const entries = shape.entries.map(([key, inner]) => [key, code(inner, decoders, makers)] as const)
  let object: string
  if (entries.some(([key]) => key in Object.prototype)) object = `({${entries.map(([key, value]) => `${keyCode(key)}: ${value}`).join(', ')}})`
  else {
    const name = `R${makers.length}`
    makers.push(`function ${name}(r, d) { ${entries.map(([key, value]) => `this[${JSON.stringify(key)}] = ${value}`).join('; ')} }`)
    makers.push(`${name}.prototype = Object.prototype`)
    object = `new ${name}(r, d)`
  }
  return shape.absent === undefined ? object : `(r[${shape.absent}] === null ? null : ${object})`
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
