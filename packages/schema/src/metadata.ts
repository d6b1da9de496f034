/** A set of tables and other schema objects, and the order in which tables can be created. */
import { CompileError, checkOptions, describe, isExpression, isSource, isStatement, quoted, sourceNode } from '@quern/expression'
import { adoptSchema } from './adopted-schema.js'
import { adoptNaming, type ConstraintNaming, checkNaming } from './naming.js'
import type { ForeignKeyInfo, TableNode } from './nodes.js'
import { type ObjectNode, objectName, objectNode, ownerOf } from './objects.js'
import type { Source } from './table.js'
import { checkName } from './words.js'

export interface CreateOptions {
  /** Ask the database what is there, and leave it alone (true unless told). */
  readonly checkFirst?: boolean
}
/** What `createAll` needs of an engine or a connection; the engine package implements it. */
export interface DdlTarget {
  createAll(metadata: Metadata<any>, options?: CreateOptions): Promise<void>
  dropAll(metadata: Metadata<any>, options?: CreateOptions): Promise<void>
}

/** What a metadata takes: tables, views, enum types, domains, sequences, schemas. */
export type Objects = { readonly [key: string]: object }
/** The tables and views among them. */
export type TablesOf<T> = { readonly [Key in keyof T as T[Key] extends Source<any, any> ? Key : never]: T[Key] }

export type DdlEvent = 'beforeCreate' | 'afterCreate' | 'beforeDrop' | 'afterDrop'
const events: readonly DdlEvent[] = ['beforeCreate', 'afterCreate', 'beforeDrop', 'afterDrop']
/** `object` is what was declared (a table, view, enum type, …) or the metadata itself; `target` runs statements on the connection at work. */
export type DdlListener<Target = any> = (object: object, target: Target) => unknown

export interface AttachOptions {
  /** The dialects on which the statement is run: all unless told. */
  readonly dialects?: readonly ('postgres' | 'mysql' | 'mariadb' | 'sqlite')[]
}
interface Attachment {
  readonly event: DdlEvent
  readonly node: ObjectNode | undefined
  readonly statement: object
  readonly dialects: readonly string[] | undefined
}

export interface MetadataOptions {
  /** Names of constraints and indexes that have none. */
  readonly naming?: ConstraintNaming
  /** The schema of its tables, views and sequences that have none of their own: `metadata({ users }, { schema: 'app' })`. */
  readonly schema?: string
}

function adoptAll(nodes: readonly ObjectNode[], schema: string): void {
  for (const node of nodes) {
    if (node.kind === 'table' || node.kind === 'view' || node.kind === 'sequence') adoptSchema(node, schema)
    else if (node.kind !== 'schema' && node.schema === undefined)
      throw new CompileError(
        `the type ${quoted(node.name)} gets its schema where it is made: schema(${quoted(schema)}).${node.kind === 'enum' ? 'enumType' : 'domain'}(…)`,
      )
  }
}

export class Metadata<T extends Objects> {
  /** The tables and views by the keys they were declared under. */
  readonly tables: TablesOf<T>
  readonly #nodes: readonly ObjectNode[]
  readonly #owners = new Map<ObjectNode, object>()
  readonly #listeners = new Map<DdlEvent, Set<DdlListener>>()
  readonly #attachments: Attachment[] = []

  constructor(objects: T, options: MetadataOptions = {}) {
    checkOptions('metadata()', options, ['naming', 'schema'])
    const tables: Record<string, object> = Object.create(null)
    const nodes = Object.keys(objects).map((key) => {
      const object: unknown = objects[key]
      const node = objectNode(object)
      if (node === undefined)
        throw new CompileError(`metadata takes tables and other schema objects; ${quoted(key)} is ${whatInstead(object)}`)
      if (isSource(object)) tables[key] = object
      this.#owners.set(node, object as object)
      return node
    })
    this.tables = Object.freeze(tables) as TablesOf<T>
    this.#nodes = Object.freeze(nodes)
    if (options.schema !== undefined) adoptAll(nodes, checkName(options.schema, 'schema'))
    refuseTwins(nodes)
    if (options.naming === undefined) return
    const naming = checkNaming(options.naming, 'metadata()', false)
    for (const node of this.nodes()) adoptNaming(node, naming)
  }

  /** A table or view by its key; throws on an unknown one. */
  table<Key extends keyof TablesOf<T> & string>(key: Key): TablesOf<T>[Key] {
    const { tables } = this
    if (Object.hasOwn(tables, key)) return tables[key]
    throw new CompileError(`metadata has no table ${JSON.stringify(key)}; it has ${Object.keys(tables).join(', ') || 'none'}`)
  }

  /** The tables' own descriptions. */
  nodes(): TableNode[] {
    return this.#nodes.filter((node): node is TableNode => node.kind === 'table')
  }

  /** The descriptions of everything declared. */
  objects(): readonly ObjectNode[] {
    return this.#nodes
  }

  /** Creates what is declared: schemas, types and sequences, tables with referenced ones first, views. */
  async createAll(target: DdlTarget, options?: CreateOptions): Promise<void> {
    await target.createAll(this, options)
  }

