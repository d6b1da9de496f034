import { Statement, statementNode } from './operand.js'

/** What `prepare` of the `sql` package makes. The class stands here, so that an engine knows one before anything is compiled. */
export class PreparedStatement extends Statement {
  readonly names: readonly string[]

  constructor(statement: Statement, names: readonly string[]) {
    super(statementNode(statement))
    this.names = Object.freeze([...names])
  }
}
