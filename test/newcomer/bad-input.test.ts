/** Statements that cannot be right: each is refused in one sentence, before anything is sent. */
import { CompileError, createEngine, type Engine, InvalidValueError, OptionError, sql, UnsupportedFeatureError } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { complaintOf, expectSentence } from './complaint.js'
import { db, js, peopleRows, people as peopleTable, petRows, pets as petsTable } from './tables.js'

const { alias, and, avg, caseWhen, coalesce, count, deleteFrom, exists, insertInto, integer, literal, lower, max, not, or, prepare } = js
const { recursiveCte, rowNumber, select, sum, text, update } = js
const people: any = peopleTable
const pets: any = petsTable
const hole: any = sql

/** What is done, of which class the answer is, and its sentence. `work` yields the statement, or runs it itself on the engine. */
type Case = readonly [name: string, kind: any, sentence: string | RegExp, work: (engine: any) => unknown]

const undefinedValues: readonly Case[] = [
  [
    'eq',
    CompileError,
    'people.name is compared with undefined; use null for NULL, or leave the condition out',
    () => select(people).where(people.name.eq(undefined)),
  ],
  [
    'ne',
    CompileError,
    /^people\.name is compared with undefined; use null for NULL/,
    () => select(people).where(people.name.ne(undefined)),
  ],
  ['gt', CompileError, /^people\.age is compared with undefined/, () => select(people).where(people.age.gt(undefined))],
  [
    'an unset key of an object',
    CompileError,
    /^people\.id is compared with undefined/,
    () => select(people).where(people.id.eq(({} as { id?: number }).id)),
  ],
  ['one of in([…])', CompileError, /^people\.id is compared with undefined/, () => select(people).where(people.id.in([1, undefined]))],
  [
    'in(undefined)',
    CompileError,
    'people.id in …: expected an array or a statement, not undefined',
    () => select(people).where(people.id.in(undefined)),
  ],
  ['between', CompileError, /^people\.age is compared with undefined/, () => select(people).where(people.age.between(undefined, 3))],
  ['like', CompileError, /^people\.name is compared with undefined/, () => select(people).where(people.name.like(undefined))],
  [
    'contains',
    CompileError,
    'people.name: the text to look for must be a string, not undefined',
    () => select(people).where(people.name.contains(undefined)),
  ],
  [
    'add',
    CompileError,
    'people.age + undefined: the right-hand side must be a number',
    () => select({ x: people.age.add(undefined) }).from(people),
  ],
  ['where', CompileError, 'where() takes conditions or false, not undefined', () => select(people).where(undefined)],
  ['having', CompileError, 'having() takes conditions or false, not undefined', () => select(people).having(undefined)],
  ['and', CompileError, /takes conditions or false, not undefined$/, () => select(people).where(and(people.id.eq(1), undefined))],
  ['not(false)', CompileError, /^not\(\) takes a condition, not false/, () => select(people).where(not(false))],
  ['or', CompileError, /takes conditions or false, not undefined$/, () => select(people).where(or(undefined))],
  ['not', CompileError, /not.*undefined|undefined/, () => select(people).where(not(undefined))],
  [
    'a NOT NULL column of values()',
    CompileError,
    'insertInto(people): the row lacks name, which is NOT NULL and has no default',
    () => insertInto(people).values({ name: undefined }),
  ],
  [
    'values(undefined)',
    CompileError,
    "insertInto(people) takes objects with the table's columns, not undefined",
    () => insertInto(people).values(undefined),
  ],
  [
    'a row of values()',
    CompileError,
    "insertInto(people) takes objects with the table's columns, not undefined",
    () => insertInto(people).values([{ name: 'x' }, undefined]),
  ],
  [
    'all of set()',
    CompileError,
    'update(people).set({}) changes nothing; give at least one column a value',
    () => update(people).set({ name: undefined }).where(people.id.eq(1)),
  ],
  [
    'set(undefined)',
    CompileError,
    "update(people) takes objects with the table's columns, not undefined",
    () => update(people).set(undefined).where(people.id.eq(1)),
  ],
  ['limit', CompileError, 'limit() takes a whole number from 0, not undefined', () => select(people).limit(undefined)],
  ['offset', CompileError, 'offset() takes a whole number from 0, not undefined', () => select(people).limit(1).offset(undefined)],
  ['a hole of sql', CompileError, 'a hole of sql`…` is undefined; use null for NULL', () => hole`select ${undefined}`],
  [
    'a hole of sql inside a list',
    CompileError,
    'a hole of sql`…` is undefined; use null for NULL',
    () => hole`select ${hole.join([1, undefined])}`,
  ],
  ['literal', CompileError, 'literal(undefined): use null with a type for NULL', () => select({ x: literal(undefined) })],
  [
    'a value of prepare',
    CompileError,
    'the prepared statement needs a value for name',
    (engine) => engine.all(byName, { name: undefined }),
  ],
  [
    'a misspelt value of prepare',
    CompileError,
    'the prepared statement needs a value for name',
    (engine) => engine.all(byName, { nmae: 'Ada' }),
  ],
  ['all values of prepare', CompileError, 'the prepared statement needs a value for name', (engine) => engine.all(byName)],
  [
    'null for prepare',
    CompileError,
    'parameter name may not be null; declare it with .nullable()',
    (engine) => engine.all(byName, { name: null }),
  ],
  ['orderBy', CompileError, 'ORDER BY takes columns and expressions, not undefined', () => select(people).orderBy(undefined)],
  [
    'a misspelt column in orderBy',
    CompileError,
    'ORDER BY takes columns and expressions, not undefined',
    () => select(people).orderBy(people.nmae),
  ],
  [
    'groupBy',
    CompileError,
    'groupBy() takes columns and expressions, not undefined',
    () => select({ n: count() }).from(people).groupBy(people.nmae),
  ],
  ['from', CompileError, 'from() takes a table, an alias, a CTE or a subquery, not undefined', () => select(people.id).from(undefined)],
  ['join', CompileError, 'join() takes a table, an alias, a CTE or a subquery, not undefined', () => select(people).join(undefined)],
  ['select', CompileError, 'select(…) takes columns and expressions, not undefined', () => select(people.id, people.nmae).from(people)],
  [
    'select({…}) of nothing else',
    CompileError,
    'select({}) selects nothing; name at least one column',
    () => select({ name: people.nmae }).from(people),
  ],
  [
    'returning',
    CompileError,
    /takes columns and expressions, not undefined$/,
    () => insertInto(people).values({ name: 'x' }).returning(people.nmae),
  ],
  [
    'a CASE branch',
    CompileError,
    /^a CASE branch takes a value or an expression, not undefined/,
    () => select({ x: caseWhen(people.age.gt(1)).then(undefined).end() }).from(people),
  ],
  ['a CASE condition', CompileError, /undefined/, () => select({ x: caseWhen(undefined).then(1).end() }).from(people)],
  ['coalesce', CompileError, /undefined/, () => select({ x: coalesce(people.age, undefined) }).from(people)],
  ['a function', CompileError, /undefined/, () => select({ x: lower(undefined) }).from(people)],
  ['an aggregate', CompileError, /undefined/, () => select({ x: sum(people.aeg) }).from(people)],
  ['exists', CompileError, 'exists() takes a statement, not undefined', () => select(people).where(exists(undefined))],
  ['insertInto', CompileError, 'insertInto() takes a table, not undefined', () => insertInto(undefined).values({})],
  ['update', CompileError, 'update() takes a table, not undefined', () => update(undefined).set({})],
  ['deleteFrom', CompileError, 'deleteFrom() takes a table, not undefined', () => deleteFrom(undefined)],
  ['alias', CompileError, /a table|alias/, () => select(alias(undefined, 'x'))],
  ['execute', CompileError, /^expected a statement, got undefined/, (engine) => engine.execute(undefined)],
  [
    'the rows of bulkInsert',
    CompileError,
    'bulkInsert takes an array, an iterable or an async iterable of rows, not undefined',
    (engine) => engine.bulkInsert(people, undefined),
  ],
  [
    'a row of bulkInsert',
    CompileError,
    "insertInto(people) takes objects with the table's columns, not undefined",
    (engine) => engine.bulkInsert(people, [undefined]),
  ],
]
const byName = prepare({ name: text() }, ($: any) => select(people).where(people.name.eq($.name)))

