/** The schema of tables, views and sequences that were declared without one, and are given one by their metadata. */
import { CompileError, quoted, type SourceNode } from '@quern/expression'

const adopted = new WeakMap<object, string>()

/** Gives a node its schema: what was declared, else what a metadata says later. */
export function schemaProperty<T extends object>(node: T, declared: string | undefined): T {
  return Object.defineProperty(node, 'schema', {
    enumerable: true,
    get: declared === undefined ? () => adopted.get(node) : () => declared,
  })
}

/** @throws CompileError where the node has another schema from another metadata, or stands in a statement that was written already */
export function adoptSchema(node: { readonly name: string; readonly schema: string | undefined }, schema: string): void {
  const known = adopted.get(node)
  if (known === schema || (known === undefined && node.schema !== undefined)) return
  if (known !== undefined) throw new CompileError(`${quoted(node.name)} has the schema ${quoted(known)} already, from another metadata`)
  if ((node as Partial<SourceNode>).quoted?.dialect !== undefined)
    throw new CompileError(`${quoted(node.name)} stands in a statement already; make its metadata with a schema first`)
  adopted.set(node, schema)
}
