import { type ExplainDialect, type ExplainFeatures, type PlanNode, planNode, UnsupportedFeatureError } from '@quern/sql'

/** A node of EXPLAIN (FORMAT JSON): https://www.postgresql.org/docs/current/using-explain.html */
interface Step {
  readonly [key: string]: unknown
  readonly 'Node Type': string
  readonly Plans?: readonly Step[]
}

const conditions = ['Index Cond', 'Recheck Cond', 'TID Cond', 'Hash Cond', 'Merge Cond', 'Join Filter', 'One-Time Filter', 'Filter']

export const postgresExplainFeatures: ExplainFeatures = {
  explainAnalyze: true,
  explainAnalyzeWrites: true,
  explainVerbose: true,
  explainTree: false,
}

export const postgresExplain: ExplainDialect = {
  prefix({ analyze, verbose, format }, _kind, dialect) {
    if (format === 'tree') throw noTree(dialect)
    return `EXPLAIN (FORMAT JSON${analyze ? ', ANALYZE' : ''}${verbose ? ', VERBOSE' : ''}) `
  },
  around: () => undefined,
  read(rows) {
    const answer = rows[0]?.[0]
    const [plan] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ readonly Plan?: Step }]
    // a rule may make nothing at all of a statement
    return plan?.Plan === undefined ? [] : [nodeOf(plan.Plan)]
  },
  remains: ['values that were taken from sequences and identity columns', 'what functions did outside the database'],
}

export const noTree = (dialect: ConstructorParameters<typeof UnsupportedFeatureError>[0]) =>
  new UnsupportedFeatureError(dialect, 'explainTree', 'EXPLAIN FORMAT=TREE', "leave out format: 'tree'; the plan is a tree anyway")

function nodeOf(step: Step): PlanNode {
  const loops = number(step['Actual Loops'])
  const total = (each: number | undefined) => (each === undefined || loops === undefined ? undefined : each * loops)
  const found = conditions.flatMap((name) => (typeof step[name] === 'string' ? [step[name] as string] : []))
  return planNode(operationOf(step), {
    relation: text(step['Relation Name']) ?? text(step['CTE Name']) ?? text(step['Function Name']),
    index: text(step['Index Name']),
    fullScan: step['Node Type'] === 'Seq Scan' || step['Node Type'] === 'Sample Scan',
    rows: number(step['Plan Rows']),
    cost: number(step['Total Cost']),
    actualRows: total(number(step['Actual Rows'])),
    time: total(number(step['Actual Total Time'])),
    loops,
    condition: found.length === 0 ? undefined : found.join(' AND '),
    children: (step.Plans ?? []).map(nodeOf),
    raw: withoutPlans(step),
  })
}

/** `ModifyTable` says less than what it does; a join's kind stands beside it. */
function operationOf(step: Step): string {
  const kind = step['Node Type']
  const join = text(step['Join Type'])
  const way = text(step.Operation)
  const words = [step['Partial Mode'] === 'Partial' || step['Partial Mode'] === 'Finalize' ? `${step['Partial Mode']} ` : '']
  if (step['Parallel Aware'] === true) words.push('Parallel ')
  if (kind === 'ModifyTable' && way) words.push(way)
  else words.push(kind, join && join !== 'Inner' ? ` (${join})` : '', step['Scan Direction'] === 'Backward' ? ' Backward' : '')
  return words.join('')
}

function withoutPlans({ Plans, ...rest }: Step): object {
  return rest
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