const notStatements: readonly Case[] = [
  ['a string', CompileError, /^expected a statement, got a string; write sql`…`/, (engine) => engine.execute('select 1')],
  [
    'what compile() yields',
    CompileError,
    /^expected a statement, got an object \(Object\)/,
    (engine) => engine.execute(js.compile(select(people), 'postgres')),
  ],
  ['a table', CompileError, /^expected a statement, got .*select\(/, (engine) => engine.all(people)],
  ['a column', CompileError, /^expected a statement, got an expression/, (engine) => engine.all(people.id)],
  ['a started insert', CompileError, /^expected a statement, got .*InsertStart|values\(/, (engine) => engine.execute(insertInto(people))],
  ['limit in words', CompileError, 'limit() takes a whole number from 0, not a string', () => select(people).limit('5')],
  ['a negative limit', CompileError, 'limit() takes a whole number from 0, not -1', () => select(people).limit(-1)],
  ['half a row', CompileError, 'limit() takes a whole number from 0, not 1.5', () => select(people).limit(1.5)],
  ['no number as offset', CompileError, 'offset() takes a whole number from 0, not NaN', () => select(people).limit(1).offset(Number.NaN)],
  ['a string as condition', CompileError, 'where() takes conditions or false, not a string', () => select(people).where("name = 'Ada'")],
  ['true as condition', CompileError, 'where() takes conditions or false, not a boolean', () => select(people).where(true)],
  [
    'an object as condition',
    CompileError,
    'where() takes conditions or false, not an object (Object)',
    () => select(people).where({ name: 'Ada' }),
  ],
  ['a text column as condition', CompileError, 'where() takes conditions; people.name is text', () => select(people).where(people.name)],
  ['a string as order', CompileError, 'ORDER BY takes columns and expressions, not a string', () => select(people).orderBy('name')],
  [
    'NULL in a list',
    CompileError,
    /^people\.id in …: the list holds null, which IN never matches; use isNull\(\)/,
    () => select(people).where(people.id.in([1, null])),
  ],
  [
    'greater than NULL',
    CompileError,
    'people.age > NULL is never true; use isNull() or isNotNull()',
    () => select(people).where(people.age.gt(null)),
  ],
  [
    'a number against text',
    CompileError,
    'people.id is number and people.name is text; cast one of them to compare them',
    () => select(people).where(people.id.eq(people.name)),
  ],
  [
    'a statement as a value',
    CompileError,
    /^people\.id: use \.scalar\(\) to take a statement as a value, or \.in\(statement\)$/,
    () => select(people).where(people.id.eq(select(pets.ownerId).from(pets))),
  ],
  [
    'too many parameters',
    CompileError,
    /parameters; .* takes at most \d+; split it, or write rows with bulkInsert\(\), which splits by itself$/,
    () => insertInto(people).values(Array.from({ length: 40_000 }, (_, i) => ({ name: 'x', age: i }))),
  ],
]

const inPets = select(pets.ownerId).from(pets)
const owners = inPets.cte('owners')
const scope: readonly Case[] = [
  ['a column of the select list', CompileError, 'pets is not in FROM', () => select({ id: people.id, pet: pets.name }).from(people)],
  ['a column without any FROM', CompileError, 'people is not in FROM', () => select(people.id)],
  ['a condition', CompileError, 'pets is not in FROM', () => select(people).where(pets.ownerId.eq(people.id))],
  ['a join condition', CompileError, 'boss is not in FROM', () => select(people).join(pets, pets.ownerId.eq(alias(people, 'boss').id))],
  ['ORDER BY', CompileError, 'pets is not in FROM', () => select(people).orderBy(pets.name)],
  ['GROUP BY', CompileError, 'pets is not in FROM', () => select({ n: count() }).from(people).groupBy(pets.name)],
  ['HAVING', CompileError, 'pets is not in FROM', () => select({ n: count() }).from(people).having(max(pets.id).gt(1))],
  ['update', CompileError, 'pets is not in FROM', () => update(people).set({ name: 'x' }).where(pets.ownerId.eq(people.id))],
  ['a value of update', CompileError, 'pets is not in FROM', () => update(people).set({ name: pets.name }).where(people.id.eq(1))],
  ['a value of insert', CompileError, /^people is not in FROM$/, () => insertInto(pets).values({ id: 9, ownerId: people.id, name: 'x' })],
  ['delete', CompileError, 'pets is not in FROM', () => deleteFrom(people).where(pets.name.eq('Rex'))],
  [
    'exists',
    CompileError,
    'boss is not in FROM',
    () => select(people).where(exists(select(pets).where(pets.ownerId.eq(alias(people, 'boss').id)))),
  ],
  [
    'a scalar subquery',
    CompileError,
    'boss is not in FROM',
    () =>
      select({
        n: select({ n: count() })
          .from(pets)
          .where(pets.ownerId.eq(alias(people, 'boss').id))
          .scalar(),
      }).from(people),
  ],
  ['a common table expression', CompileError, 'owners is not in FROM', () => select(people).where(people.id.eq(owners.ownerId))],
  [
    'inside a common table expression',
    CompileError,
    'people is not in FROM',
    () => select(select({ id: pets.id, owner: people.name }).from(pets).cte('both')),
  ],
  [
    'the outer query, from a subquery in FROM',
    CompileError,
    'people is not in FROM',
    () => select(people).join(select(pets).where(pets.ownerId.eq(people.id)).subquery('own'), people.id.eq(1)),
  ],
  ['a hole of sql', CompileError, 'pets is not in FROM', () => select({ x: hole`length(${pets.name})` }).from(people)],
  ['the table where its alias is', CompileError, 'people is not in FROM', () => select(alias(people, 'p')).where(people.id.eq(1))],
  [
    'a table twice',
    CompileError,
    'people is in FROM twice; give one of them another name with alias()',
    () => select(people).join(people, people.id.eq(people.id)),
  ],
  [
    'two aliases of one name',
    CompileError,
    'two different sources are called p; give one of them another name with alias()',
    () => select(alias(people, 'p')).join(alias(pets, 'p'), people.id.eq(1)),
  ],
  [
    'an alias with the name of a table',
    CompileError,
    'two different sources are called pets; give one of them another name with alias()',
    () => select(pets).join(alias(people, 'pets'), pets.id.eq(1)),
  ],
  [
    'another object of the same name',
    CompileError,
    /^two different sources are called p; give one of them another name/,
    () => select(alias(people, 'p')).where(alias(people, 'p').id.eq(1)),
  ],
  ['a join before FROM', CompileError, 'pets is joined before FROM; call from() first', () => select({ x: literal(1) }).join(pets)],
  [
    'a join without a foreign key',
    CompileError,
    'no foreign key joins people to the tables in FROM; give the join a condition',
    () => select(alias(people, 'a')).join(people),
  ],
]

const grouping: readonly Case[] = [
  [
    'an ungrouped column',
    CompileError,
    'people.name must be in GROUP BY or inside an aggregate',
    () => select({ name: people.name, n: count() }).from(people),
  ],
  [
    'another column than the grouped one',
    CompileError,
    'people.name must be in GROUP BY or inside an aggregate',
    () => select({ name: people.name, n: count() }).from(people).groupBy(people.age),
  ],
  [
    'an ungrouped column in ORDER BY',
    CompileError,
    'people.name must be in GROUP BY or inside an aggregate',
    () => select({ n: count() }).from(people).groupBy(people.age).orderBy(people.name),
  ],
  [
    'an ungrouped column in HAVING',
    CompileError,
    'people.name must be in GROUP BY or inside an aggregate',
    () => select({ n: count() }).from(people).groupBy(people.age).having(people.name.eq('x')),
  ],
  [
    'an ungrouped column in an expression',
    CompileError,
    'people.age must be in GROUP BY or inside an aggregate',
    () => select({ x: people.age.add(count()) }).from(people),
  ],
  [
    'an aggregate in WHERE',
    CompileError,
    'an aggregate cannot stand in WHERE; use having()',
    () => select({ n: count() }).from(people).where(count().gt(1)),
  ],
  [
    'an aggregate in ON',
    CompileError,
    'an aggregate cannot stand in ON; use having()',
    () => select({ n: count() }).from(people).join(pets, count().gt(1)),
  ],
  [
    'an aggregate in GROUP BY',
    CompileError,
    /^an aggregate cannot stand in GROUP BY/,
    () => select({ n: count() }).from(people).groupBy(count()),
  ],
  [
    'an aggregate in the WHERE of an update',
    CompileError,
    /^an aggregate cannot stand in WHERE/,
    () => update(people).set({ age: 1 }).where(max(people.id).gt(1)),
  ],
  [
    'an aggregate as a value of an update',
    CompileError,
    /^an aggregate cannot stand in SET/,
    () =>
      update(people)
        .set({ age: max(people.age) })
        .where(people.id.eq(1)),
  ],
  [
    'an aggregate in the WHERE of a delete',
    CompileError,
    /^an aggregate cannot stand in WHERE/,
    () => deleteFrom(people).where(avg(people.id).gt(1)),
  ],
  [
    'a window in WHERE',
    CompileError,
    'a window function cannot stand in WHERE; select it in a subquery and filter there',
    () => select(people).where(rowNumber().over({ orderBy: people.id }).eq(1)),
  ],
  [
    'a window in HAVING',
    CompileError,
    'a window function cannot stand in HAVING; select it in a subquery and filter there',
    () =>
      select({ n: count() })
        .from(people)
        .having(rowNumber().over({ orderBy: people.age }).eq(1)),
  ],
  ['an aggregate of an aggregate', CompileError, /aggregate.*aggregate/, () => select({ x: sum(count()) }).from(people)],
]

const nothing: readonly Case[] = [
  [
    'one name for two expressions of one table',
    CompileError,
    /^table "twins" has two columns named "a"$/,
    () => js.table('twins', { a: integer(), b: integer().named('a') }),
  ],
  ['a table without columns', CompileError, 'table "empty" has no columns', () => js.table('empty', {})],
  [
    'a column without a type',
    CompileError,
    /^column "t\.a" is a string; give it a type such as integer\(\) or text\(\)$/,
    () => js.table('t', { a: 'integer' }),
  ],
  [
    'two columns of one key',
    CompileError,
    'two columns are called id; name one with .as()',
    () => select(people.id, pets.id).from(people).join(pets),
  ],
  [
    'two names of one text',
    CompileError,
    'two columns are called n; name one with .as()',
    () => select(count().as('n'), max(people.id).as('n')).from(people),
  ],
  [
    'two returned columns of one key',
    CompileError,
    'two columns are called id; name one with .as()',
    () => deleteFrom(people).where(people.id.eq(1)).returning(people.id, people.id),
  ],
  [
    'an expression without a name',
    CompileError,
    /needs a name in a select list; give it one with \.as\('name'\)$/,
    () => select(people.age.add(1)).from(people),
  ],
  [
    'an empty name',
    CompileError,
    'a name in a select list must be a non-empty string, not a string',
    () => select(people.age.as('')).from(people),
  ],
  ['select()', CompileError, 'select() needs a table, columns or an object of columns', () => select()],
  ['select({})', CompileError, 'select({}) selects nothing; name at least one column', () => select({}).from(people)],
  [
    'values([])',
    CompileError,
    'insertInto(people).values([]) inserts nothing; bulkInsert() takes an empty list',
    () => insertInto(people).values([]),
  ],
  [
    'set({})',
    CompileError,
    'update(people).set({}) changes nothing; give at least one column a value',
    () => update(people).set({}).where(people.id.eq(1)),
  ],
  [
    'update without where',
    CompileError,
    'update(people) has no condition; add where(…), or allRows() to mean every row',
    () => update(people).set({ age: 1 }),
  ],
  [
    'update whose conditions all vanished',
    CompileError,
    /^update\(people\) has no condition; add where/,
    () => update(people).set({ age: 1 }).where(false, false),
  ],
  ['update where and()', CompileError, /^update\(people\) has no condition; add where/, () => update(people).set({ age: 1 }).where(and())],
  [
    'update where and(false)',
    CompileError,
    /^update\(people\) has no condition; add where/,
    () => update(people).set({ age: 1 }).where(and(false, false)),
  ],
  [
    'update where nothing is excluded',
    CompileError,
    /^update\(people\) has no condition; add where/,
    () => update(people).set({ age: 1 }).where(people.id.notIn([])),
  ],
  [
    'delete without where',
    CompileError,
    'deleteFrom(people) has no condition; add where(…), or allRows() to mean every row',
    () => deleteFrom(people),
  ],
  [
    'delete whose conditions all vanished',
    CompileError,
    /^deleteFrom\(people\) has no condition; add where/,
    () => deleteFrom(people).where(false).where(),
  ],
  [
    'delete where nothing is excluded',
    CompileError,
    /^deleteFrom\(people\) has no condition; add where/,
    () => deleteFrom(people).where(people.id.notIn([]), and()),
  ],
  [
    'delete where not nothing',
    CompileError,
    /^deleteFrom\(people\) has no condition; add where/,
    () => deleteFrom(people).where(not(people.id.in([]))),
  ],
  ['delete where not or()', CompileError, /^deleteFrom\(people\) has no condition; add where/, () => deleteFrom(people).where(not(or()))],
  [
    'delete where anything or a condition',
    CompileError,
    /^deleteFrom\(people\) has no condition; add where/,
    () => deleteFrom(people).where(or(people.id.notIn([]), people.id.eq(1))),
  ],
  [
    'delete where twice true',
    CompileError,
    /^deleteFrom\(people\) has no condition; add where/,
    () => deleteFrom(people).where(and(and(), people.id.notIn([]))),
  ],
  [
    'delete where literal true',
    CompileError,
    /^deleteFrom\(people\) has no condition; add where/,
    () => deleteFrom(people).where(literal(true)),
  ],
]

const wide = js.table('wide', Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`column_${i}`, integer()])))

