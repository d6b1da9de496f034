/** Emitters of DDL statements as PostgreSQL and the SQL standard write them. A dialect spreads them and replaces what differs. */
import { type ExpressionNode, nodeOf } from '@quern/expression'
import { domainValue, type ObjectNode, objectName, type SequenceNode, type ViewNode } from '@quern/schema'
import { emitAlterTable } from './ansi-alter.js'
import { definitionOf } from './compile.js'
import { commentTexts, indexCommentTexts } from './ddl-comment.js'
import { inDdl, writeText } from './ddl-constraint.js'
import { writeDropIndex, writeIndex } from './ddl-index.js'
import type {
  AlterDomainNode,
  AlterEnumNode,
  AlterSequenceNode,
  CommentNode,
  DdlEmitters,
  DomainChange,
  DropObjectNode,
} from './ddl-nodes.js'
import { partitionTexts } from './ddl-partition.js'
import { writeDrop, writeTable } from './ddl-table.js'
import { columnTypeText, qualified } from './ddl-types.js'
import { cascadeText, defaultText, literalText, need, written } from './ddl-words.js'
import type { Dialect, Feature } from './dialect.js'
import type { Writer } from './writer.js'

const none: ReadonlySet<never> = new Set()
const ifExistsText = (ifExists: boolean) => (ifExists ? 'IF EXISTS ' : '')
const ifNotExistsText = (ifNotExists: boolean) => (ifNotExists ? 'IF NOT EXISTS ' : '')

/** The words of an object in DROP and COMMENT. */
export const objectWord = (node: ObjectNode): string =>
  node.kind === 'view' && node.materialized ? 'MATERIALIZED VIEW' : node.kind === 'enum' ? 'TYPE' : node.kind.toUpperCase()

const lacking: { readonly [Kind in ObjectNode['kind']]?: readonly [Feature, string, string] } = {
  schema: ['schemas', 'CREATE SCHEMA', 'attach a database in onConnect, whose name then is the schema'],
  enum: ['enumTypes', 'enum types of their own', 'a column of the type carries its labels itself'],
  domain: ['domains', 'domains', 'a column of the domain carries its type and its check itself'],
  sequence: ['sequences', 'sequences', 'use an identity column'],
}

/** Refuses an object of a kind that the dialect does not have. */
export function needObject(node: ObjectNode, dialect: Dialect): void {
  if (node.kind === 'view' && node.materialized)
    need(dialect, 'materializedViews', `materialized views (${objectName(node)})`, 'use view(), or a table that the program fills')
  const lack = lacking[node.kind]
  if (lack) need(dialect, lack[0], `${lack[1]} (${objectName(node)})`, lack[2])
}

/** CREATE VIEW name (columns) AS statement; the names stand apart, so that they are those of the declaration whatever the statement calls them. */
function createView(node: ViewNode, words: string, dialect: Dialect): string {
  const text = definitionOf(node.statement, dialect)
  return written(dialect, (out) => {
    out.text += `CREATE ${words}`
    out.sourceName(node)
    out.text += ' ('
    out.list(node.columns, ({ node: column }) => out.identifier(column.name))
    out.text += ')'
    if (node.using !== undefined) {
      out.text += ' USING '
      out.identifier(node.using)
    }
    out.text += ` AS ${text}`
    if (node.materialized) out.text += node.withData ? ' WITH DATA' : ' WITH NO DATA'
  })
}

/** What CREATE SEQUENCE and ALTER SEQUENCE say alike. */
export function sequenceWords(node: SequenceNode, dialect: Dialect): string {
  const { start, increment, min, max, cache } = node
  const words = [
    ['START WITH', start],
    ['INCREMENT BY', increment],
    ['MINVALUE', min],
    ['MAXVALUE', max],
    ['CACHE', cache],
  ] as const
  if (node.ownedBy)
    need(dialect, 'sequenceOwner', `OWNED BY of a sequence (${objectName(node)})`, 'leave ownedBy out and drop the sequence yourself')
  return words.map(([word, value]) => (value === undefined ? '' : ` ${word} ${value}`)).join('')
}

