/** CREATE and DROP of everything in a metadata, as steps: texts to run, none of which carries a value, and events to tell. */
import { CompileError, isExpression, nodeOf, type SqlType, statementNode } from '@quern/expression'
import {
  type DdlEvent,
  domainOfMark,
  enumOfLabels,
  type ForeignKeyInfo,
  type Metadata,
  type NamedObject,
  type ObjectNode,
  objectName,
  type SequenceNode,
  sortTables,
  type TableNode,
  type ViewNode,
} from '@quern/schema'
import { compile, planOf } from './compile.js'
import { commentTexts, indexCommentTexts } from './ddl-comment.js'
import { writeIndex } from './ddl-index.js'
import type { DdlNode } from './ddl-nodes.js'
import { partitionTexts } from './ddl-partition.js'
import { DdlStatement, nodeTexts } from './ddl-statement.js'
import { writeDrop, writeLateKey, writeTable } from './ddl-table.js'
import { written } from './ddl-words.js'
import { sequencesIn, sourcesIn } from './depends.js'
import type { Dialect } from './dialect.js'

/** A text to run, or an event of an object (of the whole metadata where there is none). */
export type DdlStep =
  | { readonly text: string; readonly alone?: boolean }
  | { readonly event: DdlEvent; readonly node: ObjectNode | undefined }

/** Whether an object is there already. */
export type Exists = (node: ObjectNode) => boolean
const nothing: Exists = () => false

type Created = NamedObject | TableNode | ViewNode

/** Everything that the metadata stands for, in the order in which it can be created. */
export interface Inventory {
  readonly schemas: readonly { readonly kind: 'schema'; readonly name: string }[]
  /** Schemas that were declared, and not only named by what is in them. */
  readonly declared: ReadonlySet<string>
  readonly objects: readonly NamedObject[]
  readonly tables: readonly TableNode[]
  readonly views: readonly ViewNode[]
  readonly late: ReadonlySet<ForeignKeyInfo>
}

export function inventoryOf(metadata: Metadata<any>, dialect: Dialect): Inventory {
  const declared = metadata.objects()
  const given = declared.filter((node): node is Created => node.kind !== 'schema')
  const { tables, late } = sortTables(metadata.nodes())
  const { namedTypes } = dialect.objects
  const named = new Set<NamedObject>()
  for (const node of given) {
    // where they stand at the column there is nothing to create
    if (node.kind === 'enum' || node.kind === 'domain' ? namedTypes : node.kind === 'sequence') named.add(node as NamedObject)
  }
  for (const table of tables) for (const used of usedBy(table)) if (used.kind === 'sequence' || namedTypes) named.add(used)
  const views = sortViews(given.filter((node): node is ViewNode => node.kind === 'view'))
  const objects = sortObjects([...named])
  const own = declared.filter((node) => node.kind === 'schema').map(({ name }) => name)
  const schemas = new Set(own)
  if (dialect.objects.schemasAre !== 'attached')
    for (const { schema } of [...objects, ...tables, ...views]) if (schema !== undefined) schemas.add(schema)
  refuseTwins([...objects, ...tables, ...views])
  return { schemas: [...schemas].map((name) => ({ kind: 'schema', name }) as const), declared: new Set(own), objects, tables, views, late }
}

/** The enum types, domains and sequences that a table's columns have. */
function usedBy(table: TableNode): NamedObject[] {
  const found: NamedObject[] = []
  for (const { node, options, generated } of table.columns) {
    found.push(...typesIn(node.type))
    found.push(...(sequencesIn([expressionNodeOf(options.default?.value), generated]) as SequenceNode[]))
  }
  return found
}

/** Expressions keep their node under a symbol, which is where the walk goes on. */
const expressionNodeOf = (value: unknown): unknown => (isExpression(value) ? nodeOf(value) : undefined)

function typesIn(type: SqlType): NamedObject[] {
  const { labels, domain, element, variants } = type.detail ?? {}
  const found: NamedObject[] = []
  const own = type.name === 'enum' && labels ? enumOfLabels(labels) : undefined
  if (domain) found.push(domainOfMark(domain)!)
  if (own) found.push(own)
  if (element) found.push(...typesIn(element))
  for (const variant of Object.values(variants ?? {})) found.push(...typesIn(variant))
  return found
}