const rows: readonly Case[] = [
  [
    'an unknown column of a wide table',
    CompileError,
    /^insertInto\(wide\): there is no column "colunm_1"; the columns are column_0, .*, …$/,
    () => insertInto(wide).values({ colunm_1: 1 }),
  ],
  [
    'an unknown column',
    CompileError,
    'insertInto(people): there is no column "nmae"; the columns are id, name, age, active, about',
    () => insertInto(people).values({ name: 'x', nmae: 'x' }),
  ],
  [
    "the database's name of a column",
    CompileError,
    'insertInto(pets): there is no column "owner_id"; the columns are id, ownerId, name, price',
    () => insertInto(pets).values({ id: 5, name: 'x', owner_id: 1, ownerId: 1 }),
  ],
  [
    'an unknown column of a later row',
    CompileError,
    /^insertInto\(people\): there is no column "zip"/,
    () => insertInto(people).values([{ name: 'x' }, { name: 'y', zip: 1 }]),
  ],
  [
    'an unknown column of set()',
    CompileError,
    'update(people): there is no column "nmae"; the columns are id, name, age, active, about',
    () => update(people).set({ nmae: 'x' }).where(people.id.eq(1)),
  ],
  [
    'an unknown column of bulkInsert()',
    CompileError,
    /^insertInto\(people\): there is no column "nmae"/,
    (engine) => engine.bulkInsert(people, [{ name: 'x', nmae: 'x' }]),
  ],
  [
    'an unknown column of a select',
    CompileError,
    'insertInto(people): there is no column "ownerId" for what the select yields',
    () => insertInto(people).from(inPets),
  ],
  [
    '__proto__ from JSON',
    CompileError,
    /^insertInto\(people\): there is no column "__proto__"/,
    () => insertInto(people).values(JSON.parse('{"name":"x","__proto__":{"age":1}}')),
  ],
  [
    '__proto__ from JSON in set()',
    CompileError,
    /^update\(people\): there is no column "__proto__"/,
    () => update(people).set(JSON.parse('{"__proto__":{"name":"x"}}')).where(people.id.eq(1)),
  ],
  [
    'constructor',
    CompileError,
    /^insertInto\(people\): there is no column "constructor"/,
    () => insertInto(people).values({ name: 'x', constructor: 'x' }),
  ],
  [
    'a key with a line break',
    CompileError,
    /^insertInto\(people\): there is no column "a\\nb"/,
    () => insertInto(people).values({ name: 'x', 'a\nb': 1 }),
  ],
  [
    'a very long key',
    CompileError,
    /^insertInto\(people\): there is no column "kkk/,
    () => insertInto(people).values({ name: 'x', ['k'.repeat(5000)]: 1 }),
  ],
  [
    'inherited keys',
    CompileError,
    'insertInto(people): name is inherited; give it as a key of the row itself',
    () => insertInto(people).values(Object.create({ name: 'x' })),
  ],
  [
    'inherited keys in set()',
    CompileError,
    'update(people): name is inherited; give it as a key of the row itself',
    () =>
      update(people)
        .set(Object.create({ name: 'x' }))
        .where(people.id.eq(1)),
  ],
  [
    'an array as a row',
    CompileError,
    "update(people) takes objects with the table's columns, not an array",
    () => update(people).set(['x']).where(people.id.eq(1)),
  ],
  [
    'a string as a row',
    CompileError,
    "insertInto(people) takes objects with the table's columns, not a string",
    () => insertInto(people).values('Ada'),
  ],
  [
    'a missing column',
    CompileError,
    'insertInto(pets): the row lacks ownerId, which is NOT NULL and has no default',
    () => insertInto(pets).values({ id: 5, name: 'x' }),
  ],
  [
    'a missing column of a later row',
    CompileError,
    'insertInto(people): row 1 lacks name, which is NOT NULL and has no default',
    () => insertInto(people).values([{ name: 'x' }, { age: 3 }]),
  ],
  [
    'a missing column of bulkInsert()',
    CompileError,
    /^insertInto\(people\): .* lacks name, which is NOT NULL/,
    (engine) => engine.bulkInsert(people, [{ age: 3 }]),
  ],
  ['NULL into NOT NULL', CompileError, 'insertInto(people): name is NOT NULL', () => insertInto(people).values({ name: null })],
  [
    'NULL into NOT NULL with a default',
    CompileError,
    'insertInto(people): active is NOT NULL',
    () => insertInto(people).values({ name: 'x', active: null }),
  ],
  [
    'NULL into a primary key',
    CompileError,
    'insertInto(pets): id is NOT NULL',
    () => insertInto(pets).values({ id: null, ownerId: 1, name: 'x' }),
  ],
  [
    'NULL into NOT NULL by set()',
    CompileError,
    'update(people): name is NOT NULL',
    () => update(people).set({ name: null }).where(people.id.eq(1)),
  ],
  [
    'a statement as a value',
    CompileError,
    'people.age: use .scalar() to take a statement as a value',
    () => insertInto(people).values({ name: 'x', age: select(pets.id).from(pets) }),
  ],
  [
    'a value of another column',
    InvalidValueError,
    /^people\.age takes an integer, from -2147483648 to 2147483647, not a string$/,
    () => insertInto(people).values({ name: 'x', age: '36' }),
  ],
  [
    'a subquery instead of a table',
    CompileError,
    'insertInto() takes a table; s is a subquery',
    () => insertInto(inPets.subquery('s')).values({}),
  ],
  [
    'an alias instead of a table',
    CompileError,
    'update() takes a table; p is an alias',
    () => update(alias(people, 'p')).set({ age: 1 }).where(people.id.eq(1)),
  ],
]

