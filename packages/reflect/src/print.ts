/** Tables as the TypeScript source that declares them. */
import { CompileError, type ExpressionNode, isExpression, nodeOf, type SqlType } from '@quern/expression'
import { type ColumnInfo, type ForeignKeyInfo, type Metadata, sortTables, type TableNode } from '@quern/schema'
import type { DialectName } from '@quern/sql'
import { circles } from './cycles.js'
import { givenName } from './given-names.js'
import { camelCase, Identifiers, member, objectLiteral, propertyKey, stringLiteral, templateText } from './source-text.js'

export interface PrintOptions {
  /** Column keys and table constants in camelCase; what the database calls them goes into `named`. */
  readonly camel?: boolean
  /** The database that the tables come from: names that it gives to keys by itself are left out. */
  readonly dialect?: DialectName
}

/** Everything that the printed source may import; no table's constant takes one of these names. */
const imported = [
  'bigint',
  'blob',
  'boolean',
  'char',
  'check',
  'customType',
  'date',
  'doublePrecision',
  'foreignKey',
  'index',
  'integer',
  'json',
  'jsonb',
  'metadata',
  'now',
  'numeric',
  'primaryKey',
  'real',
  'schema',
  'smallint',
  'sql',
  'table',
  'text',
  'time',
  'timestamp',
  'timestamptz',
  'unique',
  'uuid',
  'varchar',
]
/** The parameter of the third argument, the metadata, and a type. */
const own = ['t', 'db', 'AnyColumn']

const lineWidth = 140

interface Names {
  readonly constant: string
  /** The property of each column. */
  readonly keys: ReadonlyMap<string, string>
}

/**
 * The source of a file that declares these tables, referenced ones first.
 *
 * `printTables(await reflect(engine), { dialect: 'postgres', camel: true })`
 */
export function printTables(metadata: Metadata<any>, options: PrintOptions = {}): string {
  return new Printer(metadata, options).file()
}

class Printer {
  readonly #metadata: Metadata<any>
  readonly #options: PrintOptions
  readonly #tables: readonly TableNode[]
  readonly #names: ReadonlyMap<TableNode, Names>
  readonly #circle: ReadonlyMap<TableNode, number>
  readonly #printed = new Set<TableNode>()
  readonly #uses = new Set<string>()

  constructor(metadata: Metadata<any>, options: PrintOptions) {
    const nodes = metadata.nodes()
    this.#metadata = metadata
    this.#options = options
    this.#tables = sortTables(nodes).tables
    this.#circle = circles(nodes)
    this.#names = nameAll(nodes, options.camel === true)
  }

  file(): string {
    const tables = this.#tables.map((table) => this.#table(table))
    const end = this.#gather()
    const imports = [...this.#uses].sort((a, b) => (a.replace(/^type /, '').toLowerCase() < b.replace(/^type /, '').toLowerCase() ? -1 : 1))
    return `${[list('import {', imports, "} from 'quern'", ' '), ...tables, end].join('\n\n')}\n`
  }

  #use(name: string): string {
    this.#uses.add(name)
    return name
  }

