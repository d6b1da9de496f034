/** Spec rows of expressions: functions, operators, aggregates and windows as each dialect writes them. What each means over more values is in functions-table.ts. */
import { type Spec, spec, type Unsupported, unsupported } from '@quern/testkit'
import {
  abs,
  all,
  any,
  arrayAgg,
  boolAnd,
  boolOr,
  caseOf,
  ceil,
  charLength,
  count,
  dateAdd,
  dateTrunc,
  extract,
  floor,
  fn,
  greatest,
  integer,
  jsonAgg,
  jsonContains,
  jsonObject,
  jsonSet,
  lag,
  left,
  lower,
  lpad,
  nullif,
  octetLength,
  operator,
  percentileCont,
  position,
  power,
  rank,
  repeat,
  replace,
  reverse,
  round,
  select,
  splitPart,
  stddevPop,
  stringAgg,
  substring,
  sum,
  trim,
  tuple,
  upper,
} from 'quern'
import { posts, users } from './tables.js'

type Own = { readonly [Name in 'mysql' | 'mariadb' | 'sqlite']?: string | Unsupported }
const [id, name, age, active] = ['"users"."id"', '"users"."name"', '"users"."age"', '"users"."active"']

const wrapped = (before: string, after: string, own: Own): Own =>
  Object.fromEntries(
    Object.entries(own).map(([dialect, text]) => {
      if (typeof text !== 'string') return [dialect, text]
      const whole = `${before}${text}${after}`
      return [dialect, dialect === 'sqlite' ? whole : whole.replaceAll('"', '`')]
    }),
  )
/** One value for each of the four users. */
const each = (about: string, x: any, text: string, values: readonly unknown[], params: readonly unknown[] = [], own: Own = {}): Spec => {
  const [before, after] = ['SELECT ', ' AS "x" FROM "users" ORDER BY "users"."id"']
  return spec(about, select({ x }).from(users).orderBy(users.id), {
    sql: `${before}${text}${after}`,
    ...wrapped(before, after, own),
    params,
    rows: values.map((value) => ({ x: value })),
  })
}
/** One value over all of them. */
const over = (about: string, x: any, text: string, value: unknown, params: readonly unknown[] = [], own: Own = {}): Spec => {
  const [before, after] = ['SELECT ', ' AS "x" FROM "users"']
  return spec(about, select({ x }).from(users), {
    sql: `${before}${text}${after}`,
    ...wrapped(before, after, own),
    params,
    rows: [{ x: value }],
  })
}
/** One value of the first post, whose moment is 2024-02-29T12:00:00.250Z. */
const post = (about: string, x: any, text: string, value: unknown, params: readonly unknown[] = [], own: Own = {}): Spec => {
  const [before, after] = ['SELECT ', ` AS "x" FROM "posts" WHERE "posts"."id" = $${params.length + 1}`]
  return spec(about, select({ x }).from(posts).where(posts.id.eq(1n)), {
    sql: `${before}${text}${after}`,
    ...wrapped(before, after, own),
    params: [...params, 1n],
    rows: [{ x: value }],
  })
}
const authors = select(posts.authorId).from(posts)
const authorsText = 'SELECT "posts"."author_id" AS "authorId" FROM "posts"'
const at = '"posts"."at"'
const mysqls = (text: string | Unsupported): Own => ({ mysql: text, mariadb: text })
const no = (feature: Unsupported['unsupported'], ...dialects: readonly ('mysql' | 'mariadb' | 'sqlite')[]): Own =>
  Object.fromEntries(dialects.map((dialect) => [dialect, unsupported(feature)]))
const document = jsonObject({ n: users.age })
const [pgDocument, otherDocument] = [`JSONB_BUILD_OBJECT($1::text, ${age})`, `JSON_OBJECT($1, ${age})`]
const symmetric = `${age} BETWEEN $1 AND $2 OR ${age} BETWEEN $2 AND $1`

