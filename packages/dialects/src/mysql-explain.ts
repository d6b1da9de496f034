import { type Dialect, type ExplainDialect, type ExplainFeatures, type PlanKind, type PlanNode, UnsupportedFeatureError } from '@quern/sql'
import { isConstant, readJson } from './mysql-explain-json.js'
import { readTree } from './mysql-explain-tree.js'
import { noTree } from './postgres-explain.js'

export const mysqlExplainFeatures: ExplainFeatures = {
  explainAnalyze: true,
  explainAnalyzeWrites: false,
  explainVerbose: false,
  explainTree: true,
}
export const mariadbExplainFeatures: ExplainFeatures = { ...mysqlExplainFeatures, explainAnalyzeWrites: true, explainTree: false }

const noVerbose = (dialect: Dialect) =>
  new UnsupportedFeatureError(dialect, 'explainVerbose', 'EXPLAIN VERBOSE', 'leave out verbose; JSON tells all there is')
const noAnalyze = (dialect: Dialect) =>
  new UnsupportedFeatureError(dialect, 'explainAnalyzeWrites', 'EXPLAIN ANALYZE of what writes', 'leave out analyze')
const writes: readonly PlanKind[] = ['insert', 'update', 'delete']

const remains = [
  'values that were taken from AUTO_INCREMENT counters',
  'what was written to tables of engines without transactions, such as MyISAM',
  'what functions did outside the database',
]

export const mysqlExplain: ExplainDialect = {
  prefix({ analyze, verbose, format }, kind, dialect) {
    if (verbose) throw noVerbose(dialect)
    if (analyze && writes.includes(kind)) throw noAnalyze(dialect)
    if (analyze) return 'EXPLAIN ANALYZE '
    return format === 'tree' ? 'EXPLAIN FORMAT=TREE ' : 'EXPLAIN FORMAT=JSON '
  },
  // The second version of the JSON, which is the default of newer servers, tells no index for a row that is found by its key.
  around: ({ analyze, format }) =>
    analyze || format === 'tree'
      ? undefined
      : {
          before: 'SET @quern_explain = @@SESSION.explain_json_format_version, SESSION explain_json_format_version = 1',
          after: 'SET SESSION explain_json_format_version = @quern_explain',
        },
  read(rows, dialect) {
    const answer = answerOf(rows)
    // what the server says instead of a plan where it does not run the statement
    if (answer.includes('<not executable by iterator executor>')) throw noAnalyze(dialect)
    return answer.trimStart().startsWith('{') ? readJson(answer) : readTree(answer)
  },
  // Rows that are found by a whole key are fetched before execution begins, and the tree says nothing of their tables.
  also: ({ analyze, format }) => (analyze || format === 'tree' ? { options: {}, join: withConstants } : undefined),
  remains,
}

function withConstants(nodes: readonly PlanNode[], more: readonly PlanNode[]): readonly PlanNode[] {
  const constant = (node: PlanNode): PlanNode[] => [
    ...(isConstant(node) ? [{ ...node, children: [] }] : []),
    ...node.children.flatMap(constant),
  ]
  return [...nodes, ...more.flatMap(constant)]
}

export const mariadbExplain: ExplainDialect = {
  prefix({ analyze, verbose, format }, _kind, dialect) {
    if (verbose) throw noVerbose(dialect)
    if (format === 'tree') throw noTree(dialect)
    return analyze ? 'ANALYZE FORMAT=JSON ' : 'EXPLAIN FORMAT=JSON '
  },
  around: () => undefined,
  read: (rows) => readJson(answerOf(rows)),
  remains,
}

function answerOf(rows: readonly (readonly unknown[])[]): string {
  const answer = rows[0]?.[0]
  return typeof answer === 'string' ? answer : JSON.stringify(answer)
}
