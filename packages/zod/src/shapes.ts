/** The types of the schemas: what they infer is `Row`, `NewRow` and `Patch`, letter by letter. */
import type { AlwaysKey, FamilyOf, OptionalKey, ValueOf } from '@quern/schema'
import type * as z from 'zod'

/** The schema of a value of some type: with the methods of zod's own where the type has one way to be read. */
export type ColumnSchema<Value, Fam> = 0 extends 1 & Value
  ? z.ZodType<Value, Value>
  : Fam extends 'text' | 'exact' | 'datetime' | 'uuid' | 'boolean'
    ? string extends Value
      ? z.ZodString
      : number extends Value
        ? z.ZodNumber
        : [Value] extends [bigint]
          ? z.ZodBigInt
          : [Value] extends [boolean]
            ? z.ZodBoolean
            : [Value] extends [Date]
              ? z.ZodDate
              : z.ZodType<Value, Value>
    : z.ZodType<Value, Value>

type Given<Df> = Exclude<ValueOf<Df>, null>
type Own<Df> = ColumnSchema<Given<Df>, FamilyOf<Df>>

/** Per column a function that makes more of the column's own schema, or a schema that a value passes before it. */
export type Refinements<Defs, Keys extends keyof Defs> = {
  readonly [Key in Keys]?: ((column: Own<Defs[Key]>) => z.ZodType<Given<Defs[Key]>, any>) | z.ZodType<Given<Defs[Key]>, any>
}
/** Keys that no column has are errors where they stand. */
export type Known<R, Keys> = { readonly [Key in keyof R]: Key extends Keys ? R[Key] : never }

type Refined<Df, Key, R> = Key extends keyof R
  ? R[Key] extends (column: any) => infer S
    ? Extract<S, z.ZodType>
    : R[Key] extends z.ZodType
      ? z.ZodPipe<R[Key], Own<Df>>
      : Own<Df>
  : Own<Df>
type Nulled<Df, Key, R> = null extends ValueOf<Df> ? z.ZodNullable<Refined<Df, Key, R>> : Refined<Df, Key, R>

export type SelectShape<Defs, R> = { [Key in keyof Defs]: Nulled<Defs[Key], Key, R> }
export type InsertShape<Defs, R> = {
  [Key in Exclude<keyof Defs, AlwaysKey<Defs>>]: Key extends OptionalKey<Defs>
    ? z.ZodOptional<Nulled<Defs[Key], Key, R>>
    : Nulled<Defs[Key], Key, R>
}
export type PatchShape<Defs, R> = { [Key in Exclude<keyof Defs, AlwaysKey<Defs>>]: z.ZodOptional<Nulled<Defs[Key], Key, R>> }
