/** Each change by hand is one difference: the one that it is, and no other. */
import {
  and,
  array,
  boolean,
  check,
  createEngine,
  type Difference,
  diff,
  doublePrecision,
  type Engine,
  enumType,
  exclude,
  foreignKey,
  index,
  indexKey,
  integer,
  literal,
  lower,
  metadata,
  mysqlOptions,
  now,
  numeric,
  postgresOptions,
  primaryKey,
  SchemaMismatchError,
  sql,
  table,
  tableComment,
  text,
  timestamptz,
  unique,
  varchar,
  verify,
} from 'quern'
import { int4range } from 'quern/postgres'
import { dialectOf, type FreshDatabase, freshDatabase, type Target, targets } from '../servers/urls.js'
import { type Change, mysqlChanges, postgresChanges, sqliteBase, sqliteChanges } from './changes.js'
import { runScript } from './databases.js'

type Dialect = ReturnType<typeof dialectOf>
const p = table('p', { x: integer().notNull(), y: integer().notNull(), z: integer().unique() }, (t) => [primaryKey(t.x, t.y)])
const mood = enumType('mood', ['sad', 'ok'])

/** What the changes are made to: something of everything. */
function declared(name: string, dialect: Dialect) {
  const [postgres, sqlite, maria] = [dialect === 'postgres', dialect === 'sqlite', dialect === 'mariadb']
  const my = dialect === 'mysql' || maria
  return table(
    name,
    {
      id: integer().primaryKey().identity(),
      name: varchar(100).notNull().default('nobody'),
      email: varchar(255),
      age: integer().default(18),
      spare: integer(),
      amount: sqlite ? (doublePrecision().default(1.5) as never as ReturnType<typeof numeric>) : numeric(10, 2).default('1.5'),
      active: boolean().notNull().default(true),
      note: sqlite
        ? text().collate('NOCASE')
        : text()
            .collate(postgres ? 'C' : 'utf8mb4_bin')
            .comment('a note'),
      mood: mood().default('ok'),
      lucky: integer().default(literal(3).add(4)),
      total: integer().generatedAs(sql<number>`${sql.identifier('age')} * 2`),
      px: integer(),
      py: integer(),
      ...(!sqlite && { created: timestamptz().default(now()) }),
      ...(postgres && { tags: array(text()), during: int4range() }),
    } as { id: any; name: any; email: any; age: any; spare: any; active: any; note: any; px: any; py: any; during: any },
    (t: any) => [
      unique(`${name}_uq`).on(t.email, t.age),
      foreignKey(t.px, t.py).references(p.x, p.y).onDelete('cascade').named(`${name}_fk`),
      check(`${name}_age`, and(t.age.gt(0), lower(t.email).eq(t.email))),
      my ? index(`${name}_two`).on(t.name, t.age.desc()) : index(`${name}_two`).on(t.name, t.age.desc()).where(t.active),
      ...(sqlite ? [index(`${name}_lower`).on(lower(t.name))] : [tableComment('what it is')]),
      ...(my ? [index(`${name}_words`).on(indexKey(t.note, { length: 20 })), mysqlOptions({ rowFormat: 'dynamic' })] : []),
      ...(my && !maria ? [index(`${name}_lower`).on(lower(t.name))] : []),
      ...(postgres
        ? [
            index(`${name}_ix`).on(lower(t.name)).comment('of an index'),
            exclude(`${name}_ex`).using('gist').with(t.during, '&&'),
            postgresOptions({ with: { fillfactor: 70 } }),
          ]
        : []),
    ],
  )
}

/** Changes of one table that have nothing to do with each other: tables take their time to be made. */
function apart(changes: readonly Change[]): Change[][] {
  const groups: { readonly words: Set<string>; readonly changes: Change[] }[] = []
  for (const change of changes) {
    const texts = [change[0]].flat()
    const own = texts.flatMap((text) => text.match(subject) ?? [])
    // what names no column and no constraint is about the table itself
    const words = own.length > 0 ? own : texts.some((text) => text.startsWith('DROP TABLE')) ? ['*'] : ['table']
    const group = groups.find((one) => !one.words.has('*') && words[0] !== '*' && !words.some((word) => one.words.has(word)))
    if (group) {
      for (const word of words) group.words.add(word)
      group.changes.push(change)
    } else groups.push({ words: new Set(words), changes: [change] })
  }
  return groups.map((group) => group.changes)
}
const subject = /\b(id|name|email|age|spare|amount|active|note|mood|lucky|total|px|py|created|tags|during|more)\b|\$t_\w+/g

const filled = (sql: string, name: string): string => sql.replaceAll('$t', name)

for (const target of targets) {
  const dialect = dialectOf(target)

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target as Target)
      engine = createEngine(database.url)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    const changes: readonly (readonly [...Change])[] =
      dialect === 'postgres'
        ? postgresChanges
        : dialect === 'sqlite'
          ? sqliteChanges.map(([from, to, ...rest]): Change => [[from, to], ...rest])
          : mysqlChanges(dialect === 'mariadb')
    const nameOf = (i: number) => `c${String(i).padStart(2, '0')}`
    const groups = dialect === 'sqlite' ? changes.map((change) => [change]) : apart(changes)
    const tables = Object.fromEntries(groups.map((_, i) => [nameOf(i), declared(nameOf(i), dialect)]))
    const db = metadata({ p, same: declared('same', dialect), ...tables })

    test('each change is told as that change alone', async () => {
      expect(changes.length).toBeGreaterThanOrEqual(40)
      if (dialect === 'sqlite') {
        const script = [...changes, [['', '']]].map(([sql], i) => {
          const own = sqliteBase.join(';\n')
          expect(own).toContain(sql[0]!)
          return filled(own.replace(sql[0]!, sql[1]!), i === changes.length ? 'same' : nameOf(i))
        })
        await runScript(
          database,
          `CREATE TABLE p (x INTEGER NOT NULL, y INTEGER NOT NULL, z INTEGER UNIQUE, PRIMARY KEY (x, y));\n${script.join(';\n')}`,
        )
      } else {
        await db.createAll(engine)
        expect((await diff(db, engine)).map(({ message }) => message)).toEqual([])
        const script = groups.flatMap((group, i) => group.flatMap(([sql]) => [sql].flat().map((one) => filled(one, nameOf(i)))))
        await runScript(database, script.join(';\n'))
      }
      const found = await diff(db, engine)
      const sqlOf = (group: readonly Change[]) => group.map(([sql]) => [sql].flat().join('; '))
      const seen = groups.map((group, i) => [
        sqlOf(group),
        found
          .filter(({ table: of }) => of === nameOf(i))
          .map(({ kind, change, name }) => `${kind} ${change} ${name}`)
          .sort(),
      ])
      expect(seen).toEqual(
        groups.map((group, i) => [
          sqlOf(group),
          group.map(([, kind, change, name]) => `${kind} ${change} ${name === undefined ? name : filled(name, nameOf(i))}`).sort(),
        ]),
      )
      // and where nothing was changed, nothing is told
      expect(found.filter(({ table: of }) => of === 'same' || of === 'p')).toEqual([])
      expect(found).toHaveLength(changes.length)
      expect(found.filter(({ message }: Difference) => message.includes('\n'))).toEqual([])
      const failed = verify(db, engine).catch((error) => error)
      expect(await failed).toBeInstanceOf(SchemaMismatchError)
      expect((await failed).message.split('\n')).toHaveLength(changes.length + 1)
      expect((await failed).differences).toEqual(found)
    })
  })
}
