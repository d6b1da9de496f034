/** What JSON gives back as it was: null, booleans, finite numbers, well-formed text, arrays without holes, and plain objects of these. */
export function isJson(value: unknown, nul: boolean, depth: number): boolean {
  try {
    return isPlain(value, nul, depth, new Set())
  } catch (error) {
    // nested deeper than the stack: JSON.stringify could not write it either
    if (error instanceof RangeError) return false
    throw error
  }
}

function isPlain(value: unknown, nul: boolean, depth: number, parents: Set<object>): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return isText(value, nul)
  if (typeof value !== 'object' || depth <= 0 || parents.has(value)) return false
  parents.add(value)
  const plain = Array.isArray(value) ? isPlainArray(value, nul, depth - 1, parents) : isPlainObject(value, nul, depth - 1, parents)
  parents.delete(value)
  return plain
}

const isText = (text: string, nul: boolean): boolean => text.isWellFormed() && (nul || !text.includes('\0'))

/** `every` would pass over holes, which become null. */
function isPlainArray(list: readonly unknown[], nul: boolean, depth: number, parents: Set<object>): boolean {
  if ('toJSON' in list) return false
  for (let i = 0; i < list.length; i++) if (!isPlain(list[i], nul, depth, parents)) return false
  return true
}

/** Instances of classes come back as plain objects, and `toJSON` as whatever it says; a property that is undefined is left out, as if absent. */
function isPlainObject(value: object, nul: boolean, depth: number, parents: Set<object>): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false
  if (typeof (value as { readonly toJSON?: unknown }).toJSON === 'function') return false
  return Object.entries(value).every(([key, item]) => isText(key, nul) && (item === undefined || isPlain(item, nul, depth, parents)))
}
