/** DDL statements as values: what is refused while they are built, what several texts do together, and where they may stand. */
import {
  alterDomain,
  alterEnum,
  alterSequence,
  alterTable,
  comment,
  compile,
  createEngine,
  createIndex,
  createTable,
  createView,
  domain,
  dropIndex,
  type Engine,
  enumType,
  exists,
  index,
  insertInto,
  integer,
  literal,
  lower,
  primaryKey,
  schema,
  select,
  sequence,
  sql,
  table,
  text,
  truncate,
  unique,
  varchar,
  view,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const people = table('people', { id: integer().primaryKey(), name: varchar(20), age: integer() }, (t) => [index('people_name').on(t.name)])
const others = table('others', { id: integer() })
const adults = view('adults', select(people).where(people.age.gt(17)))

describe('refused while it is built, in a sentence', () => {
  const anything = (value: unknown) => value as never
  test.each<[string, () => unknown, string | RegExp]>([
    ['no change', () => compile(alterTable(people), 'postgres'), 'alterTable(people) has nothing to change'],
    ['a column of another table', () => alterTable(people).dropColumn(others.id), 'others.id is no column of people'],
    ['a column without a definition', () => alterTable(people).addColumn(anything('x')), 'needs a definition'],
    [
      'a text for a column',
      () => alterTable(people).alterColumn(anything('age'), { setNotNull: true }),
      'takes a column of people, not a string',
    ],
    ['no change of a column', () => alterTable(people).alterColumn(people.age, {}), 'needs something to change'],
    ['a misspelt change', () => alterTable(people).alterColumn(people.age, anything({ notNull: true })), 'has no option "notNull"'],
    ['both of two opposites', () => alterTable(people).alterColumn(people.age, { setNotNull: true, dropNotNull: true }), 'not both'],
    ['using without a type', () => alterTable(people).alterColumn(people.age, { using: people.id }), 'belong to a new type'],
    ['a renamed column again', () => alterTable(people).renameColumn(people.age, 'x').dropColumn(people.age), 'is renamed earlier'],
    ['an index as a constraint', () => alterTable(people).addConstraint(index('i').on(people.id)), 'createIndex()'],
    ['a constraint as an index', () => createIndex(unique('u').on(people.id)), 'alterTable() adds'],
    ['a table as a constraint', () => alterTable(people).addConstraint(anything(people)), /constraint/],
    ['an unknown index', () => createIndex(people, 'nothing'), 'people has no index "nothing"; it has people_name'],
    ['a misspelt option', () => dropIndex(people, 'people_name', anything({ ifexists: true })), 'has no option "ifexists"'],
    ['an option that is no boolean', () => createTable(people, anything({ ifNotExists: 'yes' })), 'is true or false'],
    ['a view where a table belongs', () => createTable(adults), 'adults is a view'],
    ['a table where a view belongs', () => createView(people), 'takes a view, not a table'],
    ['nothing to truncate', () => truncate([]), 'at least one table'],
    ['a comment of NUL', () => comment(people, 'a\0b'), 'NUL'],
    ['a comment on a value', () => comment(anything(7), 'x'), 'not a number'],
    ['a label twice', () => enumType('m', ['a', 'a']), 'a label twice'],
    ['no label', () => enumType('m', []), 'at least one label'],
    ['a label that is no text', () => enumType('m', [anything(1)]), 'one is a number'],
    ['two places of a label', () => alterEnum(enumType('m', ['a'])).addValue('b', { before: 'a', after: 'a' }), 'not both'],
    ['a sequence by halves', () => sequence('s', { start: 1.5 }), 'whole number'],
    ['a sequence that stands', () => sequence('s', { increment: 0 }), 'may not be 0'],
    ['SQL in a sequence', () => sequence('s', anything({ cache: '1; drop table t' })), 'whole number, not a string'],
    ['a sequence without changes', () => alterSequence(sequence('s'), {}), 'something to change'],
    ['a domain of modifiers', () => domain('d', text().notNull() as never), 'takes no modifiers'],
    ['a domain of a domain', () => domain('d', domain('e', text())()), 'made of a domain'],
    [
      'a check that is none',
      () =>
        compile(
          alterDomain(domain('d', text())).addCheck(
            'c',
            anything(() => 7),
          ),
          'postgres',
        ),
      'takes conditions',
    ],
    ['a view of a table', () => view('v', anything(people)), 'takes a statement'],
    ['a view of SQL without columns', () => view('v', anything(sql`select 1`)), 'takes a statement, not an expression'],
    ['a view with two equal names in MySQL eyes', () => schema('').table('t', { a: integer() }), 'non-empty name'],
    [
      'a definition inside a query',
      () => compile(select({ x: exists(anything(createTable(people))) }), 'postgres'),
      'createTable is a definition',
    ],
    ['a row for a view', () => insertInto(adults), 'adults is a view'],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message)
  })
})

