/** A metadata in the inspector's words, as far as they can be told without asking the server; expressions are the text that `createAll` writes. */
import { isExpression, nodeOf, type SqlType } from '@quern/expression'
import type { IdentityOptions, Metadata, SequenceNode, TableNode, ViewNode } from '@quern/schema'
import {
  columnTypeText,
  type Dialect,
  defaultOfDomain,
  defaultText,
  definitionOf,
  inDdl,
  inventoryOf,
  nameIn,
  typeChecks,
  written,
} from '@quern/sql'
import type { Found } from './build-table.js'
import { declaredIndexes, declaredKeys } from './declared-keys.js'
import { declaredDomain, declaredSequence } from './declared-objects.js'
import { declaredPartitioning } from './declared-partitions.js'
import { typeKeyOf, type Words } from './declared-words.js'
import type { CheckDetails, ColumnDetails, DomainDetails, EnumDetails, IdentityDetails, SequenceDetails, TableDetails } from './details.js'
import type { Inspector } from './inspector.js'

/** A column's type is compared by this: the spelled type, or the name of the user's type. */
export interface DeclaredColumn extends ColumnDetails {
  readonly typeKey: string
  readonly sqlType: SqlType
}
export interface DeclaredTable extends Found {
  readonly columns: readonly DeclaredColumn[]
  readonly node: TableNode
}
export interface DeclaredView {
  readonly schema: string
  readonly name: string
  readonly materialized: boolean
  readonly columns: readonly string[]
  readonly definition: string
}
export interface DeclaredDomain extends DomainDetails {
  readonly typeKey: string
}
export interface Declared {
  /** Those that have to be there as objects of their own. */
  readonly schemas: readonly string[]
  /** Those of them that were declared, and not only named by what is in them. */
  readonly ownSchemas: readonly string[]
  readonly tables: readonly DeclaredTable[]
  readonly views: readonly DeclaredView[]
  readonly enums: readonly EnumDetails[]
  readonly domains: readonly DeclaredDomain[]
  readonly sequences: readonly SequenceDetails[]
}

export function declaredOf(metadata: Metadata<any>, inspector: Inspector, dialect: Dialect): Declared {
  const words: Words = {
    dialect,
    inspector,
    schemaOf: ({ schema }) => inspector.schemaOf(schema === undefined ? {} : { schema }),
    expression: (node, table) => written(dialect, (out) => inDdl(node, table, out)),
  }
  const found = inventoryOf(metadata, dialect)
  const objects = { enums: [] as EnumDetails[], domains: [] as DeclaredDomain[], sequences: [] as SequenceDetails[] }
  for (const node of found.objects) {
    if (node.kind === 'domain') objects.domains.push(declaredDomain(node, words))
    else if (node.kind === 'sequence') objects.sequences.push(declaredSequence(node as SequenceNode, words))
    else objects.enums.push({ schema: words.schemaOf(node), name: node.name, labels: node.labels, comment: null, notes: [] })
  }
  return {
    schemas: found.schemas.map(({ name }) => name),
    ownSchemas: [...found.declared],
    // nobody but its own connection sees a temporary table
    tables: found.tables.filter(({ options }) => options.temporary === undefined).map((node) => declaredTable(node, words)),
    views: found.views.map((node) => declaredView(node, words)),
    ...objects,
  }
}

function declaredView(node: ViewNode, words: Words): DeclaredView {
  return {
    schema: words.schemaOf(node),
    name: node.name,
    materialized: node.materialized,
    columns: node.columns.map((column) => column.node.name),
    definition: definitionOf(node.statement, words.dialect),
  }
}

function declaredTable(node: TableNode, words: Words): DeclaredTable {
  const { inspector, dialect } = words
  const schema = words.schemaOf(node)
  return {
    key: node.name,
    node,
    table: tableDetails(node, schema, words),
    columns: node.columns.map((column) => declaredColumn(column, node, words)),
    ...declaredKeys(node, words),
    checks: [
      ...node.checks.map((check) => ({
        ...plainCheck(schema, node),
        name: written(dialect, (out) => void (out.text += nameIn(node, check, out) ?? '')) || null,
        expression: words.expression(check.condition, node),
        enforced: !check.notEnforced,
        noInherit: check.noInherit,
        valid: !check.notValid,
      })),
      ...node.columns.flatMap((column) =>
        typeChecks(column, dialect).map((condition) => ({
          ...plainCheck(schema, node),
          name: null,
          expression: words.expression(condition, node),
        })),
      ),
    ],
    ...declaredIndexes(node, words, inspector.catalog.uniqueIndexIsConstraint),
  }
}

const plainCheck = (schema: string, { name: table }: TableNode): Omit<CheckDetails, 'name' | 'expression'> => ({
  schema,
  table,
  valid: true,
  enforced: true,
  noInherit: false,
  inherited: false,
  notes: [],
})

