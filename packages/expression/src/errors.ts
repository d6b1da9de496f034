/** Everything that Quern throws on purpose extends this class. */
export class QuernError extends Error {
  override readonly name: string = 'QuernError'
  /** A word for programs; the message is for people. */
  readonly code: string

  constructor(message: string, code: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** A statement or definition that cannot be right; thrown while it is built or compiled, before anything is sent. */
export class CompileError extends QuernError {
  override readonly name: string = 'CompileError'

  constructor(message: string, code = 'COMPILE', options?: { cause?: unknown }) {
    super(message, code, options)
  }
}