  /** Drops it in reverse. */
  async dropAll(target: DdlTarget, options?: CreateOptions): Promise<void> {
    await target.dropAll(this, options)
  }

  /**
   * Calls the listener before or after `createAll` and `dropAll`, once for the metadata and once for each object that is created or dropped, and
   * waits for it. What it runs on the target is on the connection at work. Yields the function that ends it.
   *
   * `db.on('afterCreate', async (object, target) => { if (object === users) await target.execute(insertInto(users).values(…)) })`
   */
  on(event: DdlEvent, listener: DdlListener): () => void {
    checkEvent(event)
    if (typeof listener !== 'function') throw new CompileError(`on(${quoted(event)}) takes a function, not ${describe(listener)}`)
    let listeners = this.#listeners.get(event)
    if (!listeners) this.#listeners.set(event, (listeners = new Set()))
    // each call listens on its own, also with the same function
    const own: DdlListener = (object, target) => listener(object, target)
    listeners.add(own)
    return () => void listeners.delete(own)
  }

  /**
   * A statement as a part of the schema: run at that event of an object (of this metadata for the whole), and shown by `toDdl`.
   *
   * `` db.attach('afterCreate', users, sql`create trigger …`, { dialects: ['postgres'] }) ``
   */
  attach(event: DdlEvent, object: object, statement: object, options: AttachOptions = {}): this {
    checkEvent(event)
    checkOptions('attach()', options, ['dialects'])
    const node = object === this ? undefined : objectNode(object)
    if (node === undefined && object !== this)
      throw new CompileError(`attach() takes the metadata or one of its objects, not ${describe(object)}`)
    if (!isStatement(statement) && !isExpression(statement))
      throw new CompileError(`attach() takes a statement such as sql\`…\`, not ${describe(statement)}`)
    this.#attachments.push({ event, node, statement, dialects: options.dialects && [...options.dialects] })
    return this
  }

  /** What was attached to an event of an object, or of the metadata, for a dialect. */
  attachments(event: DdlEvent, node: ObjectNode | undefined, dialect: string): object[] {
    const own = this.#attachments.filter((one) => one.event === event && one.node === node && (one.dialects?.includes(dialect) ?? true))
    return own.map(({ statement }) => statement)
  }

  /** Tells an event to the listeners, one after the other; for whoever runs the statements. */
  async tell(event: DdlEvent, node: ObjectNode | undefined, target: unknown): Promise<void> {
    const object = node === undefined ? this : (this.#owners.get(node) ?? ownerOf(node) ?? node)
    for (const listener of [...(this.#listeners.get(event) ?? [])]) await listener(object, target)
  }
}

function checkEvent(event: unknown): void {
  if (!events.includes(event as DdlEvent))
    throw new CompileError(
      `there is no event ${typeof event === 'string' ? quoted(event) : describe(event)}; there are ${events.join(', ')}`,
    )
}

function whatInstead(object: unknown): string {
  if (!isSource(object)) return describe(object)
  const { name, kind } = sourceNode(object)
  return `${name}, which is a ${kind}`
}

function refuseTwins(nodes: readonly ObjectNode[]): void {
  const seen = new Map<string, ObjectNode>()
  for (const node of nodes) {
    // a schema has its name for itself
    const key = JSON.stringify(node.kind === 'schema' ? ['schema', node.name, 'schema'] : [node.schema, node.name])
    const other = seen.get(key)
    if (other !== undefined) {
      const both = other.kind === node.kind ? `two ${node.kind}s` : `a ${other.kind} and a ${node.kind}`
      throw new CompileError(`metadata has ${both} named ${objectName(node)}`)
    }
    seen.set(key, node)
  }
}

/** Gathers tables and other schema objects: `metadata({ users, posts, mood })`. */
export const metadata = <T extends Objects>(objects: T, options?: MetadataOptions): Metadata<T> => new Metadata(objects, options)

export interface SortedTables {
  /** Referenced tables come before the tables that refer to them, as far as there is no cycle. */
  readonly tables: readonly TableNode[]
  /** Keys that close a cycle: they can only be added when all tables stand. */
  readonly late: ReadonlySet<ForeignKeyInfo>
}

/** Orders tables by their foreign keys and what they inherit; keys of a table to itself never stand in the way. */
export function sortTables(nodes: readonly TableNode[]): SortedTables {
  const state = new Map<TableNode, 'open' | 'done'>()
  const sorted: TableNode[] = []
  const late = new Set<ForeignKeyInfo>()
  const known = new Set(nodes)
  const visit = (node: TableNode): void => {
    state.set(node, 'open')
    for (const parent of node.options.postgres.inherits) if (known.has(parent) && !state.has(parent)) visit(parent)
    for (const key of node.foreignKeys) {
      const target = key.target()[0]!.source as TableNode
      if (target === node || !known.has(target)) continue
      const seen = state.get(target)
      if (seen === 'open') late.add(key)
      else if (seen === undefined) visit(target)
    }
    state.set(node, 'done')
    sorted.push(node)
  }
  for (const node of nodes) if (!state.has(node)) visit(node)
  return { tables: sorted, late }
}
