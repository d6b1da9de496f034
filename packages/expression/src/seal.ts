/**
 * Query nodes are immutable by type. Freezing each of them costs several times the build of a statement, so it happens under test only,
 * where the whole suite then proves that nothing writes to a node.
 */
const underTest = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.NODE_ENV === 'test'

/** Freezes the node and its own lists; never a user's value (freezing a filled Uint8Array throws, and it is not ours). */
function freeze<T extends object>(node: T): T {
  for (const [key, value] of Object.entries(node)) if (key !== 'value' && Array.isArray(value)) Object.freeze(value)
  return Object.freeze(node)
}

export const seal: <T extends object>(node: T) => T = underTest ? freeze : (node) => node
