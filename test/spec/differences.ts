/** Where the databases legitimately differ: one expression, and what each of them makes of it. The page of the docs is written from this list. */
import {
  bigint,
  cast,
  doublePrecision,
  exp,
  greatest,
  jsonArray,
  jsonContains,
  literal,
  ln,
  lower,
  numeric,
  position,
  type Runs,
  select,
  sqrt,
  text,
} from 'quern'
import { things as t } from './functions-table.js'

type Name = 'postgres' | 'mysql' | 'mariadb' | 'sqlite'
export interface Difference {
  readonly about: string
  /** The expression as one writes it. */
  readonly code: string
  readonly statement: Runs<any>
  /** What each database answers; a regular expression is an error's message. */
  readonly answers: Readonly<Record<Name, unknown>>
}

const of = (about: string, code: string, x: any, answers: Difference['answers']): Difference => ({
  about,
  code,
  statement: select({ x }).from(t).where(t.id.eq(1)),
  answers,
})
const two = (both: unknown, mysqls: unknown): Difference['answers'] => ({ postgres: both, sqlite: both, mysql: mysqls, mariadb: mysqls })
const erring = (error: RegExp, others: unknown): Difference['answers'] => ({
  postgres: error,
  sqlite: others,
  mysql: others,
  mariadb: others,
})

export const differences: readonly Difference[] = [
  of(
    'Equality of text follows the collation; by default MySQL and MariaDB ignore case',
    "literal('a').eq('A')",
    t.name.eq('ÄBC/DÉ'),
    two(false, true),
  ),
  of('So does LIKE; SQLite ignores the case of ASCII letters there', "literal('abc').like('A%')", t.name.like('%BC%'), {
    postgres: false,
    sqlite: true,
    mysql: true,
    mariadb: true,
  }),
  of('And position()', "position('b', literal('aBc'))", position('b', t.name), two(0, 2)),
  of('lower() and upper() of SQLite change ASCII letters only', "lower(literal('ÄB'))", lower(literal('ÄB')), {
    postgres: 'äb',
    mysql: 'äb',
    mariadb: 'äb',
    sqlite: 'Äb',
  }),
  of('Division by zero', 'users.age.div(0)', t.n.div(0), erring(/division by zero/, null)),
  of('The remainder of a division by zero', 'users.age.mod(0)', t.n.mod(0), erring(/division by zero/, null)),
  of(
    'The digits of an exact quotient',
    "cast(literal('1', numeric()), numeric(10, 2)).div(3)",
    cast(t.n.sub(6), numeric(10, 2, { mode: 'number' })).div(3),
    {
      postgres: 1 / 3,
      sqlite: 1 / 3,
      mysql: 0.333333,
      mariadb: 0.333333,
    },
  ),
  of('The root of a negative number', 'sqrt(literal(-1))', sqrt(t.n.sub(8)), erring(/square root of a negative/, null)),
  of('The logarithm of zero', 'ln(literal(0))', ln(t.n.sub(7)), erring(/logarithm of zero/, null)),
  of('A double that is too large', 'exp(literal(1000))', exp(t.n.mul(1000)), {
    postgres: /out of range/,
    mysql: /out of range/,
    mariadb: /out of range/,
    sqlite: Number.POSITIVE_INFINITY,
  }),
  of('Overflow of 32 bits', 'literal(2147483647).add(users.id)', t.n.add(2147483647), {
    postgres: /out of range/,
    mysql: 2147483654,
    mariadb: 2147483654,
    sqlite: 2147483654,
  }),
  of('Overflow of 64 bits; SQLite goes on with doubles, which are not read as bigint', 'posts.id.mul(1024n)', t.big.mul(1024n), {
    postgres: /out of range/,
    mysql: /out of range/,
    mariadb: /out of range/,
    sqlite: /no integer of 64 bits/,
  }),
  of('A text that is no number, cast to one', "cast(literal('12x'), bigint())", cast(literal('12x'), bigint()), {
    postgres: /invalid input syntax/,
    mysql: 12n,
    mariadb: 12n,
    sqlite: 12n,
  }),
  of(
    'A scalar inside nested arrays, in jsonContains()',
    'jsonContains([["two"]], "two")',
    jsonContains(jsonArray(t.doc.get('a', 'b')), 'two'),
    {
      postgres: false,
      mysql: true,
      mariadb: true,
      sqlite: /has no test whether/,
    },
  ),
  of('The text of a JSON object or array', "users.meta.getText('a')", t.doc.getText('a'), {
    postgres: '{"b": [1, "two", null]}',
    mysql: '{"b": [1, "two", null]}',
    mariadb: '{"b": [1, "two", null]}',
    sqlite: '{"b":[1,"two",null]}',
  }),
  of('The last digits of a double that a function worked out', 'exp(users.score)', greatest(exp(cast(literal(1), doublePrecision())), 0), {
    postgres: Math.E,
    mysql: Math.E,
    mariadb: Math.E,
    sqlite: Math.E,
  }),
  {
    about: 'Where NULL stands in an order without nullsFirst() and nullsLast(); ascending',
    code: 'select(users.age).from(users).orderBy(users.age)',
    statement: select({ x: t.id }).from(t).orderBy(t.n).limit(1),
    // the row without a number is the third
    answers: { postgres: 2, mysql: 3, mariadb: 3, sqlite: 3 },
  },
  {
    about: 'The same, descending',
    code: 'select(users.age).from(users).orderBy(users.age.desc())',
    statement: select({ x: t.id }).from(t).orderBy(t.n.desc()).limit(1),
    answers: { postgres: 3, mysql: 1, mariadb: 1, sqlite: 1 },
  },
  of(
    'The language of regular expressions (POSIX, ICU, PCRE, none), such as a class of Unicode',
    "literal('ä').regexp('^\\\\p{L}')",
    cast(literal('ä'), text()).regexp('^\\p{L}'),
    {
      postgres: /invalid escape/,
      mysql: true,
      mariadb: true,
      sqlite: /regular expressions/,
    },
  ),
  of(
    'An overflow of 64 bits cast to a bigint; SQLite casts the double, to the nearest that 64 bits hold',
    'cast(posts.id.mul(1024n), bigint())',
    cast(t.big.mul(1024n), bigint()),
    { postgres: /out of range/, mysql: /out of range/, mariadb: /out of range/, sqlite: 9223372036854775807n },
  ),
]