const options: readonly Case[] = [
  ['engine', OptionError, 'unknown createEngine option "ecko"; did you mean echo?', () => js.createEngine('sqlite://', { ecko: true })],
  [
    'engine, from elsewhere',
    OptionError,
    /^unknown createEngine option "connectionLimit"; known are pool, echo, isolation, prepare, onConnect/,
    () => js.createEngine('sqlite://', { connectionLimit: 3 }),
  ],
  [
    'pool',
    OptionError,
    'unknown pool option "maxOverFlo"; did you mean maxOverflow?',
    () => js.createEngine('sqlite://', { pool: { maxOverFlo: 3 } }),
  ],
  [
    'pool, from elsewhere',
    OptionError,
    /^unknown pool option "connectionTimeoutMillis"; known are size, maxOverflow, timeout,/,
    () => js.createEngine('sqlite://', { pool: { connectionTimeoutMillis: 3 } }),
  ],
  ['a number as pool', OptionError, 'the pool options must be an object', () => js.createEngine('sqlite://', { pool: 10 })],
  [
    'isolation',
    OptionError,
    /^isolation must be one of read uncommitted, read committed, repeatable read, serializable$/,
    () => js.createEngine('sqlite://', { isolation: 'SERIALIZABLE' }),
  ],
  [
    'transaction',
    OptionError,
    'unknown transaction option "readonly"; did you mean readOnly?',
    (engine) => engine.transaction(async () => {}, { readonly: true }),
  ],
  [
    'execute',
    OptionError,
    'unknown call option "timeuot"; did you mean timeout?',
    (engine) => engine.execute(select(people), { timeuot: 1 }),
  ],
  [
    'stream',
    OptionError,
    'unknown stream option "batchsize"; did you mean batchSize?',
    (engine) => engine.stream(select(people), { batchsize: 1 }).next(),
  ],
  [
    'bulkInsert',
    CompileError,
    'bulkInsert has no option "batchsize"; it takes batchSize, onProgress, signal, onError, returning, onConflict, method',
    (engine) => engine.bulkInsert(people, [], { batchsize: 1 }),
  ],
  [
    'over()',
    CompileError,
    'over() has no option "partitonBy"; it takes partitionBy, orderBy, rows, range, groups, exclude',
    () => select({ n: rowNumber().over({ partitonBy: people.id }) }).from(people),
  ],
  [
    'a frame',
    CompileError,
    /^a frame begins and ends with one of: unbounded preceding, current row, unbounded following, or a number/,
    () => select({ n: sum(people.age).over({ orderBy: people.id, rows: ['unbounded', 'current row'] }) }).from(people),
  ],
  ['an event', OptionError, /^there is no event "querry"; there are query, connect,/, (engine) => engine.on('querry', () => {})],
  [
    'a dialect',
    CompileError,
    'there is no dialect "postgresql"; there are postgres, mysql, mariadb, sqlite',
    () => js.compile(select(people), 'postgresql'),
  ],
  [
    'a version',
    CompileError,
    /"latest" is no server version; write it as '16' or '8\.4\.3'$/,
    () => js.compile(select(people), 'postgres', { version: 'latest' }),
  ],
  ['compile', CompileError, /inlin/, () => js.compile(select(people), 'postgres', { inlin: true })],
  [
    'recursiveCte',
    CompileError,
    /distinkt/,
    () => recursiveCte('t', select(people.id).from(people), () => select(people.id).from(people), { distinkt: true }),
  ],
  ['references', CompileError, /ondelete/, () => integer().references(() => people.id, { ondelete: 'cascade' })],
  [
    'an action',
    CompileError,
    "a foreign key's action is one of no action, restrict, cascade, set null, set default",
    () => integer().references(() => people.id, { onDelete: 'cascade; drop table people' }),
  ],
  ['identity', CompileError, /allways/, () => integer().identity({ allways: true })],
  ['bigint', CompileError, /mod/, () => js.bigint({ mod: 'number' })],
  ['a mode', CompileError, /numbr/, () => js.bigint({ mode: 'numbr' })],
  ['createAll', CompileError, /checkfirst/, (engine) => engine.createAll(db, { checkfirst: false })],
]

