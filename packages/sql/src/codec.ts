/** From an SQL type to what a dialect does with it: the type's row, under the column's variant, and with the user's codec around it. */
import {
  builtin,
  CompileError,
  type ExpressionNode,
  type Field,
  type ParameterNode,
  type SqlType,
  seal,
  type TypeName,
  withDetail,
} from '@quern/expression'
import type { Dialect, DialectName, TypeCodec, TypeCodecs } from './dialect.js'
import { InvalidValueError, UnsupportedFeatureError } from './errors.js'
import type { Decode, Encode } from './plan.js'

/** What of a dialect types need. */
export interface TypeTable {
  readonly name: DialectName
  readonly types: TypeCodecs
  natural(columnType: number | undefined): Decode | undefined
}

/** The type as the dialect has it: the column's own, or the variant declared for this dialect, or the type that values travel as. */
export function typeOn(type: SqlType, dialect: DialectName): SqlType {
  return type.detail?.variants?.[dialect] ?? type
}

export const ddlName = (type: SqlType, dialect: Pick<TypeTable, 'name' | 'types'>): string => {
  const own = typeOn(type, dialect.name)
  return dialect.types[own.name].ddl(own)
}
export const castName = (type: SqlType, dialect: Pick<TypeTable, 'name' | 'types'>): string => {
  const own = typeOn(type, dialect.name)
  return dialect.types[own.name].cast(own)
}

/** The type whose values they are: of a type known by its name only, the one that it was said to travel as. */
const valued = (own: SqlType): SqlType => (own.name === 'custom' ? (own.detail?.element ?? own) : own)

/** Inside SQL of the type's own, a value travels as text unless told otherwise. */
const carrier = (type: SqlType): SqlType => type.detail?.element ?? builtin.text

/** Whether values of the type are shown in no log and no error. */
export const isSecret = ({ detail }: SqlType): boolean =>
  detail !== undefined && (detail.sensitive === true || (detail.element !== undefined && isSecret(detail.element)))

/** The type that says how a parameter's value is written and sent on the dialect. */
export const valuesOn = (type: SqlType, dialect: DialectName): SqlType => valued(typeOn(type, dialect))

export const isWide = (type: SqlType, dialect: Pick<TypeTable, 'name' | 'types'>): boolean => {
  const own = valued(typeOn(type, dialect.name))
  return dialect.types[own.name].wide(own)
}

interface Kept {
  encode: Encode | undefined
  store: Encode | undefined
}
/** One set of functions per type and dialect, since columns of one type object are read and written again and again. */
const kept = new WeakMap<TypeCodecs, WeakMap<SqlType, Kept>>()

function keptOf(type: SqlType, types: TypeCodecs): Kept {
  let byType = kept.get(types)
  if (byType === undefined) kept.set(types, (byType = new WeakMap()))
  let found = byType.get(type)
  if (found === undefined) byType.set(type, (found = { encode: undefined, store: undefined }))
  return found
}

/** How a value of the type is checked and sent. */
export function encoderOf(type: SqlType, dialect: Pick<TypeTable, 'name' | 'types'>): Encode {
  if (type.detail === undefined) return dialect.types[type.name].encode
  const found = keptOf(type, dialect.types)
  return (found.encode ??= wrapped(type, dialect, (row) => row.encode))
}

/** The same for a value that a column is to keep: what it could not give back as it was is refused. */
export function storerOf(type: SqlType, dialect: Pick<TypeTable, 'name' | 'types'>): Encode {
  const row = dialect.types[type.name]
  if (type.detail === undefined) return row.store ?? row.encode
  const found = keptOf(type, dialect.types)
  return (found.store ??= wrapped(type, dialect, (own) => own.store ?? own.encode))
}

function wrapped(type: SqlType, dialect: Pick<TypeTable, 'name' | 'types'>, pick: (row: TypeCodec) => TypeCodec['encode']): Encode {
  const own = typeOn(type, dialect.name)
  const row = own.detail?.bind === undefined ? valued(own) : carrier(own)
  const encode = pick(dialect.types[row.name])
  const inner = codecOf(own)
  const outer = own === type ? undefined : codecOf(type)
  if (inner === undefined && outer === undefined) return row === type ? encode : (value, parameter) => encode(value, parameter, row)
  return (value, parameter) => {
    const once = outer === undefined ? value : applied(outer.encode, value, parameter)
    return encode(inner === undefined ? once : applied(inner.encode, once, parameter), parameter, row)
  }
}