  #table(table: TableNode): string {
    const { constant } = this.#names.get(table)!
    const inline = this.#inlineKeys(table)
    const columns = table.columns.map(
      (column) => `  ${propertyKey(this.#keyOf(table, column.node.name))}: ${this.#column(table, column, inline)},\n`,
    )
    const constraints = this.#constraints(table, new Set(inline.values()))
    const maker = table.schema === undefined ? this.#use('table') : `${this.#use('schema')}(${stringLiteral(table.schema)}).table`
    const third = constraints.length === 0 ? '' : `, (t) => [\n${constraints.map((text) => `  ${text},\n`).join('')}]`
    this.#printed.add(table)
    return `export const ${constant} = ${maker}(${stringLiteral(table.name)}, {\n${columns.join('')}}${third})`
  }

  /** A reference stands at its column where it is plain: one column, no circle, no name of its own. */
  #inlineKeys(table: TableNode): Map<string, ForeignKeyInfo> {
    const found = new Map<string, ForeignKeyInfo>()
    for (const key of table.foreignKeys) {
      const [column, ...more] = key.columns
      const target = key.target()[0]!.source as TableNode
      if (more.length > 0 || this.#name(table, 'foreign', key) !== undefined || found.has(column!.name)) continue
      if (this.#circle.get(target) !== this.#circle.get(table)) found.set(column!.name, key)
    }
    return found
  }

  #column(table: TableNode, { node, options }: ColumnInfo, inline: ReadonlyMap<string, ForeignKeyInfo>): string {
    const key = inline.get(node.name)
    const isKey =
      table.primaryKey.length === 1 && table.primaryKey[0] === node && options.notNull && this.#name(table, 'primary') === undefined
    return [
      this.#type(node.type),
      this.#keyOf(table, node.name) === node.name ? '' : `.named(${stringLiteral(node.name)})`,
      isKey ? '.primaryKey()' : options.notNull ? '.notNull()' : '',
      options.identity
        ? `.identity(${objectLiteral({ always: options.identity.always ? 'true' : undefined, start: numberText(options.identity.start), increment: numberText(options.identity.increment) }) ?? ''})`
        : '',
      table.uniques.some((unique) => this.#isPlainUnique(table, unique) && unique.columns[0] === node) ? '.unique()' : '',
      options.default ? `.default(${this.#value(options.default.value, table, node.name)})` : '',
      key ? `.references(${this.#targets(table, key)}${this.#actions(key)})` : '',
    ].join('')
  }

  #actions(key: ForeignKeyInfo): string {
    const text = objectLiteral({
      onDelete: key.onDelete && stringLiteral(key.onDelete),
      onUpdate: key.onUpdate && stringLiteral(key.onUpdate),
    })
    return text === undefined ? '' : `, ${text}`
  }

  #isPlainUnique(table: TableNode, unique: TableNode['uniques'][number]): boolean {
    return unique.columns.length === 1 && this.#name(table, 'unique', unique) === undefined
  }

  #constraints(table: TableNode, inline: ReadonlySet<ForeignKeyInfo>): string[] {
    const columns = (nodes: readonly { readonly name: string }[]) =>
      nodes.map(({ name }) => member('t', this.#keyOf(table, name))).join(', ')
    const named = (name: string | undefined) => (name === undefined ? '' : `.named(${stringLiteral(name)})`)
    const keyName = this.#name(table, 'primary')
    const hasKey =
      table.primaryKey.length > 1 || (table.primaryKey.length === 1 && (keyName !== undefined || !table.primaryKey[0]!.notNull))
    return [
      ...(hasKey ? [`${this.#use('primaryKey')}(${columns(table.primaryKey)})${named(keyName)}`] : []),
      ...table.foreignKeys
        .filter((key) => !inline.has(key))
        .map((key) => {
          const actions = `${key.onDelete ? `.onDelete(${stringLiteral(key.onDelete)})` : ''}${key.onUpdate ? `.onUpdate(${stringLiteral(key.onUpdate)})` : ''}`
          return `${this.#use('foreignKey')}(${columns(key.columns)}).references(${this.#targets(table, key)})${actions}${named(this.#name(table, 'foreign', key))}`
        }),
      ...table.uniques
        .filter((unique) => !this.#isPlainUnique(table, unique))
        .map((unique) => {
          const name = this.#name(table, 'unique', unique)
          return `${this.#use('unique')}(${name === undefined ? '' : stringLiteral(name)}).on(${columns(unique.columns)})`
        }),
      ...table.checks.map(
        (check) =>
          `${this.#use('check')}(${stringLiteral(check.name ?? '')}, ${this.#expression(check.condition, `check ${check.name}`, '<boolean>')})`,
      ),
      ...table.indexes.map(
        (index) =>
          `${this.#use('index')}(${stringLiteral(index.name ?? '')}).on(${columns(index.columns)})${index.unique ? '.unique()' : ''}`,
      ),
    ]
  }

  /** The referenced columns: `t.id` of the table itself, `() => users.id` of another one, with its type written out in a circle. */
  #targets(table: TableNode, key: ForeignKeyInfo): string {
    const nodes = key.target()
    const target = nodes[0]!.source as TableNode
    const isSelf = target === table
    const names = nodes.map(({ name }) => member(isSelf ? 't' : this.#names.get(target)!.constant, this.#keyOf(target, name)))
    if (isSelf) return names.join(', ')
    const isCircle = this.#circle.get(target) === this.#circle.get(table)
    const result = names.length === 1 ? names[0]! : `[${names.join(', ')}]`
    if (isCircle) this.#use('type AnyColumn')
    return `()${isCircle ? `: AnyColumn${names.length === 1 ? '' : '[]'}` : ''} => ${result}`
  }

  /** A key's name, where it is not the one that the database would give it anyway. */
  #name(
    table: TableNode,
    kind: 'primary' | 'unique' | 'foreign',
    key?: { readonly name: string | undefined; readonly columns: readonly { readonly name: string }[] },
  ): string | undefined {
    const name = key ? key.name : table.primaryKeyName
    return name === givenName(this.#options.dialect, kind, table, key ? key.columns : table.primaryKey) ? undefined : name
  }

  #keyOf(table: TableNode, column: string): string {
    const key = this.#names.get(table)?.keys.get(column)
    if (key === undefined)
      throw new CompileError(`a foreign key refers to ${JSON.stringify(`${table.name}.${column}`)}, which is not among the printed tables`)
    return key
  }

  #type({ name, length, precision, scale, mode, sqlName }: SqlType): string {
    const options = mode === undefined ? undefined : `{ mode: ${stringLiteral(mode)} }`
    const maker = name === 'custom' ? 'customType' : name
    const sizes = name === 'char' || name === 'varchar' ? [length] : name === 'numeric' ? [precision, scale] : []
    const given: string[] = sizes.filter((size) => size !== undefined).map(String)
    // numeric takes its mode as the third argument
    if (options !== undefined) given.push(...(name === 'numeric' ? ['undefined', 'undefined'].slice(given.length) : []), options)
    if (name === 'custom') given.push(stringLiteral(sqlName ?? ''))
    return `${this.#use(maker)}(${given.join(', ')})`
  }

  #value(value: unknown, table: TableNode, column: string): string {
    if (isExpression(value)) return this.#expression(nodeOf(value), `the default of ${table.name}.${column}`, '')
    if (typeof value === 'string') return stringLiteral(value)
    if (typeof value === 'bigint') return `${value}n`
    if (value instanceof Date) return `new Date(${stringLiteral(value.toISOString())})`
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw new CompileError(`the default of ${JSON.stringify(`${table.name}.${column}`)} cannot be printed as source`)
  }

  /** Reflected expressions are SQL text or `now()`; others are a program's own and stay there. */
  #expression(node: ExpressionNode, what: string, type: string): string {
    if (node.kind === 'call' && node.name === 'now' && node.args.length === 0) return `${this.#use('now')}()`
    if (node.kind === 'template' && node.values.length === 0) return `${this.#use('sql')}${type}\`${templateText(node.texts.join(''))}\``
    throw new CompileError(`${what} is an expression of a program, which cannot be printed as source`)
  }

  #gather(): string {
    const byNode = new Map(this.#metadata.nodes().map((node, i) => [node, Object.keys(this.#metadata.tables)[i]!]))
    const parts = this.#tables.map((table) => {
      const { constant } = this.#names.get(table)!
      const key = this.#options.camel ? constant : byNode.get(table)!
      return key === constant && key !== '__proto__' ? constant : `${propertyKey(key)}: ${constant}`
    })
    return list(`export const db = ${this.#use('metadata')}({`, parts, '})', ' ')
  }
}