test('several changes are one statement where the dialect can, and the builder never changes what it has yielded', () => {
  const first = alterTable(people).addColumn('a', integer())
  const second = first.dropColumn(people.age)
  expect(compile(first, 'postgres').sql).toBe('ALTER TABLE "people" ADD COLUMN "a" integer')
  expect(compile(second, 'postgres').sql).toBe('ALTER TABLE "people" ADD COLUMN "a" integer, DROP COLUMN "age"')
  expect(compile(second, 'sqlite').sql).toBe('ALTER TABLE "people" ADD COLUMN "a" INTEGER;\nALTER TABLE "people" DROP COLUMN "age"')
  expect(compile(second.renameTo('folk').addConstraint(primaryKey(people.id)), 'mysql').sql).toBe(
    'ALTER TABLE `people` ADD COLUMN `a` int, DROP COLUMN `age`;\nALTER TABLE `people` RENAME TO `folk`;\nALTER TABLE `folk` ADD PRIMARY KEY (`id`)',
  )
})

test('what SQLite cannot add to rows that are there is refused for what it is', () => {
  const added = (definition: Parameters<ReturnType<typeof alterTable>['addColumn']>[1]) => () =>
    compile(alterTable(people).addColumn('x', definition), 'sqlite')
  expect(added(integer().primaryKey())).toThrow('ADD COLUMN with a key (people.x)')
  expect(added(integer().notNull())).toThrow('NOT NULL without a default (people.x); give it a default()')
  expect(added(text().default(lower(literal('A'))))).toThrow('a default that is computed (people.x)')
  expect(added(integer().generatedAs((t) => t.x, { stored: true }))).toThrow('generated and STORED (people.x); say stored: false')
  expect(added(integer().notNull().default(1))).not.toThrow()
})

for (const target of targets) {
  const name = dialectOf(target)

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeEach(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await engine.execute(createTable(people))
    })
    afterEach(async () => {
      await engine.close()
      await database.drop()
    })

    test('of several texts all happen, or none where definitions can be rolled back', async () => {
      const both = alterTable(people).renameColumn(people.age, 'years').renameColumn('nothing', 'x')
      await expect(engine.execute(both)).rejects.toThrow()
      const there = engine.execute(sql`select age from people`)
      if (name === 'postgres' || name === 'sqlite') await there
      else await expect(there).rejects.toMatchObject({ name: 'UndefinedColumnError' })
    })

    test('inside a transaction a definition is rolled back with it, or the implicit commit is an error', async () => {
      const run = engine.transaction(async (tx) => {
        await tx.execute(alterTable(people).addColumn('a', integer()).addColumn('b', integer()))
        await tx.execute(createView(adults))
        await tx.rollback()
      })
      if (name === 'postgres' || name === 'sqlite') {
        await run
        await expect(engine.execute(sql`select a from people`)).rejects.toMatchObject({ name: 'UndefinedColumnError' })
      } else await expect(run).rejects.toMatchObject({ name: 'ImplicitCommitError' })
    })

    test('a definition answers like a statement without rows', async () => {
      expect(await engine.execute(createIndex(people, 'people_name'))).toEqual({ rows: [], rowCount: 0 })
      expect(await engine.all(dropIndex(people, 'people_name'))).toEqual([])
      await expect(engine.execute(createTable(people))).rejects.toThrow(/exists/)
    })
  })
}
