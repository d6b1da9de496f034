import { type ExplainDialect, type ExplainFeatures, type PlanNode, planNode, UnsupportedFeatureError } from '@quern/sql'
import { noTree } from './postgres-explain.js'

/** The rows of EXPLAIN QUERY PLAN: https://www.sqlite.org/eqp.html */
interface Step {
  readonly id: number
  readonly parent: number
  readonly detail: string
}

export const sqliteExplainFeatures: ExplainFeatures = {
  explainAnalyze: false,
  explainAnalyzeWrites: false,
  explainVerbose: false,
  explainTree: false,
}

export const sqliteExplain: ExplainDialect = {
  prefix({ analyze, verbose, format }, _kind, dialect) {
    if (analyze) {
      const way = 'run the statement and take its time, or leave out analyze'
      throw new UnsupportedFeatureError(dialect, 'explainAnalyze', 'EXPLAIN ANALYZE', way)
    }
    if (verbose) throw new UnsupportedFeatureError(dialect, 'explainVerbose', 'EXPLAIN VERBOSE', 'leave out verbose')
    if (format === 'tree') throw noTree(dialect)
    return 'EXPLAIN QUERY PLAN '
  },
  around: () => undefined,
  read(rows) {
    const steps = rows.map(([id, parent, , detail]): Step => ({ id: Number(id), parent: Number(parent), detail: String(detail) }))
    const made = new Set(steps.flatMap(({ detail }) => /^(?:MATERIALIZE|CO-ROUTINE) (.+)$/.exec(detail)?.[1] ?? []))
    const below = (parent: number): PlanNode[] =>
      steps.filter((step) => step.parent === parent).map((step) => nodeOf(step, made, below(step.id)))
    return below(0)
  },
  remains: [],
}

const access =
  /^(SCAN|SEARCH) (?:TABLE )?(.+?)(?: AS .+?)?(?: USING (?:(?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX (.+?)|(INTEGER PRIMARY KEY)))?(?: \((.*)\))?(?: (?:LEFT-JOIN|VIRTUAL TABLE INDEX .*))?$/

/** `made`: what the statement itself has materialized, which is no table. */
function nodeOf(step: Step, made: ReadonlySet<string>, children: readonly PlanNode[]): PlanNode {
  const { detail } = step
  const match = access.exec(detail)
  if (match === null || detail === 'SCAN CONSTANT ROW') return planNode(detail, { children, raw: step })
  const [, operation, relation, named, rowid, condition] = match
  // the index that SQLite makes for one statement has no name: what stands in parentheses is its condition
  const automatic = / USING AUTOMATIC /.test(detail)
  const index = automatic ? undefined : (named ?? rowid)
  const isTable = !made.has(relation!) && !/^\(?subquery-/.test(relation!) && !detail.includes(' VIRTUAL TABLE INDEX ')
  const fullScan = operation === 'SCAN' && index === undefined && !automatic && isTable
  return planNode(operation!, { relation: relation!, index, fullScan, condition, children, raw: step })
}