/** Enum types and sequences first, then domains, which may be made of them. */
function sortObjects(objects: readonly NamedObject[]): NamedObject[] {
  const used = objects.flatMap((node) => (node.kind === 'domain' ? typesIn(node.type) : []))
  const all = [...new Set([...used, ...objects])]
  return [...all.filter(({ kind }) => kind !== 'domain'), ...all.filter(({ kind }) => kind === 'domain')]
}

/** A view stands after the views that it reads. */
function sortViews(views: readonly ViewNode[]): ViewNode[] {
  const sorted = new Set<ViewNode>()
  const known = new Set(views)
  const visit = (view: ViewNode): void => {
    if (sorted.has(view) || !known.has(view)) return
    for (const source of sourcesIn(statementNode(view.statement))) if (source.kind === 'view') visit(source as ViewNode)
    sorted.add(view)
  }
  for (const view of views) visit(view)
  return [...sorted]
}

function refuseTwins(nodes: readonly Created[]): void {
  const seen = new Map<string, Created>()
  for (const node of nodes) {
    const key = JSON.stringify([node.schema, node.name])
    const other = seen.get(key)
    if (other !== undefined)
      throw new CompileError(`metadata has two objects named ${objectName(node)}: a ${other.kind} and a ${node.kind}`)
    seen.set(key, node)
  }
}

/** The steps that create what is not there yet. */
export function createSteps(metadata: Metadata<any>, dialect: Dialect, checkFirst: boolean, exists: Exists = nothing): DdlStep[] {
  const found = inventoryOf(metadata, dialect)
  const steps: DdlStep[] = [...attached(metadata, 'beforeCreate', undefined, dialect)]
  const missing = <N extends ObjectNode>(nodes: readonly N[]) => nodes.filter((node) => isTemporary(node) || !exists(node))
  const add = (node: DdlNode) => steps.push(...nodeTexts(node, dialect).map((text) => ({ text })))
  const event = (name: DdlEvent, node: ObjectNode) => steps.push(...attached(metadata, name, node, dialect))
  for (const object of missing(found.schemas)) {
    event('beforeCreate', object)
    add({ kind: 'createSchema', object, ifNotExists: checkFirst || !found.declared.has(object.name) })
    event('afterCreate', object)
  }
  for (const object of missing(found.objects)) {
    event('beforeCreate', object)
    add(createObject(object, checkFirst))
    event('afterCreate', object)
  }
  const tables = missing(found.tables)
  createTables(tables, found.late, checkFirst, dialect, steps, event)
  for (const object of missing(found.objects))
    if (object.kind === 'sequence' && object.ownedBy) steps.push({ text: ownedText(object, dialect) })
  for (const table of tables) event('afterCreate', table)
  for (const object of missing(found.views)) {
    event('beforeCreate', object)
    add({ kind: 'createView', object, orReplace: false, ifNotExists: false })
    event('afterCreate', object)
  }
  steps.push(...attached(metadata, 'afterCreate', undefined, dialect))
  return steps
}

/** The catalogs do not show them everywhere, and a lasting table may have the same name; IF [NOT] EXISTS knows. */
const isTemporary = (node: ObjectNode): boolean => node.kind === 'table' && node.options.temporary !== undefined

function createTables(
  tables: readonly TableNode[],
  late: ReadonlySet<ForeignKeyInfo>,
  checkFirst: boolean,
  dialect: Dialect,
  steps: DdlStep[],
  event: (name: DdlEvent, node: ObjectNode) => void,
): void {
  const postponed = dialect.ddl.addForeignKey ? late : new Set<ForeignKeyInfo>()
  const add = (...texts: string[]) => steps.push(...texts.map((text) => ({ text })))
  for (const table of tables) {
    event('beforeCreate', table)
    add(
      written(dialect, (out) => writeTable(table, postponed, checkFirst, out)),
      ...partitionTexts(table, checkFirst, dialect),
    )
  }
  for (const table of tables) {
    for (const index of table.indexes) {
      const texts = [written(dialect, (out) => writeIndex(table, index, false, out)), ...indexCommentTexts(table, index, dialect)]
      // CONCURRENTLY waits for all transactions, so it is in none
      steps.push(...texts.map((text) => (index.concurrently ? { text, alone: true } : { text })))
    }
  }
  for (const table of tables)
    for (const key of table.foreignKeys) if (postponed.has(key)) add(written(dialect, (out) => writeLateKey(table, key, out)))
  for (const table of tables) add(...commentTexts(table, dialect))
}