const codecOf = (type: SqlType) => type.detail?.codec

/** A codec is the user's code: what it throws gets the column's name, and nothing that it yields is left unchecked. */
function applied(encode: (value: any) => unknown, value: unknown, parameter: ParameterNode): unknown {
  let stored: unknown
  try {
    stored = encode(value)
  } catch (cause) {
    if (cause instanceof InvalidValueError) throw cause
    throw new InvalidValueError(parameter, 'a value that its codec can encode', value, { cause })
  }
  if (stored === null || stored === undefined) throw new InvalidValueError(parameter, `a value that its codec encodes to a value`, value)
  return stored
}

/** How a value is read; where nobody said its type, as the server says of its column. */
export function decoderOf(type: SqlType, dialect: TypeTable, columnType?: number): Decode | undefined {
  if (type.detail === undefined)
    return type.name === 'custom' && type.sqlName === undefined ? dialect.natural(columnType) : dialect.types[type.name].decode(type)
  if (type.detail.rows !== undefined) return (dialect as Dialect).nested.read(type.detail.rows, dialect as Dialect)
  const own = typeOn(type, dialect.name)
  const row = valued(own)
  const plain = dialect.types[row.name].decode(row)
  const inner = decoded(plain, codecOf(own))
  return own === type ? inner : decoded(inner, codecOf(type))
}

const decoded = (decode: Decode | undefined, codec: ReturnType<typeof codecOf>): Decode | undefined =>
  codec === undefined ? decode : decode === undefined ? (raw) => codec.decode(raw) : (raw) => codec.decode(decode(raw))

/** The same for a value that travels inside nested rows. */
export function nestedDecoderOf(type: SqlType, dialect: Dialect): Decode | undefined {
  if (type.detail?.rows !== undefined) return decoderOf(type, dialect)
  const own = typeOn(type, dialect.name)
  const inner = decoded(dialect.nested.decode(own), codecOf(own))
  return own === type ? inner : decoded(inner, codecOf(type))
}

/** The type as which the values of a wrapped type travel. */
const travels = new WeakMap<SqlType, SqlType>()
function travelling(type: SqlType): SqlType {
  let found = travels.get(type)
  if (found === undefined) {
    const { codec, sensitive } = type.detail!
    const via = carrier(type)
    travels.set(type, (found = codec || sensitive ? withDetail(via, { ...(codec && { codec }), ...(sensitive && { sensitive }) }) : via))
  }
  return found
}

const through = new WeakMap<ParameterNode, ExpressionNode>()
/** A parameter inside the SQL that its type puts around every value; the same for the same parameter, which stays one `$n`. */
export function boundThrough(node: ParameterNode, dialect: DialectName): ExpressionNode {
  let found = through.get(node)
  if (found === undefined) {
    const own = typeOn(node.type, dialect)
    through.set(node, (found = own.detail!.bind!(seal({ ...node, type: travelling(own) }))))
  }
  return found
}

/** A result column inside the SQL that its type puts around every value that is read. */
export function readThrough(field: Field, dialect: DialectName): Field {
  const { node, label } = field
  const own = typeOn(node.type, dialect)
  if (own.name === 'array') refuseElements(label, own.detail!.element!, dialect)
  const select = own.detail?.select
  if (select === undefined) return field
  return seal({ label, node: seal({ ...select(node), type: travelling(own) }) as ExpressionNode })
}

/** SQL around a value stands around a whole array, too. */
function refuseElements(label: string, element: SqlType, dialect: DialectName): void {
  const own = typeOn(element, dialect)
  if (own.name === 'array') refuseElements(label, own.detail!.element!, dialect)
  else if (own.detail?.select !== undefined)
    throw new CompileError(
      `${label} is an array of values that are read through SQL of their own, which would stand around the whole array; gather what that SQL yields`,
    )
}

/** Who a type table belongs to, for the sentence of a type that it lacks. */
export type TypeOwner = Pick<Dialect, 'name' | 'title' | 'version'>

/** The row of a type that a dialect has not: every use of it refuses, with the way out. */
export function lacking(owner: TypeOwner, name: TypeName, instead: string): TypeCodec {
  const refuse = (): never => {
    throw new UnsupportedFeatureError(owner, `type ${name}`, `type ${name}`, instead)
  }
  return { ddl: refuse, cast: refuse, encode: refuse, decode: () => undefined, wide: () => false }
}
