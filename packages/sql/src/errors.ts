import { CompileError, describe, nameOf, type ParameterNode, type TypeName } from '@quern/expression'
import type { Dialect, Feature } from './dialect.js'

/** The dialect lacks what the statement asks for, and nothing means exactly the same. */
export class UnsupportedFeatureError extends CompileError {
  override readonly name = 'UnsupportedFeatureError'
  readonly feature: Feature | `type ${TypeName}`
  readonly dialect: string

  /** @param instead the usual alternative, as the end of a sentence */
  constructor(dialect: Pick<Dialect, 'name' | 'title' | 'version'>, feature: Feature | `type ${TypeName}`, what: string, instead: string) {
    super(`${dialect.title} ${dialect.version[0]}.${dialect.version[1]} has no ${what}; ${instead}`, 'UNSUPPORTED_FEATURE')
    this.feature = feature
    this.dialect = dialect.name
  }
}

/** A value that the column or the dialect cannot hold exactly; thrown before anything is sent. The value itself is not shown. */
export class InvalidValueError extends CompileError {
  override readonly name = 'InvalidValueError'

  constructor(parameter: ParameterNode, expected: string, value: unknown, options?: { cause?: unknown }) {
    const where = parameter.target ? nameOf(parameter.target) : parameter.name !== undefined ? `parameter ${parameter.name}` : 'a value'
    super(`${where} takes ${expected}, not ${describe(value)}`, 'INVALID_VALUE', options)
  }
}