function tableDetails(node: TableNode, schema: string, words: Words): TableDetails {
  const { postgres, mysql, sqlite, comment } = node.options
  const isOn = (name: keyof TableDetails['options'] | 'inherits') => words.inspector.catalog.options.includes(name)
  const parameters = postgres.with && Object.fromEntries(Object.entries(postgres.with).map(([key, value]) => [key, String(value)]))
  return {
    schema,
    name: node.name,
    kind: 'table',
    comment: comment ?? null,
    definition: null,
    reads: [],
    options: {
      ...(isOn('unlogged') && postgres.unlogged && { unlogged: true as const }),
      ...(isOn('with') && parameters && { with: parameters }),
      ...(isOn('tablespace') && postgres.tablespace !== undefined && { tablespace: postgres.tablespace }),
      ...(isOn('accessMethod') && postgres.accessMethod !== undefined && { accessMethod: postgres.accessMethod }),
      ...(isOn('engine') && mysql.engine !== undefined && !/^innodb$/i.test(mysql.engine) && { engine: mysql.engine }),
      ...(isOn('collation') && mysql.collate !== undefined && { collation: mysql.collate }),
      ...(isOn('rowFormat') && mysql.rowFormat !== undefined && mysql.rowFormat !== 'default' && { rowFormat: mysql.rowFormat }),
      ...(isOn('strict') && sqlite.strict && { strict: true as const }),
      ...(isOn('withoutRowid') && sqlite.withoutRowid && { withoutRowid: true as const }),
    },
    inherits: isOn('inherits') ? postgres.inherits.map((parent) => ({ schema: words.schemaOf(parent), name: parent.name })) : [],
    partitioning: declaredPartitioning(node, words),
    partitionOf: null,
    notes: [],
  }
}

function declaredColumn(column: TableNode['columns'][number], table: TableNode, words: Words): DeclaredColumn {
  const { node, options, generated } = column
  const { dialect, inspector } = words
  const rowid = dialect.ddl.identityIsPrimaryKey && options.identity !== undefined
  const inKey = inspector.catalog.keysAreNotNull(table.options) && table.primaryKey.includes(node)
  const value = options.default && !options.identity && !defaultOfDomain(column, dialect) ? options.default : undefined
  const type = rowid ? 'INTEGER' : typeText(column, table, dialect)
  return {
    ...plainDetails(words.schemaOf(table), table.name),
    name: node.name,
    type,
    typeKey: rowid ? inspector.catalog.spelling('INTEGER') : typeKeyOf(node.type, type, words),
    sqlType: node.type,
    nullable: !(options.notNull || options.identity !== undefined || inKey),
    default: value ? defaultText(value.value, node, dialect) : null,
    sequence: value ? sequenceOf(value.value, words) : null,
    identity: options.identity ? identityOf(options.identity, node.type, words) : null,
    generated: generated
      ? { kind: options.generated!.stored ? 'stored' : 'virtual', expression: words.expression(generated, table) }
      : null,
    collation: options.collation ?? null,
    comment: options.comment ?? null,
  }
}

const plainDetails = (schema: string, table: string) => ({
  schema,
  table,
  length: null,
  precision: null,
  scale: null,
  dimensions: 0,
  element: null,
  userType: null,
  labels: null,
  unsigned: false,
  onUpdate: null,
  inherited: false,
  notes: [],
})

function typeText({ node }: TableNode['columns'][number], table: TableNode, dialect: Dialect): string {
  const text = columnTypeText(node.type, dialect)
  return written(dialect, (out) => void (out.text += dialect.ddl.columnType?.(text, node, table, out) ?? text))
}

function sequenceOf(value: unknown, words: Words): ColumnDetails['sequence'] {
  const node = isExpression(value) ? nodeOf(value) : undefined
  if (node?.kind !== 'sequenceValue' || node.operation !== 'next') return null
  return { schema: words.schemaOf(node.sequence), name: node.sequence.name }
}

/** As the inspector has it: `null` for what the server takes when nothing is said. */
function identityOf(options: IdentityOptions, type: SqlType, { inspector, dialect }: Words): IdentityDetails {
  const none: IdentityDetails = { always: false, start: null, increment: null, min: null, max: null, cache: null, cycle: false }
  if (!inspector.catalog.identityOptions) return none
  const { always = false, cycle = false, cache } = options
  const given = (value: number | bigint | undefined): bigint | null => (value === undefined ? null : BigInt(value))
  const step = given(options.increment) ?? 1n
  const bits = { smallint: 15n, integer: 31n }[columnTypeText(type, dialect) as 'integer'] ?? 63n
  const usual = step < 0n ? { min: -(2n ** bits), max: -1n } : { min: 1n, max: 2n ** bits - 1n }
  const [min, max] = [given(options.min) ?? usual.min, given(options.max) ?? usual.max]
  const told = (value: bigint, plain: bigint) => (value === plain ? null : plainNumber(value))
  const first = step < 0n ? max : min
  return {
    always,
    start: told(given(options.start) ?? first, first),
    increment: told(step, 1n),
    min: told(min, usual.min),
    max: told(max, usual.max),
    cache: cache === undefined || Number(cache) === 1 ? null : Number(cache),
    cycle,
  }
}
const plainNumber = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value)