function createObject(object: NamedObject, checkFirst: boolean): DdlNode {
  if (object.kind === 'enum') return { kind: 'createEnum', object }
  if (object.kind === 'domain') return { kind: 'createDomain', object }
  // the column that owns it is there later
  return { kind: 'createSequence', object, ifNotExists: checkFirst, owned: false }
}

function ownedText(object: SequenceNode, dialect: Dialect): string {
  const to: SequenceNode = { ...object, start: undefined, increment: undefined, min: undefined, max: undefined, cache: undefined }
  return nodeTexts({ kind: 'alterSequence', object, to, cycle: undefined, as: false, restart: undefined }, dialect)[0]!
}

/** The steps that drop what is there, and what has to be run around them outside of any transaction. */
export function dropSteps(
  metadata: Metadata<any>,
  dialect: Dialect,
  checkFirst: boolean,
  exists: Exists = () => true,
): { readonly steps: DdlStep[]; readonly around: { readonly before: string; readonly after: string } | undefined } {
  const found = inventoryOf(metadata, dialect)
  const steps: DdlStep[] = [...attached(metadata, 'beforeDrop', undefined, dialect)]
  const event = (name: DdlEvent, node: ObjectNode) => steps.push(...attached(metadata, name, node, dialect))
  const there = <N extends ObjectNode>(nodes: readonly N[]) => nodes.filter((node) => isTemporary(node) || exists(node)).reverse()
  const drop = (object: Exclude<ObjectNode, TableNode>, cascade = false) => {
    event('beforeDrop', object)
    const ifExists = checkFirst || (object.kind === 'sequence' && object.ownedBy !== undefined)
    steps.push(...nodeTexts({ kind: 'dropObject', object, ifExists, cascade }, dialect).map((text) => ({ text })))
    event('afterDrop', object)
  }
  for (const view of there(found.views)) drop(view)
  dropTables(there(found.tables), found.late.size > 0 && dialect.objects.circle === 'together', checkFirst, dialect, steps, event)
  for (const object of there(found.objects)) drop(object)
  // whoever drops has looked that nothing else is in it
  for (const object of there(found.schemas)) if (found.declared.has(object.name)) drop(object, dialect.objects.schemasAre === 'databases')
  steps.push(...attached(metadata, 'afterDrop', undefined, dialect))
  const { circle } = dialect.objects
  return { steps, around: found.late.size > 0 && circle !== 'together' ? circle : undefined }
}

function dropTables(
  tables: readonly TableNode[],
  together: boolean,
  checkFirst: boolean,
  dialect: Dialect,
  steps: DdlStep[],
  event: (name: DdlEvent, node: ObjectNode) => void,
): void {
  if (tables.length === 0) return
  if (!together) {
    for (const table of tables) {
      event('beforeDrop', table)
      steps.push({ text: written(dialect, (out) => writeDrop(table, checkFirst, out)) })
      event('afterDrop', table)
    }
    return
  }
  for (const table of tables) event('beforeDrop', table)
  const text = written(dialect, (out) => {
    writeDrop(tables[0]!, checkFirst, out)
    for (const table of tables.slice(1)) {
      out.text += ', '
      out.sourceName(table)
    }
  })
  steps.push({ text })
  for (const table of tables) event('afterDrop', table)
}

/** What was attached to an event: statements as texts, then the word to call the listeners. */
function attached(metadata: Metadata<any>, event: DdlEvent, node: ObjectNode | undefined, dialect: Dialect): DdlStep[] {
  const texts = metadata.attachments(event, node, dialect.name).flatMap((statement) => textsOf(statement, dialect))
  return [...texts.map((text) => ({ text })), { event, node }]
}

function textsOf(statement: object, dialect: Dialect): readonly string[] {
  if (statement instanceof DdlStatement) return nodeTexts(statementNode(statement) as DdlNode, dialect)
  const plan = planOf(statement, dialect)
  if (plan.holes.length > 0) return [compile(statement, dialect, { inline: true }).sql]
  return [plan.text]
}

/** The texts of `createAll`, without a database. */
export function createAllTexts(metadata: Metadata<any>, dialect: Dialect): string[] {
  return createSteps(metadata, dialect, false).flatMap((step) => ('text' in step ? [step.text] : []))
}
