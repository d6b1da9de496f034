/** Plans of statements: asked of the server, the same for all of them. */
import { CompileError, checkOptions } from '@quern/expression'
import { type Constraint, constraintInfo, constraintName, cutName } from '@quern/schema'
import { type Dialect, type ExplainOptions as ExplainChoice, type Plan, type PlanNode, planOf } from '@quern/sql'
import type { DriverConnection } from './driver.js'
import { type Context, execute, script } from './execute.js'
import type { Executor } from './executor.js'
import { OptionError, type RunOptions } from './options.js'
import { tableOfRule } from './violates.js'
import { observed, Watch } from './watch.js'

export interface ExplainOptions extends ExplainChoice, Pick<RunOptions, 'signal' | 'timeout'> {}

export function checkExplainOptions(options: ExplainOptions): void {
  checkOptions('explain()', options, ['analyze', 'verbose', 'format', 'signal', 'timeout'])
  for (const key of ['analyze', 'verbose'] as const)
    if (options[key] !== undefined && typeof options[key] !== 'boolean') throw new OptionError(`${key} must be true or false`)
  if (options.format !== undefined && options.format !== 'tree') throw new OptionError("format must be 'tree', or left out")
}

/** What a server does to answer a statement. `String(plan)` is the tree as text. */
export class QueryPlan {
  /** The last step first; more than one on SQLite, which names the tables of a join side by side, and on MySQL where rows are fetched beforehand. */
  readonly nodes: readonly PlanNode[]
  /** The statement's SQL, without its values. */
  readonly sql: string
  /** Whether the statement was run. */
  readonly analyzed: boolean
  /** What stays although the analyzed statement was rolled back, such as values taken from sequences; empty where it only reads. */
  readonly remains: readonly string[]

  /** @internal */
  constructor(nodes: readonly PlanNode[], sql: string, analyzed: boolean, remains: readonly string[]) {
    this.nodes = nodes
    this.sql = sql
    this.analyzed = analyzed
    this.remains = remains
  }

  /** Every step, each before those below it. */
  *steps(): IterableIterator<PlanNode> {
    const waiting = [...this.nodes].reverse()
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      yield node
      waiting.push(...[...node.children].reverse())
    }
  }

  /**
   * Whether a step reads that index: an index or key of the schema, or a name as the server has it. MySQL and MariaDB give names for each
   * table alone; there two indexes of one name are not told apart.
   *
   * @example expect((await engine.explain(query)).usesIndex(usersByEmail)).toBe(true)
   * @throws OptionError for a key to which the schema gives no name and whose name only the server knows
   */
  usesIndex(index: Constraint | string): boolean {
    const names = typeof index === 'string' ? [index] : namesOf(index)
    for (const step of this.steps()) if (step.index !== undefined && names.includes(step.index)) return true
    return false
  }

  /** The steps that read a whole table, which is what is looked for first when a statement is slow. */
  fullScans(): PlanNode[] {
    return [...this.steps()].filter(({ fullScan }) => fullScan)
  }

  toString(): string {
    return this.nodes.map((node) => printed(node, 0)).join('\n')
  }
}

/** The names under which servers know an index or a key. */
function namesOf(index: Constraint): readonly string[] {
  const rule = constraintInfo(index)
  if (rule.kind !== 'index' && rule.kind !== 'unique' && rule.kind !== 'primary')
    throw new OptionError(`a ${rule.kind} constraint is no index`)
  const table = tableOfRule(rule)
  const name = table === undefined ? rule.name : (constraintName(table, rule)?.name ?? rule.name)
  const given = name === undefined ? [] : [name, ...limits.map((limit) => cutName(name, limit))]
  if (rule.kind === 'primary') return [...given, 'PRIMARY', 'INTEGER PRIMARY KEY', ...(table ? [`${table.name}_pkey`] : [])]
  if (given.length === 0)
    throw new OptionError('this key has no name of its own; give it one, or ask with the name that the server gave it')
  return given
}

const limits = [
  { length: 63, unit: 'bytes' },
  { length: 64, unit: 'characters' },
] as const

