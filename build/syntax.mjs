import { parse } from '@swc/core'

/** The statements of a file, and its bytes, in which their positions count from `start`. */
export async function syntaxOf(text) {
  // positions count from the first statement: an empty one here; `#!` may stand only at a start
  const { body, span } = await parse(`;${text.replace(/^#!/, '//')}`, { syntax: 'ecmascript', target: 'es2022' })
  return { body, bytes: Buffer.from(`;${text}`), start: span.start }
}

/** Every node of a type that stands anywhere in a tree. */
export function nodesIn(tree, type, found = []) {
  if (tree === null || typeof tree !== 'object') return found
  if (tree.type === type) found.push(tree)
  for (const part of Object.values(tree)) nodesIn(part, type, found)
  return found
}
