/** The three schemas of a table. */
import { CompileError, checkOptions, describe, listed, quoted } from '@quern/expression'
import { type AlwaysKey, type ColumnInfo, type Source, tableInfo } from '@quern/schema'
import * as z from 'zod'
import { valueSchema } from './column-types.js'
import { anyLimits, type DialectName, limits } from './limits.js'
import type { InsertShape, Known, PatchShape, Refinements, SelectShape } from './shapes.js'

export interface SchemaOptions {
  /**
   * The dialect whose own limits hold too: NUL in text, NaN and the infinities, blanks at the end of CHAR, the digits of a bare
   * NUMERIC, the depth of JSON. Without it only what no dialect stores is refused. What the column declares always holds.
   */
  readonly dialect?: DialectName
}
type Insertable<Defs> = Exclude<keyof Defs, AlwaysKey<Defs>>

/**
 * The schema of a table's rows as they are read; it infers `Row<typeof users>`. Every column is there, and nothing else.
 *
 * `selectSchema(users).parse(JSON.parse(message))`
 *
 * The second argument makes more of a column: a function of its schema, or a schema that a value passes before the column's own. Of a
 * column with a `codec` nothing is known but that its codec takes the value, so the codec is tried; such a column takes a schema only.
 *
 * @throws CompileError for a table that is none, and for keys that no column has.
 */
export function selectSchema<Defs, R extends Refinements<Defs, keyof Defs>>(
  table: Source<any, Defs>,
  refinements?: Known<R, keyof Defs>,
  options?: SchemaOptions,
): z.ZodObject<SelectShape<Defs, R>, z.core.$strict> {
  return make('selectSchema', table, refinements, options, () => 'present')
}

/**
 * The schema of a row to insert; it infers `NewRow<typeof users>`: columns that may be NULL, have a default or are identities may be
 * left out, columns that the server alone generates and keys that no column has are refused.
 *
 * `await engine.execute(insertInto(users).values(insertSchema(users, { email: (s) => s.email() }).parse(body)))`
 *
 * The further arguments are those of `selectSchema`.
 *
 * @throws CompileError for a table that is none, and for keys that no column has.
 */
export function insertSchema<Defs, R extends Refinements<Defs, Insertable<Defs>>>(
  table: Source<any, Defs>,
  refinements?: Known<R, Insertable<Defs>>,
  options?: SchemaOptions,
): z.ZodObject<InsertShape<Defs, R>, z.core.$strict> {
  return make('insertSchema', table, refinements, options, (column) =>
    isGenerated(column) ? 'absent' : mayBeLeftOut(column) ? 'optional' : 'present',
  )
}

/**
 * The schema of the columns to change; it infers `Patch<typeof users>`: all are optional, columns that the server alone generates and
 * keys that no column has are refused.
 *
 * `update(users).set(patchSchema(users).parse(body)).where(users.id.eq(id))`
 *
 * The further arguments are those of `selectSchema`.
 *
 * @throws CompileError for a table that is none, and for keys that no column has.
 */
export function patchSchema<Defs, R extends Refinements<Defs, Insertable<Defs>>>(
  table: Source<any, Defs>,
  refinements?: Known<R, Insertable<Defs>>,
  options?: SchemaOptions,
): z.ZodObject<PatchShape<Defs, R>, z.core.$strict> {
  return make('patchSchema', table, refinements, options, (column) => (isGenerated(column) ? 'absent' : 'optional'))
}

const isGenerated = ({ options }: ColumnInfo): boolean => options.identity?.always === true || options.generated !== undefined
const mayBeLeftOut = ({ options }: ColumnInfo): boolean =>
  !options.notNull || options.default !== undefined || options.defaultFn !== undefined || options.identity !== undefined

type Presence = 'present' | 'optional' | 'absent'

function make(
  place: string,
  source: Source<any, any>,
  refinements: object = {},
  options: SchemaOptions = {},
  presence: (column: ColumnInfo) => Presence,
): any {
  checkOptions(place, options, ['dialect'])
  const { dialect } = options
  if (dialect !== undefined && !Object.hasOwn(limits, dialect))
    throw new CompileError(`the dialect of ${place} is one of ${listed(Object.keys(limits))}, not ${describe(dialect)}`, 'OPTION')
  const limit = { limits: dialect === undefined ? anyLimits : limits[dialect], dialect }
  const { name, columns } = tableInfo(source)
  const kept = columns.filter((column) => presence(column) !== 'absent')
  if (kept.some(({ node }) => node.key === '__proto__'))
    throw new CompileError(`${place}(${name}): objects of zod have no key "__proto__"; give the column another one and named()`)
  for (const key of Object.keys(refinements)) {
    if (!kept.some(({ node }) => node.key === key))
      throw new CompileError(`${place}(${name}) has no column ${quoted(key)}; its columns are ${listed(kept.map(({ node }) => node.key))}`)
  }
  const shape = kept.map((column) => {
    const { key, type } = column.node
    const own = valueSchema(type, limit)
    const refined = refine(
      `${place}(${name}), ${key}`,
      own,
      Object.entries(refinements).find(([of]) => of === key)?.[1],
      type.detail?.codec,
    )
    const nulled = column.options.notNull ? refined : z.nullable(refined)
    return [key, presence(column) === 'optional' ? z.optional(nulled) : nulled] as const
  })
  return z.strictObject(Object.fromEntries(shape))
}

function refine(place: string, own: z.ZodType, refinement: unknown, codec: object | undefined): z.ZodType {
  if (refinement === undefined) return own
  if (refinement instanceof z.ZodType) return refinement.pipe(own)
  if (typeof refinement !== 'function')
    throw new CompileError(`${place}: give a function of the column's schema, or a schema, not ${describe(refinement)}`)
  if (codec !== undefined)
    throw new CompileError(
      `${place}: the column has a codec, so the type of its values is not known here; give a schema instead of a function`,
    )
  const refined: unknown = refinement(own)
  if (refined instanceof z.ZodType) return refined
  throw new CompileError(`${place}: the function must return a zod schema, not ${describe(refined)}`)
}