const numberText = (value: number | bigint | undefined): string | undefined =>
  value === undefined ? undefined : `${value}${typeof value === 'bigint' ? 'n' : ''}`

/** On one line where it fits, else one item per line. */
function list(open: string, items: readonly string[], close: string, space: string): string {
  const line = items.length === 0 ? `${open}${close}` : `${open}${space}${items.join(', ')}${space}${close}`
  return line.length <= lineWidth ? line : `${open}\n${items.map((item) => `  ${item},\n`).join('')}${close}`
}

function nameAll(nodes: readonly TableNode[], camel: boolean): Map<TableNode, Names> {
  const constants = new Identifiers([...imported, ...own])
  return new Map(
    nodes.map((node) => {
      const full = node.schema === undefined ? node.name : `${node.schema}_${node.name}`
      return [node, { constant: constants.take(camel ? camelCase(full) : full, 'Table'), keys: columnKeys(node, camel) }]
    }),
  )
}

function columnKeys({ columns }: TableNode, camel: boolean): Map<string, string> {
  const taken = new Set<string>()
  const keys = new Map<string, string>()
  for (const { node } of columns) {
    const wanted = camel ? camelCase(node.name) : node.key
    let key = wanted
    for (let i = 2; taken.has(key); i++) key = `${wanted}${i}`
    taken.add(key)
    keys.set(node.name, key)
  }
  return keys
}