function ownedBy(node: SequenceNode, dialect: Dialect): string {
  if (node.ownedBy === undefined) return ''
  const column = nodeOf(node.ownedBy())
  return written(dialect, (out) => {
    out.text += ' OWNED BY '
    if (column.kind === 'column') {
      out.sourceName(column.source)
      out.text += '.'
      out.identifier(column.name)
    }
  })
}

function alterSequence({ object, to, cycle, as, restart }: AlterSequenceNode, dialect: Dialect): string[] {
  needObject(object, dialect)
  let text = `ALTER SEQUENCE ${qualified(object, dialect)}`
  if (as) {
    need(dialect, 'sequenceType', 'AS of a sequence', 'set its bounds with min and max')
    text += ` AS ${to.as}`
  }
  text += sequenceWords(to, dialect)
  if (cycle !== undefined) text += cycle ? ' CYCLE' : dialect.objects.noCycle
  if (restart !== undefined) text += restart === true ? ' RESTART' : ` RESTART WITH ${restart}`
  return [text + ownedBy(to, dialect)]
}

function alterEnum({ object, changes }: AlterEnumNode, dialect: Dialect): string[] {
  needObject(object, dialect)
  const name = qualified(object, dialect)
  const text = (label: string) => literalText(label, dialect)
  return changes.map((change) =>
    change.change === 'rename'
      ? `ALTER TYPE ${name} RENAME VALUE ${text(change.label)} TO ${text(change.to)}`
      : `ALTER TYPE ${name} ADD VALUE ${text(change.label)}${change.place ? ` ${change.place.toUpperCase()} ${text(change.neighbour!)}` : ''}`,
  )
}

function domainCheck(
  node: AlterDomainNode['object'],
  name: string | undefined,
  condition: (value: object) => ExpressionNode,
  dialect: Dialect,
): string {
  const { source, value } = domainValue(node)
  return written(dialect, (out) => {
    if (name !== undefined) {
      out.text += 'CONSTRAINT '
      out.identifier(name)
      out.text += ' '
    }
    out.text += 'CHECK ('
    inDdl(condition(value), source as never, out)
    out.text += ')'
  })
}

function createDomain({ object }: { readonly object: AlterDomainNode['object'] }, dialect: Dialect): string[] {
  needObject(object, dialect)
  let text = `CREATE DOMAIN ${qualified(object, dialect)} AS ${columnTypeText(object.type, dialect)}`
  if (object.default) text += ` DEFAULT ${defaultText(object.default.value, domainValue(object).column, dialect)}`
  if (object.notNull) text += ' NOT NULL'
  if (object.check) text += ` ${domainCheck(object, object.check.name, object.check.condition, dialect)}`
  return [text]
}

function domainChange(change: DomainChange, node: AlterDomainNode['object'], dialect: Dialect): string {
  switch (change.change) {
    case 'notNull':
      return change.on ? 'SET NOT NULL' : 'DROP NOT NULL'
    case 'default':
      return change.value ? `SET DEFAULT ${defaultText(change.value.value, domainValue(node).column, dialect)}` : 'DROP DEFAULT'
    case 'addCheck':
      return `ADD ${domainCheck(node, change.name, change.condition, dialect)}`
    case 'dropCheck':
      return `DROP CONSTRAINT ${qualified({ name: change.name }, dialect)}`
  }
}

function dropObject({ object, ifExists, cascade }: DropObjectNode, dialect: Dialect): string[] {
  needObject(object, dialect)
  return [`DROP ${objectWord(object)} ${ifExistsText(ifExists)}${qualified(nameOfObject(object), dialect)}${cascadeText(cascade, dialect)}`]
}

const nameOfObject = (node: ObjectNode) => (node.kind === 'schema' ? { name: node.name } : { name: node.name, schema: node.schema })

function comment({ on, text }: CommentNode, dialect: Dialect): string[] {
  need(dialect, 'comments', 'comments', 'keep the text in the program')
  if (on.kind !== 'column') needObject(on, dialect)
  const name =
    on.kind === 'column'
      ? `${qualified(on.source, dialect)}.${qualified({ name: on.name }, dialect)}`
      : qualified(nameOfObject(on), dialect)
  return [
    `COMMENT ON ${on.kind === 'column' ? 'COLUMN' : objectWord(on)} ${name} IS ${text === null ? 'NULL' : literalText(text, dialect)}`,
  ]
}

