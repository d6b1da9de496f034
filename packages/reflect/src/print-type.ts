/** Types as the functions that make them. */
import { CompileError, type SqlType } from '@quern/expression'
import { domainOfMark, enumOfLabels, type NamedObject } from '@quern/schema'
import type { DialectName } from '@quern/sql'
import type { Extra, Imports } from './print-imports.js'
import type { ColumnOverride } from './print-overrides.js'
import { objectLiteral, stringLiteral } from './source-text.js'

export interface TypeContext {
  readonly imports: Imports
  readonly dialect: DialectName | undefined
  /** The constant of an enum type or domain. */
  readonly nameOf: (object: NamedObject) => string
}

const ofPostgres = ['inet', 'cidr', 'macaddr', 'varbit', 'tsvector', 'tsquery']
const ofMysql = ['tinyint', 'mediumint', 'year']
const texts: Readonly<Record<number, string>> = { 255: 'tinytext', 65535: 'regulartext', 16777215: 'mediumtext' }
const blobs: Readonly<Record<number, string>> = { 255: 'tinyblob', 65535: 'regularblob', 16777215: 'mediumblob' }

export function printType(type: SqlType, context: TypeContext, override?: ColumnOverride): string {
  const { imports, nameOf } = context
  const { detail } = type
  if (override?.use !== undefined) return `${imports.use(override.use, override.from)}()`
  const domain = detail?.domain && domainOfMark(detail.domain)
  if (domain) return `${nameOf(domain)}()`
  if (type.name === 'enum' && detail?.labels) {
    const node = enumOfLabels(detail.labels)
    if (node) return `${nameOf(node)}()`
  }
  if (detail?.codec || detail?.bind || detail?.select || detail?.variants || detail?.sensitive)
    throw new CompileError(`a type ${type.name} with a codec, SQL of its own or variants is a program's, which cannot be printed as source`)
  if (detail?.unsigned) return `${imports.extra('unsigned', 'quern/mysql')}(${plainType(type, context, override)})`
  return plainType(type, context, override)
}

/** Options behind the arguments, with `undefined` where a place is empty. */
function call(maker: string, args: readonly (string | undefined)[]): string {
  const last = args.findLastIndex((arg) => arg !== undefined)
  return `${maker}(${args
    .slice(0, last + 1)
    .map((arg) => arg ?? 'undefined')
    .join(', ')})`
}

const number = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value))

function plainType(type: SqlType, context: TypeContext, override?: ColumnOverride): string {
  const { imports, dialect } = context
  const { name, length, precision, scale, sqlName, detail } = type
  const mode = override?.mode ?? type.mode
  const use = (maker: string) => imports.use(maker)
  const extra = (maker: string, module: Extra) => imports.extra(maker, module)
  const modeOption = mode && stringLiteral(mode)
  switch (name) {
    case 'char':
    case 'varchar':
      return call(use(name), [number(length)])
    case 'numeric':
      return call(use(name), [number(precision), number(scale), objectLiteral({ mode: modeOption })])
    case 'bigint':
      return sqlName === 'INTEGER' ? `${extra('int64', 'quern/sqlite')}()` : call(use(name), [objectLiteral({ mode: modeOption })])
    case 'time':
      return call(use(name), [objectLiteral({ precision: number(precision) })])
    case 'timestamp':
    case 'timestamptz': {
      const maker = sqlName === 'timestamp' ? extra('mysqlTimestamp', 'quern/mysql') : use(name)
      return call(maker, [objectLiteral({ mode: modeOption, precision: number(precision) })])
    }
    case 'json':
    case 'jsonb': {
      const { json, from } = override ?? {}
      if (json === undefined) return `${use(name)}()`
      return `${use(name)}<${from === undefined ? json : imports.use(`type ${json}`, from)}>()`
    }
    case 'text':
      return detail?.bytes === undefined ? `${use(name)}()` : `${extra(texts[detail.bytes]!, 'quern/mysql')}()`
    case 'blob':
      return blobType(type, context)
    case 'array':
      return `${use(name)}(${printType(detail!.element!, context)}${detail!.elementNotNull ? '.notNull()' : ''})`
    case 'range':
    case 'multirange':
      return `${extra(sqlName!, 'quern/postgres')}()`
    case 'set':
      return `${extra(name, 'quern/mysql')}([${detail!.labels!.map(stringLiteral).join(', ')}])`
    case 'bit':
      return call(extra(name, dialect === 'mysql' || dialect === 'mariadb' ? 'quern/mysql' : 'quern/postgres'), [number(length)])
    case 'custom':
      return sqlName === 'ANY' && dialect === 'sqlite'
        ? `${extra('any', 'quern/sqlite')}()`
        : `${use('customType')}(${stringLiteral(sqlName ?? '')})`
    default:
      if (ofPostgres.includes(name)) return call(extra(name, 'quern/postgres'), [number(length)])
      return `${ofMysql.includes(name) ? extra(name, 'quern/mysql') : use(name)}()`
  }
}

function blobType({ detail, length }: SqlType, { imports }: TypeContext): string {
  if (detail?.bytes !== undefined) return `${imports.extra(blobs[detail.bytes]!, 'quern/mysql')}()`
  if (length === undefined) return `${imports.use('blob')}()`
  return `${imports.extra(detail?.fixed ? 'binary' : 'varbinary', 'quern/mysql')}(${length})`
}
