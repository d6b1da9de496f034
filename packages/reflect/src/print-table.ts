/** A table as source: columns, and what stands in the third argument. */
import { CompileError, type ExpressionNode } from '@quern/expression'
import {
  type CheckInfo,
  type ColumnInfo,
  type DeferrableWords,
  domainOfMark,
  type ExcludeInfo,
  type ForeignKeyInfo,
  type IndexInfo,
  type IndexKeyInfo,
  type PartitioningInfo,
  type TableNode,
  type UniqueInfo,
} from '@quern/schema'
import { givenName } from './given-names.js'
import { maker, type ObjectContext } from './print-objects.js'
import type { ColumnOverride } from './print-overrides.js'
import { printType } from './print-type.js'
import { numberText, printExpression, printOptions, printValue } from './print-values.js'
import { member, objectLiteral, propertyKey, stringLiteral } from './source-text.js'

export interface TableContext extends ObjectContext {
  readonly override: (table: TableNode, column: ColumnInfo['node']) => ColumnOverride | undefined
  readonly keyOf: (table: TableNode, column: string) => string
  readonly tableName: (table: TableNode) => string
  readonly isCircle: (a: TableNode, b: TableNode) => boolean
}

type Named = { readonly name: string | undefined; readonly columns: readonly { readonly name: string }[] }

export class TablePrinter {
  readonly #table: TableNode
  readonly #context: TableContext

  constructor(table: TableNode, context: TableContext) {
    this.#table = table
    this.#context = context
  }

  text(): string {
    const { name, schema, columns } = this.#table
    const inline = this.#inlineKeys()
    const lines = columns.map((column) => `  ${propertyKey(this.#key(column.node.name))}: ${this.#column(column, inline)},\n`)
    const parts = this.#parts(new Set(inline.values()))
    const own = parts.some((part) => /\bt[.[]/.test(part)) ? '(t)' : '()'
    const third = parts.length === 0 ? '' : `, ${own} => [\n${parts.map((part) => `  ${part},\n`).join('')}]`
    return `${maker('table', schema, this.#context)}(${stringLiteral(name)}, {\n${lines.join('')}}${third})`
  }

  #use(name: string): string {
    return this.#context.imports.use(name)
  }

