/** Metadata as the TypeScript source that declares it. */
import { CompileError, nodeOf, sourceNode } from '@quern/expression'
import { type Metadata, type NamedObject, type ObjectNode, sortTables, type TableNode, type ViewNode } from '@quern/schema'
import type { DialectName } from '@quern/sql'
import { circles } from './cycles.js'
import { Imports, list } from './print-imports.js'
import { type Names, namesOf } from './print-names.js'
import { printObject, printView } from './print-objects.js'
import { type ColumnOverride, type Overrides, overridesOf } from './print-overrides.js'
import { type TableContext, TablePrinter } from './print-table.js'
import { member, propertyKey } from './source-text.js'
import { namedIn } from './used-objects.js'

export interface PrintOptions {
  /** Column keys and table constants in camelCase; what the database calls them goes into `named`. */
  readonly camel?: boolean
  /** The database that the tables come from: names that it gives to keys by itself are left out. */
  readonly dialect?: DialectName
  /** What the program knows better, by `table.column` or a pattern: `{ 'orders.meta': { json: 'Meta', from: './types.js' } }`. */
  readonly columns?: Readonly<Record<string, ColumnOverride>>
}
export interface PrintFilesOptions extends PrintOptions {
  /** The name of the file for what has no schema of its own: `tables` unless told. */
  readonly defaultSchema?: string
}

/**
 * The source of a file that declares these tables, referenced ones first, and the types, sequences and views that go with them.
 *
 * `printTables(await reflect(engine), { dialect: 'postgres', camel: true })`
 *
 * @throws CompileError for what only a program can have made, such as a codec, and for an override that means no column
 */
export function printTables(metadata: Metadata<any>, options: PrintOptions = {}): string {
  return new Printer(metadata, options, () => 'schema').files()['schema.ts']!
}

/**
 * The same as one file per schema, with the types and sequences of all in `types.ts` and the metadata in `index.ts`.
 *
 * `printFiles(await reflect(engine, { schema: ['public', 'audit'] }), { defaultSchema: 'public' })` — `{ 'types.ts': …, 'public.ts': …, 'audit.ts': …, 'index.ts': … }`
 */
export function printFiles(metadata: Metadata<any>, options: PrintFilesOptions = {}): Record<string, string> {
  const taken = new Map<string, string>()
  const used = new Set(['types', 'index'])
  const fileOf = (schema: string): string => {
    const known = taken.get(schema)
    if (known !== undefined) return known
    const plain = schema.replace(/[^\p{L}\p{N}_-]/gu, '_') || '_'
    let name = plain
    for (let i = 2; used.has(name.toLowerCase()); i++) name = `${plain}${i}`
    used.add(name.toLowerCase())
    taken.set(schema, name)
    return name
  }
  const { defaultSchema = 'tables' } = options
  const place = (node: ObjectNode | undefined): string => {
    if (node === undefined) return 'index'
    return node.kind === 'table' || node.kind === 'view' ? fileOf(node.schema ?? defaultSchema) : 'types'
  }
  return new Printer(metadata, options, place).files()
}

type Place = (node: ObjectNode | undefined) => string

class Printer {
  readonly #metadata: Metadata<any>
  readonly #options: PrintOptions
  readonly #place: Place
  readonly #tables: readonly TableNode[]
  readonly #views: readonly ViewNode[]
  readonly #objects: readonly NamedObject[]
  readonly #overrides: Overrides
  readonly #names: Names
  readonly #circle: ReadonlyMap<TableNode, number>
  readonly #files = new Map<string, { readonly imports: Imports; readonly parts: string[] }>()

  constructor(metadata: Metadata<any>, options: PrintOptions, place: Place) {
    const nodes = metadata.nodes()
    this.#metadata = metadata
    this.#options = options
    this.#place = place
    this.#tables = sortTables(nodes).tables
    this.#views = metadata.objects().filter((node) => node.kind === 'view')
    this.#objects = namedIn(metadata)
    this.#circle = circles(nodes)
    this.#overrides = overridesOf(options.columns ?? {}, nodes)
    const imported = Object.values(options.columns ?? {}).flatMap(({ json, use, from }) => (from === undefined ? [] : [json ?? use ?? '']))
    this.#names = namesOf(nodes, this.#views, this.#objects, options.camel === true, this.#overrides, imported)
  }

  /** The text of each file by its name. */
  files(): Record<string, string> {
    for (const object of this.#objects) this.#add(object, (context) => printObject(object, context))
    for (const table of this.#tables) this.#add(table, (context) => new TablePrinter(table, context).text())
    for (const view of this.#views) this.#add(view, (context) => printView(view, context))
    this.#gather()
    const entries = [...this.#files].map(
      ([name, { imports, parts }]) => [`${name}.ts`, `${[imports.text(), ...parts].join('\n\n')}\n`] as const,
    )
    return Object.fromEntries(entries)
  }

  #file(name: string): { readonly imports: Imports; readonly parts: string[] } {
    let file = this.#files.get(name)
    if (!file) this.#files.set(name, (file = { imports: new Imports(), parts: [] }))
    return file
  }

  #add(node: ObjectNode, print: (context: TableContext) => string): void {
    const name = this.#place(node)
    const { imports, parts } = this.#file(name)
    parts.push(`export const ${this.#names.constants.get(node)!} = ${print(this.#context(name, imports))}`)
  }

  #context(file: string, imports: Imports): TableContext {
    const nameOf = (node: ObjectNode): string => this.#reference(node, file, imports)
    return {
      imports,
      dialect: this.#options.dialect,
      nameOf,
      sequenceName: nameOf,
      tableName: nameOf,
      override: this.#overrides,
      keyOf: (table, column) => this.#keyOf(table, column),
      isCircle: (a, b) => this.#circle.get(a) === this.#circle.get(b),
      columnOf: (column) => {
        const node = nodeOf(column)
        if (node.kind !== 'column') throw new CompileError('a sequence belongs to a column')
        return member(nameOf(node.source as TableNode), this.#keyOf(node.source as TableNode, node.name))
      },
    }
  }

  /** The constant of a thing, imported where it is in another file. */
  #reference(node: ObjectNode, file: string, imports: Imports): string {
    const constant = this.#names.constants.get(node)
    if (constant === undefined)
      throw new CompileError(`${JSON.stringify(node.name)} is used by a printed table, and is not in the metadata itself`)
    const other = this.#place(node)
    return other === file ? constant : imports.use(constant, `./${other}.js`)
  }

  #keyOf(table: TableNode, column: string): string {
    const key = this.#names.keys.get(table)?.get(column)
    if (key === undefined)
      throw new CompileError(`a foreign key refers to ${JSON.stringify(`${table.name}.${column}`)}, which is not among the printed tables`)
    return key
  }

  #gather(): void {
    const name = this.#place(undefined)
    const { imports, parts } = this.#file(name)
    const declared = this.#metadata.objects()
    const keys = new Map(Object.entries(this.#metadata.tables).map(([key, source]) => [sourceNode(source as object) as ObjectNode, key]))
    const order: readonly ObjectNode[] = [...this.#objects.filter((node) => declared.includes(node)), ...this.#tables, ...this.#views]
    const items = order.map((node) => {
      const constant = this.#reference(node, name, imports)
      const key = this.#options.camel ? constant : (keys.get(node) ?? constant)
      return key === constant && key !== '__proto__' ? constant : `${propertyKey(key)}: ${constant}`
    })
    parts.push(list(`export const db = ${imports.use('metadata')}({`, items, '})', ' '))
  }
}