export const ansiDdl: DdlEmitters = {
  createTable: ({ table, ifNotExists }, dialect) => [
    written(dialect, (out) => writeTable(table, none, ifNotExists, out)),
    ...partitionTexts(table, ifNotExists, dialect),
    ...commentTexts(table, dialect),
  ],
  dropTable: ({ table, ifExists, cascade }, dialect) => [
    written(dialect, (out) => writeDrop(table, ifExists, out)) + cascadeText(cascade, dialect),
  ],
  createIndex: ({ table, index }, dialect) => [
    written(dialect, (out) => writeIndex(table, index, false, out)),
    ...indexCommentTexts(table, index, dialect),
  ],
  dropIndex: ({ table, index, ifExists }, dialect) => [written(dialect, (out) => writeDropIndex(table, index, ifExists, out))],
  createSchema: ({ object, ifNotExists }, dialect) => {
    needObject(object, dialect)
    return [`CREATE SCHEMA ${ifNotExistsText(ifNotExists)}${qualified({ name: object.name }, dialect)}`]
  },
  createView: ({ object, orReplace, ifNotExists }, dialect) => {
    needObject(object, dialect)
    if (orReplace) need(dialect, 'replaceView', 'CREATE OR REPLACE VIEW', 'use dropView() and createView() in one transaction')
    if (ifNotExists && !object.materialized)
      need(dialect, 'viewIfNotExists', 'CREATE VIEW IF NOT EXISTS', 'use orReplace, or createAll(), which looks first')
    return [createView(object, `${orReplace ? 'OR REPLACE ' : ''}${objectWord(object)} ${ifNotExistsText(ifNotExists)}`, dialect)]
  },
  refreshView: ({ object, concurrently, withData }, dialect) => {
    needObject(object, dialect)
    const name = qualified(object, dialect)
    return [`REFRESH MATERIALIZED VIEW ${concurrently ? 'CONCURRENTLY ' : ''}${name}${withData ? '' : ' WITH NO DATA'}`]
  },
  createSequence: ({ object, ifNotExists, owned }, dialect) => {
    needObject(object, dialect)
    const as = sequenceType(object, dialect)
    const words = sequenceWords(object, dialect) + (object.cycle ? ' CYCLE' : '')
    return [
      `CREATE SEQUENCE ${ifNotExistsText(ifNotExists)}${qualified(object, dialect)}${as}${words}${owned ? ownedBy(object, dialect) : ''}`,
    ]
  },
  alterSequence,
  createEnum: ({ object }, dialect) => {
    needObject(object, dialect)
    const labels = object.labels.map((label) => literalText(label, dialect))
    return [`CREATE TYPE ${qualified(object, dialect)} AS ENUM (${labels.join(', ')})`]
  },
  alterEnum,
  createDomain,
  alterDomain: ({ object, changes }, dialect) => {
    needObject(object, dialect)
    return changes.map((change) => `ALTER DOMAIN ${qualified(object, dialect)} ${domainChange(change, object, dialect)}`)
  },
  dropObject,
  comment,
  truncate: ({ tables, restartIdentity, cascade }, dialect) => {
    const names = tables.map((table) => qualified(table, dialect)).join(', ')
    return [`TRUNCATE TABLE ${names}${restartIdentity ? ' RESTART IDENTITY' : ''}${cascadeText(cascade, dialect)}`]
  },
  alterTable: emitAlterTable,
}

function sequenceType({ as, ...node }: SequenceNode, dialect: Dialect): string {
  if (as === 'bigint') return ''
  need(dialect, 'sequenceType', `AS of a sequence (${node.name})`, 'set its bounds with min and max')
  return ` AS ${as}`
}

/** `nextval('"s"')`: the name goes through the server's own reader of names. */
export function sequenceCall(node: Parameters<Dialect['objects']['sequenceValue']>[0], out: Writer): void {
  out.text += node.operation === 'next' ? 'nextval(' : 'currval('
  writeText(qualified(node.sequence, out.dialect), out)
  out.text += '::regclass)'
}