export const expressionStatements: readonly Spec[] = [
  // text
  each('lower() and upper()', lower(upper(users.name)), `LOWER(UPPER(${name}))`, ['ada', 'bob', 'cleo', 'dan_']),
  each(
    'trim() of blanks, and of nothing else',
    trim(users.name),
    `TRIM(BOTH $1::text FROM ${name})`,
    ['Ada', 'Bob', 'Cleo', 'Dan_'],
    [' '],
    {
      sqlite: `TRIM(${name}, $1)`,
    },
  ),
  each('charLength()', charLength(users.name), `CHAR_LENGTH(${name})`, [3, 3, 4, 4], [], { sqlite: `LENGTH(${name})` }),
  each('octetLength()', octetLength(users.name), `OCTET_LENGTH(${name})`, [3, 3, 4, 4], [], { sqlite: `LENGTH(CAST(${name} AS BLOB))` }),
  each('substring()', substring(users.name, 2, 2), `SUBSTRING(${name}, $1::int4, $2::int4)`, ['da', 'ob', 'le', 'an'], [2, 2], {
    sqlite: `SUBSTR(${name}, $1, $2)`,
  }),
  each('left()', left(users.name, 2), `LEFT(${name}, $1::int4)`, ['Ad', 'Bo', 'Cl', 'Da'], [2], {
    sqlite: `SUBSTR(${name}, 1, MAX($1, 0))`,
  }),
  each('replace()', replace(users.name, 'a', 'o'), `REPLACE(${name}, $1::text, $2::text)`, ['Ado', 'Bob', 'Cleo', 'Don_'], ['a', 'o']),
  each('lpad()', lpad(users.name, 5, '.'), `LPAD(${name}, $1::int4, $2::text)`, ['..Ada', '..Bob', '.Cleo', '.Dan_'], [5, '.', '.....'], {
    sqlite: `CASE WHEN LENGTH(${name}) >= 5 THEN SUBSTR(${name}, 1, 5) ELSE SUBSTR($3, 1, 5 - LENGTH(${name})) || ${name} END`,
  }),
  each('repeat()', repeat(users.name, 2), `REPEAT(${name}, $1::int4)`, ['AdaAda', 'BobBob', 'CleoCleo', 'Dan_Dan_'], [2], {
    sqlite: `CASE WHEN $1 IS NOT NULL THEN REPLACE(HEX(ZEROBLOB($1)), '00', ${name}) END`,
  }),
  each(
    'repeat() of what is computed',
    repeat(lower(users.name), 2),
    `REPEAT(LOWER(${name}), $1::int4)`,
    ['adaada', 'bobbob', 'cleocleo', 'dan_dan_'],
    [2],
    {
      ...mysqls(`REPEAT(CONCAT(LOWER(${name}), ''), $1)`),
      sqlite: `CASE WHEN $1 IS NOT NULL THEN REPLACE(HEX(ZEROBLOB($1)), '00', LOWER(${name})) END`,
    },
  ),
  each('position()', position('o', users.name), `STRPOS(${name}, $1::text)`, [0, 2, 4, 0], ['o'], {
    ...mysqls(`LOCATE($1, ${name})`),
    sqlite: `INSTR(${name}, $1)`,
  }),
  each('reverse()', reverse(users.name), `REVERSE(${name})`, ['adA', 'boB', 'oelC', '_naD'], [], no('reverse', 'sqlite')),
  each('splitPart()', splitPart(users.name, 'l', 1), `SPLIT_PART(${name}, $1::text, $2::int4)`, ['Ada', 'Bob', 'C', 'Dan_'], ['l', 1], {
    ...mysqls(
      `CASE WHEN (CHAR_LENGTH(${name}) - CHAR_LENGTH(REPLACE(${name}, $1, ''))) DIV CHAR_LENGTH($1) < $2 - 1 THEN '' ELSE SUBSTRING_INDEX(SUBSTRING_INDEX(${name}, $1, $2), $1, -1) END`,
    ),
    sqlite: unsupported('splitPart'),
  }),
  each('regexp()', users.name.regexp('^[A-B]'), `${name} ~ $1::text`, [true, true, false, false], ['^[A-B]'], {
    mysql: `REGEXP_LIKE(${name}, $1, 'c')`,
    mariadb: `${name} REGEXP CONCAT('(?-i)', $1)`,
    sqlite: unsupported('regexp'),
  }),
  // numbers
  each('abs()', abs(users.age.sub(40)), `ABS(${age} - $1)`, [4, 1, null, 11], [40]),
  each('power()', power(users.age, 2), `POWER(CAST(${age} AS float8), $1::float8)`, [1296, 1681, null, 841], [2], {
    ...mysqls(`POWER(${age}, $1)`),
    sqlite: `POWER(${age}, $1)`,
  }),
  each('ceil() and floor() of whole numbers', ceil(floor(users.age)), age, [36, 41, null, 29]),
  each('round() of whole numbers', round(users.age), age, [36, 41, null, 29]),
  each(
    'greatest() is NULL where one is',
    greatest(users.age, 40),
    `CASE WHEN ROW(${age}, $1::int4) IS NOT NULL THEN GREATEST(${age}, $1::int4) END`,
    [40, 41, null, 40],
    [40],
    { ...mysqls(`GREATEST(${age}, $1)`), sqlite: `MAX(${age}, $1)` },
  ),
  each('nullif()', nullif(users.age, 36), `NULLIF(${age}, $1)`, [null, 41, null, 29], [36]),
  each('bitAnd()', users.age.bitAnd(4), `${age} & $1::int4`, [4, 0, null, 4], [4], mysqls(`CAST(${age} & $1 AS SIGNED)`)),
  each('bitXor()', users.age.bitXor(1), `${age} # $1::int4`, [37, 40, null, 28], [1], {
    ...mysqls(`CAST(${age} ^ $1 AS SIGNED)`),
    sqlite: `(${age} | $1) - (${age} & $1)`,
  }),
  // conditions
  each(
    'caseOf()',
    caseOf(users.age).when(36).then('a').else('b'),
    `CASE ${age} WHEN $1 THEN $2::text ELSE $3::text END`,
    ['a', 'b', 'b', 'b'],
    [36, 'a', 'b'],
  ),
  each('betweenSymmetric()', users.age.betweenSymmetric(40, 30), symmetric, [true, false, null, false], [40, 30]),
  each('isDistinctFrom()', users.age.isDistinctFrom(36), `${age} IS DISTINCT FROM $1`, [false, true, true, true], [36], {
    ...mysqls(`NOT (${age} <=> $1)`),
    sqlite: `${age} IS NOT $1`,
  }),
  each(
    'row values',
    tuple(users.id, users.name).eq([1, 'Ada']),
    `(${id}, ${name}) = ($1::int4, $2::text)`,
    [true, false, false, false],
    [1, 'Ada'],
  ),
  each(
    'row values in order',
    tuple(users.id, users.name).lt([2, 'Z']),
    `(${id}, ${name}) < ($1::int4, $2::text)`,
    [true, true, false, false],
    [2, 'Z'],
  ),
  each('= ANY', users.id.eq(any(authors)), `${id} = ANY (${authorsText})`, [true, true, false, false], [], {
    sqlite: `${id} IN (${authorsText})`,
  }),
  each('>= ALL', users.id.gte(all(authors)), `${id} >= ALL (${authorsText})`, [false, true, true, true], [], no('quantified', 'sqlite')),
  each('a function by its name', fn('abs', integer())(users.id), `abs(${id})`, [1, 2, 3, 4]),
  each(
    'an operator by its text, inside another',
    operator('+', integer())(users.id, users.id).mul(users.id),
    `(${id} + ${id}) * ${id}`,
    [2, 8, 18, 32],
  ),
  // dates
  post('extract(): the year', extract('year', posts.at), `CAST(EXTRACT(YEAR FROM ${at}) AS int4)`, 2024, [], {
    ...mysqls(`EXTRACT(YEAR FROM ${at})`),
    sqlite: `CAST(STRFTIME('%Y', ${at}) AS INTEGER)`,
  }),
  post('dateTrunc(): the month', dateTrunc('month', posts.at), `DATE_TRUNC('month', ${at})`, new Date('2024-02-01'), [], {
    ...mysqls(`CAST(DATE_FORMAT(${at}, '%Y-%m-01') AS datetime(3))`),
    sqlite: `STRFTIME('%Y-%m-01 00:00:00.000', ${at})`,
  }),
  post(
    'dateAdd(): a day later',
    dateAdd('day', 1, posts.at),
    `${at} + $1::int4 * INTERVAL '1 day'`,
    new Date('2024-03-01T12:00:00.250Z'),
    [1],
    {
      ...mysqls(`DATE_ADD(${at}, INTERVAL $1 DAY)`),
      sqlite: `STRFTIME('%Y-%m-%d', ${at}, ($1) || ' days') || SUBSTR(${at}, 11)`,
    },
  ),
  post('fn.date(): the day', fn.date(posts.at), `CAST(${at} AS date)`, '2024-02-29', [], { sqlite: `SUBSTR(${at}, 1, 10)` }),
  post('fn.time(): the time of day', fn.time(posts.at), `CAST(${at} AS time)`, '12:00:00.25', [], {
    ...mysqls(`CAST(${at} AS time(6))`),
    sqlite: `RTRIM(RTRIM(SUBSTR(${at}, 12), '0'), '.')`,
  }),
  // JSON: PostgreSQL's steps are keys, the others' paths
  each('jsonObject() and get()', document.get('n'), `${pgDocument} -> $2::text`, [36, 41, null, 29], ['n', 'n', '$."n"'], {
    ...mysqls(`JSON_EXTRACT(${otherDocument}, $3)`),
    sqlite: `${otherDocument} -> $3`,
  }),
  each(
    'jsonSet()',
    jsonSet(document, ['n'], 1),
    `CASE WHEN JSONB_TYPEOF(${pgDocument}) = 'object' THEN JSONB_SET(${pgDocument}, ARRAY[$2::text], COALESCE(TO_JSONB($3::jsonb), 'null')) ELSE ${pgDocument} END`,
    [{ n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }],
    ['n', 'n', 1, '$."n"', '$'],
    {
      mysql: `CASE WHEN JSON_TYPE(${otherDocument}) = 'OBJECT' THEN JSON_SET(${otherDocument}, $4, CAST(CAST($3 AS json) AS JSON)) ELSE ${otherDocument} END`,
      mariadb: `CASE WHEN JSON_TYPE(${otherDocument}) = 'OBJECT' THEN JSON_SET(${otherDocument}, $4, JSON_COMPACT($3)) ELSE ${otherDocument} END`,
      sqlite: `CASE WHEN JSON_TYPE(${otherDocument}, $5) = 'object' THEN JSON_SET(${otherDocument}, $4, JSON($3)) ELSE ${otherDocument} END`,
    },
  ),
  each('jsonContains()', jsonContains(document, { n: 36 }), `${pgDocument} @> $2::jsonb`, [true, false, false, false], ['n', { n: 36 }], {
    mysql: `JSON_CONTAINS(${otherDocument}, CAST(CAST($2 AS json) AS JSON))`,
    mariadb: `JSON_CONTAINS(${otherDocument}, JSON_COMPACT($2))`,
    sqlite: unsupported('jsonContains'),
  }),
  // aggregates
  over(
    'stringAgg(), ordered',
    stringAgg(users.name, '/').orderBy(users.id.desc()),
    `STRING_AGG(${name}, $1::text ORDER BY ${id} DESC)`,
    'Dan_/Cleo/Bob/Ada',
    ['/'],
    {
      ...mysqls(`GROUP_CONCAT(${name} ORDER BY ${id} DESC SEPARATOR '/')`),
      sqlite: unsupported('aggregateOrder'),
    },
  ),
  over(
    'arrayAgg(), ordered',
    arrayAgg(users.age).orderBy(users.id),
    `ARRAY_AGG(${age} ORDER BY ${id})`,
    [36, 41, null, 29],
    [],
    no('arrays', 'mysql', 'mariadb', 'sqlite'),
  ),
  over('jsonAgg(), filtered', jsonAgg(users.id).filter(users.id.lt(2)), `JSONB_AGG(${id}) FILTER (WHERE ${id} < $1)`, [1], [2], {
    mysql: `CAST(CONCAT('[', GROUP_CONCAT(CASE WHEN ${id} < $1 THEN CAST(JSON_EXTRACT(JSON_ARRAY(${id}), '$[0]') AS char) END SEPARATOR ','), ']') AS JSON)`,
    mariadb: `CONCAT('[', GROUP_CONCAT(CASE WHEN ${id} < $1 THEN CAST(JSON_EXTRACT(JSON_ARRAY(${id}), '$[0]') AS char) END SEPARATOR ','), ']')`,
    sqlite: `CASE WHEN COUNT(*) FILTER (WHERE ${id} < $1) > 0 THEN JSON_GROUP_ARRAY(${id}) FILTER (WHERE ${id} < $1) END`,
  }),
  over('boolAnd()', boolAnd(users.active), `BOOL_AND(${active})`, false, [], {
    ...mysqls(`MIN(${active} <> 0)`),
    sqlite: `MIN(${active} <> 0)`,
  }),
  over('boolOr()', boolOr(users.active), `BOOL_OR(${active})`, true, [], {
    ...mysqls(`MAX(${active} <> 0)`),
    sqlite: `MAX(${active} <> 0)`,
  }),
  over('stddevPop()', stddevPop(users.id).gt(1), `STDDEV_POP(CAST(${id} AS float8)) > $1`, true, [1], {
    ...mysqls(`STDDEV_POP(CAST(${id} AS double)) > $1`),
    sqlite: unsupported('statistics'),
  }),
  over(
    'percentileCont() within a group',
    percentileCont(0.5).withinGroup(users.id),
    `PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ${id})`,
    2.5,
    [],
    no('withinGroup', 'mysql', 'mariadb', 'sqlite'),
  ),
  over(
    'an aggregate with a filter',
    count().filter(users.age.gt(30)),
    `COUNT(*) FILTER (WHERE ${age} > $1)`,
    2,
    [30],
    mysqls(`COUNT(CASE WHEN ${age} > $1 THEN TRUE END)`),
  ),
  // windows
  each('rank()', rank().over({ orderBy: users.active }), `RANK() OVER (ORDER BY ${active})`, [2, 2, 1, 2]),
  each('lag() by two', lag(users.name, 2).over({ orderBy: users.id }), `LAG(${name}, 2) OVER (ORDER BY ${id})`, [null, null, 'Ada', 'Bob']),
  each(
    'a frame of rows',
    sum(users.id).over({ orderBy: users.id, rows: [-1, 'current row'] }),
    `SUM(${id}) OVER (ORDER BY ${id} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`,
    [1, 3, 5, 7],
  ),
  each(
    'a frame of a range',
    sum(users.id).over({ orderBy: users.id, range: ['current row', 1] }),
    `SUM(${id}) OVER (ORDER BY ${id} RANGE BETWEEN CURRENT ROW AND 1 FOLLOWING)`,
    [3, 5, 7, 4],
  ),
  each(
    'a frame of groups',
    sum(users.id).over({ orderBy: users.id, groups: [-1, 'current row'] }),
    `SUM(${id}) OVER (ORDER BY ${id} GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)`,
    [1, 3, 5, 7],
    [],
    no('groupsFrame', 'mysql', 'mariadb'),
  ),
  each(
    'a frame without its row',
    sum(users.id).over({ orderBy: users.id, rows: ['unbounded preceding', 'unbounded following'], exclude: 'current row' }),
    `SUM(${id}) OVER (ORDER BY ${id} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)`,
    [9, 8, 7, 6],
    [],
    no('frameExclude', 'mysql', 'mariadb'),
  ),
]
