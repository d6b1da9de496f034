/** Every clause and every function of the library has a row that runs, so that the tables of docs/dialects.md leave nothing out. */
import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { statementNode } from '@quern/expression'
import { expectedOn } from '@quern/testkit'
import { ownMeanings } from './functions-own.js'
import { meanings as common } from './functions-table.js'
import { statements } from './statements.js'

const dialects = [postgres, mysql, mariadb, sqlite]
const meanings = [...common, ...ownMeanings]

/** What reading can say, and the rows that say it. */
const clauses: Readonly<Record<string, readonly string[]>> = {
  'select(table)': ['all columns of a table'],
  'select(columns)': ['a list of columns, limit and offset'],
  'select({ … }) of nested rows': [
    'a left join over the only foreign key, nested and null as a whole',
    'a nested shape whose own columns are all nullable gets a hidden witness',
    'rows inside a row, of a source that an outer join left without one',
  ],
  'select() without FROM': ['values of several types without a table'],
  'optional keys': ['clauses and columns under a condition'],
  join: ['an inner join'],
  leftJoin: ['a left join over the only foreign key, nested and null as a whole'],
  rightJoin: ['a right join'],
  fullJoin: ['a full join'],
  crossJoin: ['a cross join'],
  'join without ON': ['a left join over the only foreign key, nested and null as a whole', 'a lateral subquery'],
  alias: ['a self join with an alias', 'a boss is another row of the same table, joined over its key'],
  where: ['and, or and not', 'conditions that vanish'],
  groupBy: ['aggregates, grouped by a primary key, with HAVING'],
  having: ['aggregates, grouped by a primary key, with HAVING', 'an exact average beside a value'],
  'one expression in several places': ['one expression with a parameter, selected, grouped and ordered by'],
  rollup: ['ROLLUP', 'ROLLUP, ordered'],
  cube: ['CUBE beside a key'],
  groupingSets: ['GROUPING SETS'],
  orderBy: ['nulls last, emulated where there is no such clause'],
  limit: ['a list of columns, limit and offset'],
  offset: ['offset alone'],
  fetch: ['FETCH is LIMIT', 'FETCH with ties', 'FETCH with ties, from the second on'],
  distinct: ['DISTINCT'],
  distinctOn: ['DISTINCT ON', 'DISTINCT ON over groups, the last of them'],
  window: ['a window by its name'],
  forUpdate: ['FOR UPDATE', 'FOR UPDATE of one table, without waiting'],
  forShare: ['FOR SHARE, skipping locked rows'],
  hint: ['a hint in a comment', 'a hint in a comment for every planner'],
  seek: ['after a cursor, in one direction', 'after a cursor that is NULL, in two directions'],
  if: ['clauses and columns under a condition'],
  'cte(), collected by itself': ['a common table expression'],
  with: ['WITH that nothing refers to'],
  materialized: ['a materialized expression', 'an expression that is not materialized'],
  'writes as cte()': ['DELETE in WITH', 'UPDATE in WITH'],
  recursiveCte: ['a recursive common table expression', 'a recursive expression of distinct rows'],
  'search and cycle': ['SEARCH DEPTH FIRST', 'CYCLE'],
  subquery: ['a subquery in FROM', 'a set operation as a subquery'],
  scalar: ['a scalar subquery in the select list'],
  exists: ['exists, correlated'],
  'in(statement)': ['in a subquery', 'in a set operation'],
  lateral: ['a lateral subquery', 'a lateral subquery behind a left join'],
  nested: ['rows inside a row'],
  union: ['UNION, ordered by a column of the result', 'columns meet by key, not by their order'],
  unionAll: ['UNION ALL keeps every row', 'parts with an order and a limit of their own'],
  intersect: ['INTERSECT binds as it is nested', 'INTERSECT after UNION, as it is nested'],
  intersectAll: ['INTERSECT ALL'],
  except: ['a set operation inside another keeps its grouping'],
  exceptAll: ['EXCEPT ALL'],
  valuesTable: ['a table of values', 'a table of no values'],
  tableFunction: ['a function in FROM', 'WITH ORDINALITY'],
  tableSample: ['TABLESAMPLE'],
  'eq, ne': ['eq(null) and ne(null)', 'an exact numeric equal to a value'],
  'gt gte lt lte': ['order of exact numerics'],
  'between betweenSymmetric': ['between and a timestamp', 'betweenSymmetric()'],
  'isNull isNotNull': ['eq(null) and ne(null)'],
  'isDistinctFrom isNotDistinctFrom': ['equality in which NULL equals NULL'],
  'in notIn': ['in a list of numbers', 'not in a list of texts', 'in an empty list'],
  'like startsWith endsWith contains': ['contains escapes its wildcards'],
  'add sub mul div mod neg': ['precedence: a subtraction inside a product', 'integers divide to an integer, remainders keep the sign'],
  'concat and functions': ['functions and concatenation'],
  'cast as': ['casts keep their length'],
  tuple: ['row values', 'row values in order'],
  'any all': ['= ANY', '>= ALL'],
  case: ['caseOf()', 'one expression with a parameter, selected, grouped and ordered by'],
  'filter over withinGroup orderBy distinct': [
    'a filtered aggregate',
    'a window function with a frame',
    'percentileCont() within a group',
    'stringAgg(), ordered',
  ],
  'frames and exclude': ['a frame of rows', 'a frame of a range', 'a frame of groups', 'a frame without its row'],
  'fn() and operator()': ['a function by its name', 'an operator by its text, inside another'],
  'sql`…`': ['a fragment never loses its parentheses'],
}

test.each(Object.entries(clauses))('%s', (_, names) => {
  for (const name of names) {
    const row = statements.find((other) => other.name === name)
    expect(row).toBeDefined()
    expect(dialects.some((dialect) => !('unsupported' in expectedOn(row!, dialect)))).toBe(true)
  }
})

/** The names of all functions and aggregates in a statement, at any depth. */
function namesIn(statement: unknown): Set<string> {
  const found = new Set<string>()
  const seen = new Set<unknown>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    const { kind, name, custom } = value as { readonly kind?: unknown; readonly name?: unknown; readonly custom?: unknown }
    if ((kind === 'call' || kind === 'aggregate') && custom === false) found.add(String(name))
    Object.values(value).forEach(visit)
  }
  visit(statementNode(statement as never))
  return found
}

test('every function and aggregate of the library stands in a row that some server answers', () => {
  const answered = [
    ...statements.filter((row) => dialects.some((dialect) => !('unsupported' in expectedOn(row, dialect)))),
    ...meanings.filter((row) =>
      dialects.some(({ name, features }) => {
        const feature = row.refuses[name]
        return feature === undefined || typeof features[feature] !== 'boolean'
      }),
    ),
  ]
  const shown = new Set(answered.flatMap(({ statement }) => [...namesIn(statement)]))
  const all = dialects.flatMap((dialect) => [...Object.keys(dialect.functions), ...Object.keys(dialect.aggregates)])
  expect([...new Set(all)].filter((name) => !shown.has(name))).toEqual([])
})