const groups: Readonly<Record<string, readonly Case[]>> = {
  'undefined in': undefinedValues,
  'what is no statement:': notStatements,
  'a table missing from FROM, or there twice:': scope,
  'aggregates and groups:': grouping,
  'nothing, or everything:': nothing,
  'rows:': rows,
  'options:': options,
}

for (const target of targets) {
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    const sent: string[] = []

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      await engine.execute(insertInto(people).values(peopleRows.map(({ id: _, ...row }) => row)))
      await engine.execute(insertInto(pets).values(petRows))
      engine.on('query', ({ sql: statement }) => sent.push(statement))
    })
    afterEach(async () => {
      expect(await engine.all(select(people).orderBy(people.id))).toEqual(peopleRows)
      expect(await engine.all(select(pets))).toEqual(petRows)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    /** What it says, after a look that nothing but the words of a transaction was sent. */
    async function refused(work: Case[3]): Promise<Error> {
      sent.length = 0
      const error = await complaintOf(async () => {
        const made = await work(engine)
        return js.Engine && made instanceof js.Engine ? made : await engine.execute(made as never)
      })
      expect(sent.filter((statement) => !/^(begin|start|rollback)/i.test(statement))).toEqual([])
      return error
    }

    for (const [group, cases] of Object.entries(groups)) {
      describe(group, () => {
        test.each(cases)('%s', async (_, kind, sentence, work) => {
          expectSentence(await refused(work), kind, sentence)
        })
      })
    }

    describe('what this database has not:', () => {
      const dialect = dialectOf(target)
      const lacks = (feature: string) =>
        ({
          mysql: ['insert', 'update', 'delete', 'full', 'groups'],
          mariadb: ['update', 'full', 'groups'],
          sqlite: ['exact', 'modulo'],
          postgres: ['modulo'],
        })[dialect].includes(feature)
      const title = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' }[dialect]
      const loose: any = js.table('pets', { id: js.integer(), price: js.numeric() })
      const half = people.age.mul(literal(0.5, js.doublePrecision()))
      const asked: [string, RegExp, () => unknown][] = [
        ['insert', /RETURNING/, () => insertInto(people).values({ name: 'x' }).returning()],
        ['update', /RETURNING/, () => update(people).set({ age: 36 }).where(people.id.eq(1)).returning()],
        ['delete', /RETURNING/, () => deleteFrom(people).where(people.id.eq(99)).returning()],
        ['full', /FULL JOIN/, () => select(people.id).from(people).fullJoin(pets, pets.ownerId.eq(people.id))],
        [
          'groups',
          /GROUPS/,
          () => select({ n: sum(people.age).over({ orderBy: people.id, groups: ['unbounded preceding', 'current row'] }) }).from(people),
        ],
        [
          'exact',
          /ORDER BY for exact numerics whose digits are not known to be at most 18, which it stores as text; declare the column/,
          () => select(loose.id).from(loose).orderBy(loose.price),
        ],
        ['exact', /> for exact numerics whose digits are not known/, () => select(loose.id).from(loose).where(loose.price.gt('3'))],
        ['exact', /SUM for exact numerics whose digits are not known/, () => select({ x: sum(loose.price) }).from(loose)],
        ['exact', /\/ for exact numeric, which it stores as text/, () => select({ x: pets.price.div(3) }).from(pets)],
        ['modulo', /% for floating point.*; cast both sides/, () => select({ x: half.mod(2) }).from(people)],
      ]
      test.each(asked.filter(([feature]) => lacks(feature)))('%s: %s', async (_, what, work) => {
        const error = await refused(work)
        expectSentence(error, UnsupportedFeatureError, new RegExp(`^${title} \\d+\\.\\d+ has no ${what.source}`))
        expect(error.message).toContain('; ')
        expect(error).toMatchObject({ dialect, code: 'UNSUPPORTED_FEATURE' })
      })
      const refusedThere: [string, string, RegExp, (engine: any) => unknown][] = [
        [
          'mysql mariadb',
          'varchar()',
          /^short\.name: .* need a length: varchar\(255\), or text\(\)$/,
          (on) => on.createAll(js.metadata({ t: js.table('short', { name: js.varchar() }) })),
        ],
        [
          'sqlite postgres mysql mariadb',
          'a type of no name',
          /^"int; drop table people" is no type name; customType\(\) takes plain names/,
          () => select({ x: js.cast(people.age, js.customType('int; drop table people')) }).from(people),
        ],
      ]
      if (dialect === 'sqlite')
        test('an isolation level', async () => {
          expectSentence(
            await refused((on) => on.transaction(async () => {}, { isolation: 'read committed' })),
            UnsupportedFeatureError,
            /^SQLite 3\.39 has no isolation level "read committed"; its transactions are always serializable; leave isolation out$/,
          )
        })

      test.each(refusedThere.filter(([where]) => where.split(' ').includes(dialect)))('%s: %s', async (_, __, sentence, work) => {
        expectSentence(await refused(work), CompileError, sentence)
      })

      test('and what it has', async () => {
        for (const [feature, , work] of asked) {
          if (lacks(feature)) continue
          const undo = new Error('undo')
          await expect(
            engine.transaction(async (tx) => {
              await tx.execute(work() as never)
              throw undo
            }),
          ).rejects.toBe(undo)
        }
      })
    })

    test('a cast to a type by its name is that cast', async () => {
      const digits = js.cast(people.age, js.customType(dialectOf(target) === 'postgres' ? 'text' : 'char(2)'))
      expect(await engine.scalar(select({ x: digits }).from(people).where(people.id.eq(1)))).toBe('36')
    })

    test('a statement compiled for the others runs here as if it had not been', async () => {
      const statement = select({ id: people.id, like: people.name.concat('!') })
        .from(people)
        .where(people.name.in(['Ada', 'Zoe']))
        .limit(1)
      for (const dialect of ['postgres', 'mysql', 'mariadb', 'sqlite'] as const) {
        js.compile(statement, dialect)
        expect(await engine.all(statement)).toEqual([{ id: 1, like: 'Ada!' }])
      }
    })
  })
}