  #key(column: string): string {
    return this.#context.keyOf(this.#table, column)
  }

  #columns(nodes: readonly { readonly name: string }[]): string {
    return nodes.map(({ name }) => member('t', this.#key(name))).join(', ')
  }

  #expression(node: ExpressionNode, what: string): string {
    return printExpression(node, this.#context, what, '<boolean>')
  }

  /** A reference stands at its column where it is plain: one column, no circle, no name of its own. */
  #inlineKeys(): Map<string, ForeignKeyInfo> {
    const found = new Map<string, ForeignKeyInfo>()
    for (const key of this.#table.foreignKeys) {
      const [column, ...more] = key.columns
      const target = key.target()[0]!.source as TableNode
      if (more.length > 0 || found.has(column!.name) || key.notValid || key.onDeleteColumns.length > 0) continue
      if (!this.#context.isCircle(this.#table, target)) found.set(column!.name, key)
    }
    return found
  }

  #column({ node, options, generated }: ColumnInfo, inline: ReadonlyMap<string, ForeignKeyInfo>): string {
    const table = this.#table
    const key = inline.get(node.name)
    const override = this.#context.override(table, node)
    const what = `the default of ${table.name}.${node.name}`
    const domain = node.type.detail?.domain && domainOfMark(node.type.detail.domain)
    const isKey = this.#isPlainKey() && table.primaryKey[0] === node && options.notNull
    const ofDomain = domain !== undefined && options.default === domain.default
    return [
      printType(node.type, this.#context, override),
      this.#key(node.name) === node.name ? '' : `.named(${stringLiteral(node.name)})`,
      isKey
        ? '.primaryKey()'
        : options.notNull && !(options.identity && table.primaryKey.includes(node)) && !domain?.notNull
          ? '.notNull()'
          : '',
      options.identity ? `.identity(${this.#identity(options.identity)})` : '',
      table.uniques.some((unique) => this.#isPlainUnique(unique) && unique.columns[0] === node) ? '.unique()' : '',
      options.default && !ofDomain ? `.default(${printValue(options.default.value, this.#context, what)})` : '',
      generated ? this.#generated(generated, options.generated!.stored) : '',
      key ? `.references(${this.#targets(key)}${this.#referenceOptions(key)})` : '',
      options.collation === undefined ? '' : `.collate(${stringLiteral(options.collation)})`,
      options.comment === undefined ? '' : `.comment(${stringLiteral(options.comment)})`,
    ].join('')
  }

  #identity({ always, cycle, ...numbers }: NonNullable<ColumnInfo['options']['identity']>): string {
    const { start, increment, min, max, cache } = numbers
    return (
      objectLiteral({
        always: always ? 'true' : undefined,
        start: numberText(start),
        increment: numberText(increment),
        min: numberText(min),
        max: numberText(max),
        cache: numberText(cache),
        cycle: cycle ? 'true' : undefined,
      }) ?? ''
    )
  }

  #generated(node: ExpressionNode, stored: boolean): string {
    const text = printExpression(node, this.#context, `a generated column of ${this.#table.name}`, '')
    return `.generatedAs(${text}${stored ? '' : ', { stored: false }'})`
  }

  #referenceOptions(key: ForeignKeyInfo): string {
    const name = this.#name('foreign', key)
    const text = objectLiteral({
      onDelete: key.onDelete && stringLiteral(key.onDelete),
      onUpdate: key.onUpdate && stringLiteral(key.onUpdate),
      match: key.match && stringLiteral(key.match),
      deferrable: deferrable(key.deferrable),
      name: name === undefined ? undefined : stringLiteral(name),
    })
    return text === undefined ? '' : `, ${text}`
  }

  /** A key's name, where it is not the one that the database would give it anyway. */
  #name(kind: 'primary' | 'unique' | 'foreign', key: Named): string | undefined {
    return key.name === givenName(this.#context.dialect, kind, this.#table, key.columns) ? undefined : key.name
  }

  #isPlainKey(): boolean {
    const { primary } = this.#table
    return (
      primary?.columns.length === 1 &&
      primary.include.length === 0 &&
      primary.deferrable === undefined &&
      this.#name('primary', primary) === undefined
    )
  }

  #isPlainUnique(unique: UniqueInfo): boolean {
    const { columns, include, nullsNotDistinct } = unique
    const isBare = columns.length === 1 && include.length === 0 && !nullsNotDistinct && unique.deferrable === undefined
    return isBare && this.#name('unique', unique) === undefined
  }

  #parts(inline: ReadonlySet<ForeignKeyInfo>): string[] {
    const table = this.#table
    const { primary } = table
    const hasKey =
      primary && !(this.#isPlainKey() && table.columns.some(({ node, options }) => node === primary.columns[0] && options.notNull))
    const name = primary && this.#name('primary', primary)
    return [
      ...(hasKey ? [`${this.#use('primaryKey')}(${this.#columns(primary.columns)})${named(name)}${this.#more(primary)}`] : []),
      ...table.foreignKeys.filter((key) => !inline.has(key)).map((key) => this.#foreignKey(key)),
      ...table.uniques.filter((unique) => !this.#isPlainUnique(unique)).map((unique) => this.#unique(unique)),
      ...table.checks.map((check) => this.#check(check)),
      ...table.excludes.map((exclude) => this.#exclude(exclude)),
      ...table.indexes.map((index) => this.#index(index)),
      ...this.#options(),
      ...(table.partitioning ? [this.#partitioning(table.partitioning)] : []),
    ]
  }

  /** `.include(…)` and `.deferrable(…)` of a key. */
  #more({
    include,
    deferrable: words,
  }: {
    readonly include: readonly { name: string }[]
    readonly deferrable: DeferrableWords | undefined
  }): string {
    return `${include.length === 0 ? '' : `.include(${this.#columns(include)})`}${deferrableCall(words)}`
  }

  #foreignKey(key: ForeignKeyInfo): string {
    const some = key.onDeleteColumns.length === 0 ? '' : `, ${this.#columns(key.onDeleteColumns)}`
    return [
      `${this.#use('foreignKey')}(${this.#columns(key.columns)}).references(${this.#targets(key)})`,
      key.onDelete ? `.onDelete(${stringLiteral(key.onDelete)}${some})` : '',
      key.onUpdate ? `.onUpdate(${stringLiteral(key.onUpdate)})` : '',
      key.match ? `.match(${stringLiteral(key.match)})` : '',
      deferrableCall(key.deferrable),
      key.notValid ? '.notValid()' : '',
      named(this.#name('foreign', key)),
    ].join('')
  }

  /** The referenced columns: `t.id` of the table itself, `() => users.id` of another one, with its type written out in a circle. */
  #targets(key: ForeignKeyInfo): string {
    const nodes = key.target()
    const target = nodes[0]!.source as TableNode
    const isSelf = target === this.#table
    const names = nodes.map(({ name }) => member(isSelf ? 't' : this.#context.tableName(target), this.#context.keyOf(target, name)))
    if (isSelf) return names.join(', ')
    const isCircle = this.#context.isCircle(this.#table, target)
    const result = names.length === 1 ? names[0]! : `[${names.join(', ')}]`
    if (isCircle) this.#use('type AnyColumn')
    return `()${isCircle ? `: AnyColumn${names.length === 1 ? '' : '[]'}` : ''} => ${result}`
  }

  #unique(unique: UniqueInfo): string {
    const name = this.#name('unique', unique)
    const nulls = unique.nullsNotDistinct ? '.nullsNotDistinct()' : ''
    return `${this.#use('unique')}(${name === undefined ? '' : stringLiteral(name)}).on(${this.#columns(unique.columns)})${nulls}${this.#more(unique)}`
  }

  #check(check: CheckInfo): string {
    const text = `${this.#use('check')}(${stringLiteral(check.name ?? '')}, ${this.#expression(check.condition, `check ${check.name}`)})`
    return `${text}${check.notValid ? '.notValid()' : ''}${check.noInherit ? '.noInherit()' : ''}${check.notEnforced ? '.notEnforced()' : ''}`
  }

  #indexKey({ node, descending, nulls, opclass, length, collation }: IndexKeyInfo, what: string): string {
    const bare = node.kind === 'column' ? this.#columns([node]) : printExpression(node, this.#context, what, '')
    const order = descending ? '.desc()' : nulls ? '.asc()' : ''
    const key = `${bare}${order}${nulls === undefined ? '' : nulls === 'first' ? '.nullsFirst()' : '.nullsLast()'}`
    const options = objectLiteral({
      opclass: opclass === undefined ? undefined : stringLiteral(opclass),
      collate: collation === undefined ? undefined : stringLiteral(collation),
      length: length === undefined ? undefined : String(length),
    })
    return options === undefined ? key : `${this.#use('indexKey')}(${key}, ${options})`
  }

  #exclude({ name, method, elements, include, where, deferrable: words }: ExcludeInfo): string {
    const what = `exclusion constraint ${name}`
    return [
      `${this.#use('exclude')}(${name === undefined ? '' : stringLiteral(name)})`,
      method === undefined ? '' : `.using(${stringLiteral(method)})`,
      ...elements.map(({ key, operator }) => `.with(${this.#indexKey(key, what)}, ${stringLiteral(operator)})`),
      where ? `.where(${this.#expression(where, what)})` : '',
      include.length === 0 ? '' : `.include(${this.#columns(include)})`,
      deferrableCall(words),
    ].join('')
  }

  #index(index: IndexInfo): string {
    const what = `index ${index.name}`
    const stored = index.with && printOptions(index.with, this.#context, what)
    return [
      `${this.#use('index')}(${stringLiteral(index.name ?? '')}).on(${index.keys.map((key) => this.#indexKey(key, what)).join(', ')})`,
      index.unique ? '.unique()' : '',
      index.method === undefined ? '' : `.using(${stringLiteral(index.method)})`,
      index.type === undefined ? '' : `.${index.type}()`,
      index.include.length === 0 ? '' : `.include(${this.#columns(index.include)})`,
      index.nullsNotDistinct ? '.nullsNotDistinct()' : '',
      index.where ? `.where(${this.#expression(index.where, what)})` : '',
      stored === undefined ? '' : `.with(${stored})`,
      index.invisible ? '.invisible()' : '',
      index.comment === undefined ? '' : `.comment(${stringLiteral(index.comment)})`,
    ].join('')
  }

  #options(): string[] {
    const { name, options } = this.#table
    const { inherits, ...own } = options.postgres
    const parents = inherits.length === 0 ? undefined : `[${inherits.map((parent) => this.#context.tableName(parent)).join(', ')}]`
    const plain = printOptions(own, this.#context, `the options of ${name}`)
    const postgres =
      parents === undefined ? plain : plain === undefined ? `{ inherits: ${parents} }` : plain.replace(/ \}$/, `, inherits: ${parents} }`)
    const mysql = printOptions(options.mysql, this.#context, `the options of ${name}`)
    const sqlite = printOptions(options.sqlite, this.#context, `the options of ${name}`)
    if (options.temporary) throw new CompileError(`${name} is a temporary table of a program, which cannot be printed as source`)
    return [
      ...(options.comment === undefined ? [] : [`${this.#use('tableComment')}(${stringLiteral(options.comment)})`]),
      ...(postgres === undefined ? [] : [`${this.#use('postgresOptions')}(${postgres})`]),
      ...(mysql === undefined ? [] : [`${this.#use('mysqlOptions')}(${mysql})`]),
      ...(sqlite === undefined ? [] : [`${this.#use('sqliteOptions')}(${sqlite})`]),
    ]
  }

  #partitioning({ method, keys, partitions }: PartitioningInfo): string {
    const what = `the partitioning of ${this.#table.name}`
    const values = (list: readonly unknown[]) => printValue(list, this.#context, what)
    const key = (node: ExpressionNode) => (node.kind === 'column' ? this.#columns([node]) : printExpression(node, this.#context, what, ''))
    const start = `${this.#use('partitionBy')}(${[stringLiteral(method), ...keys.map(key)].join(', ')})`
    if (typeof partitions === 'number') return `${start}.partitions(${partitions})`
    if (partitions.length === 0) return start
    const parts = partitions.map(({ name, bound }) => {
      const one = `${this.#use('partition')}(${stringLiteral(name)})`
      if (bound.kind === 'default') return `${one}.default()`
      if (bound.kind === 'hash') return `${one}.of({ modulus: ${bound.modulus}, remainder: ${bound.remainder} })`
      if (bound.kind === 'list') return `${one}.in(${values(bound.values)})`
      return `${one}${bound.from ? `.from(${values(bound.from)})` : ''}.to(${values(bound.to)})`
    })
    return `${start}.partitions(\n${parts.map((part) => `    ${part},\n`).join('')}  )`
  }
}

const named = (name: string | undefined): string => (name === undefined ? '' : `.named(${stringLiteral(name)})`)

const deferrable = (words: DeferrableWords | undefined): string | undefined =>
  words === undefined ? undefined : words === 'not deferrable' ? 'false' : words.endsWith('deferred') ? "{ initially: 'deferred' }" : 'true'
const deferrableCall = (words: DeferrableWords | undefined): string =>
  words === undefined ? '' : `.deferrable(${words === 'deferrable initially immediate' ? '' : deferrable(words)})`