function printed(node: PlanNode, depth: number): string {
  const { operation, relation, index, condition, rows, cost, actualRows, time, loops } = node
  const place = `${relation === undefined ? '' : ` on ${relation}`}${index === undefined ? '' : ` using ${index}`}`
  const figures = [rows === undefined ? '' : `rows=${short(rows)}`, cost === undefined ? '' : `cost=${short(cost)}`].filter(Boolean)
  const times = time === undefined ? '' : ` time=${time.toFixed(3)} ms`
  if (actualRows !== undefined) figures.push(loops === 0 ? 'never run' : `actual rows=${short(actualRows)}${times} loops=${loops}`)
  const shown = figures.length === 0 ? '' : `  (${figures.join(' ')})`
  const line = `${'  '.repeat(depth)}${operation}${place}${condition === undefined ? '' : `: ${condition}`}${shown}`
  return [line, ...node.children.map((child) => printed(child, depth + 1))].join('\n')
}

const short = (figure: number): string => String(Math.round(figure * 100) / 100)

/** Asks for a plan; what is analyzed runs in a transaction that is rolled back, a savepoint inside one. */
export async function explain(
  on: Executor,
  statement: object,
  params: Params | undefined,
  options: ExplainOptions,
  signal: AbortSignal | undefined,
): Promise<QueryPlan> {
  const limit = options.timeout === undefined ? on.context.statementTimeout : Number.POSITIVE_INFINITY
  const work = (one: Executor) => one.lend(signal, ({ connection }) => ask(one.context, connection, statement, params, options), limit)
  if (!options.analyze) return work(on)
  // Refused before a transaction begins, as far as it is known before a server has told its version.
  prefixed(planOf(statement, on.dialect), options, on.dialect)
  return on.transaction(async (tx) => {
    const plan = await work(tx)
    await tx.rollback()
    return plan
  })
}

function prefixed(plan: Plan, options: ExplainOptions, dialect: Dialect): string {
  if (plan.kind === 'ddl') throw new CompileError('a definition has no plan; explain() takes statements that read or write rows')
  if (plan.parts !== undefined)
    throw new CompileError(`rows with different keys are several statements on ${dialect.title}; explain one with rows of the same keys`)
  return dialect.explain.prefix(options, plan.kind, dialect) + plan.text
}

async function ask(
  context: Context,
  connection: DriverConnection,
  statement: object,
  params: Params | undefined,
  options: ExplainOptions,
): Promise<QueryPlan> {
  const { dialect } = connection
  const plan = planOf(statement, dialect)
  const nodes = await nodesOf(context, connection, plan, params, options)
  const also = dialect.explain.also?.(options)
  const all = also === undefined ? nodes : also.join(nodes, await nodesOf(context, connection, plan, params, also.options))
  const remains = options.analyze && plan.kind !== 'select' ? dialect.explain.remains : []
  return new QueryPlan(all, plan.text, options.analyze === true, remains)
}

async function nodesOf(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  params: Params | undefined,
  options: ExplainOptions,
): Promise<readonly PlanNode[]> {
  const { dialect } = connection
  const text = prefixed(plan, options, dialect)
  const around = dialect.explain.around(options, dialect)
  if (around) await script(context, connection, around.before)
  try {
    return dialect.explain.read(await answerOf(context, connection, questionOf(plan, text), params), dialect)
  } finally {
    if (around && connection.lost === undefined) await script(context, connection, around.after)
  }
}

type Params = Readonly<Record<string, unknown>>

/** The same plan with the question's text: its values are those of the statement. */
function questionOf(plan: Plan, text: string): Plan {
  const own = { text, kind: 'raw', returnsRows: true, wide: false }
  return Object.create(plan, Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value }])))
}

async function answerOf(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  params: Params | undefined,
): Promise<readonly (readonly unknown[])[]> {
  const watch = observed(context) ? new Watch(context, plan.text) : undefined
  const values = plan.bind(params)
  watch?.send(connection, plan.text, values)
  try {
    // Asked once or twice: it would push a statement out of those that are kept prepared.
    const { rows } = await execute({ ...context, prepare: false }, connection, plan, values)
    watch?.answered(rows.length)
    return rows
  } catch (error) {
    watch?.failed(error)
    throw error
  } finally {
    watch?.done()
  }
}
