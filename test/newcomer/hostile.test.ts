/** Values and names that try to become SQL: bound, quoted or refused, on every database, and nothing else changes. */
import { CompileError, createEngine, type Engine, InvalidValueError } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { complaintOf, expectSentence } from './complaint.js'
import { db, js, peopleRows, people as peopleTable, petRows, pets as petsTable } from './tables.js'

const { alias, caseWhen, compile, count, deleteFrom, insertInto, integer, json, literal, metadata, or, prepare, select, sql, table, text } =
  js
const { update, varchar } = js
const people = peopleTable
const pets = petsTable
const notes = table('notes', { id: integer().primaryKey(), body: text().notNull(), data: json() })

const texts = [
  "' OR 1=1 -- ",
  "' OR '1'='1",
  "'; DROP TABLE people; --",
  "x'/*",
  "*/ '",
  '" OR ""="',
  '` OR ``=`',
  '\\',
  "\\'",
  "\\' OR 1=1 -- ",
  "\\\\' OR 1=1 -- ",
  "'' OR 1=1 --",
  '\u00bf\u0027 OR 1=1 #',
  '$1 $2 ? :name @x %s %%',
  '${1} `id`',
  "E'\\x27'",
  '%_\\%',
  'null',
  '\r\n\t\u001a\b',
  '𝒳😀‍👩‍👧 ﷽ é',
  'ʼ OR 1=1 --',
  '\u2028\u2029\ufeff',
  '{"$gt":""}',
  '1; select pg_sleep(9); select sleep(9)',
]

/** What JSON.parse, a form parser or another library's conventions can bring. */
const hooked = () => {
  throw new Error('a method of the value was called')
}
const objects: [string, any][] = [
  ['a node of ours by its looks', { kind: 'constant', constant: 'true', contains: 0, type: { name: 'boolean', family: 'boolean' } }],
  ['a node within', { node: { kind: 'constant', constant: 'true' }, 'Symbol(quern.node)': { kind: 'constant', constant: 'true' } }],
  ['raw SQL by its looks', { sql: '1=1', values: [], text: '1=1', raw: true, kind: 'unsafe' }],
  ["MySQL's toSqlString", { toSqlString: hooked }],
  ["pg's toPostgres", { toPostgres: hooked }],
  ['valueOf and toString', { toString: hooked, valueOf: hooked, [Symbol.toPrimitive]: hooked }],
  ['operators of MongoDB', { $gt: '', $ne: null }],
  ['a list', [['1', '2'], ["' OR 1=1"]]],
  ['a prototype', JSON.parse('{"__proto__":{"kind":"constant","constant":"true"}}')],
]

for (const target of targets) {
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    const all: any = metadata({ people, pets, notes })

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await all.createAll(engine)
      await engine.execute(insertInto(people).values(peopleRows.map(({ id: _, ...row }) => row)))
      await engine.execute(insertInto(pets).values(petRows))
      await engine.execute(insertInto(notes).values({ id: 0, body: 'kept', data: { kept: true } }))
    })
    afterEach(async () => {
      expect(await engine.all(select(people).orderBy(people.id))).toEqual(peopleRows)
      expect(await engine.all(select(pets))).toEqual(petRows)
      expect(await engine.all(select(notes))).toEqual([{ id: 0, body: 'kept', data: { kept: true } }])
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    const undo = new Error('undo')
    async function undone(on: Engine, work: (tx: any) => Promise<void>): Promise<void> {
      await expect(
        on.transaction(async (tx) => {
          await work(tx)
          throw undo
        }),
      ).rejects.toBe(undo)
    }

    /** Stores the text in every way, finds it in every way, and finds nothing else. */
    async function bound(on: Engine, value: string): Promise<void> {
      const byBody = prepare({ body: text() }, ($: any) => select(notes.id).from(notes).where(notes.body.eq($.body)))
      await undone(on, async (tx) => {
        await tx.execute(insertInto(notes).values({ id: 1, body: value, data: { [value]: value } }))
        await tx.bulkInsert(notes, [{ id: 2, body: value, data: [value] }])
        await tx.execute(insertInto(notes).values({ id: 3, body: 'before' }))
        expect((await tx.execute(update(notes).set({ body: value }).where(notes.id.eq(3)))).rowCount).toBe(1)
        expect((await tx.execute(sql`insert into notes (id, body) values (${4}, ${value})`)).rowCount).toBe(1)
        const here = [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]
        const found = (condition: unknown) => tx.all(select(notes.id).from(notes).where(condition).orderBy(notes.id))
        expect(await found(notes.body.eq(value))).toEqual(here)
        expect(await found(notes.body.in([value, 'nobody']))).toEqual(here)
        expect(await found(notes.body.ne(value))).toEqual([{ id: 0 }])
        expect(await found(sql`${notes.body} = ${value}`)).toEqual(here)
        expect(await found(caseWhen(notes.body.eq(value)).then(true).else(false).eq(true))).toEqual(here)
        expect(await tx.all(byBody, { body: value })).toHaveLength(4)
        expect(
          await tx.all(
            select(notes)
              .where(notes.id.in([1, 2]))
              .orderBy(notes.id),
          ),
        ).toEqual([
          { id: 1, body: value, data: { [value]: value } },
          { id: 2, body: value, data: [value] },
        ])
        expect(await tx.scalar(select({ x: literal(value) }))).toBe(value)
        expect(await tx.scalar(sql`select ${value}`.returns({ x: text() }))).toBe(value)
        expect((await tx.execute(deleteFrom(notes).where(notes.body.eq(value)))).rowCount).toBe(4)
        expect(await tx.all(select(notes.id).from(notes))).toEqual([{ id: 0 }])
      })
    }

    test.each(texts)('%j is bound', (value) => bound(engine, value))

    test.each(texts)('%j is looked for as it is', async (value) => {
      await undone(engine, async (tx) => {
        await tx.execute(
          insertInto(notes).values([
            { id: 1, body: `a ${value} z` },
            { id: 2, body: value },
            { id: 3, body: 'a % z' },
          ]),
        )
        const found = async (condition: unknown) =>
          (await tx.all(select(notes.id).from(notes).where(condition).orderBy(notes.id))).map(({ id }: any) => id)
        expect(await found(notes.body.contains(value))).toEqual([1, 2])
        expect(await found(notes.body.startsWith(value))).toEqual([2])
        expect(await found(notes.body.startsWith(`a ${value}`))).toEqual([1])
        expect(await found(notes.body.endsWith(`${value} z`))).toEqual([1])
      })
    })

    test.each(texts)('%j written in place is the same value', async (value) => {
      await undone(engine, async (tx) => {
        await tx.execute(
          insertInto(notes).values([
            { id: 1, body: value, data: [value] },
            { id: 2, body: 'other' },
          ]),
        )
        const statement = select(notes.id)
          .from(notes)
          .where(or(notes.body.eq(value), notes.body.in([value])))
        const { sql: written, params } = compile(statement, database.dialect, { inline: true })
        expect(params).toEqual([])
        expect((await tx.execute(sql`${sql.unsafe(written)}`)).rows).toEqual([[1]])
      })
    })

    // MySQL and MariaDB commit a transaction at a definition, so these tables go by themselves.
    test('as defaults and in checks', async () => {
      const defaults = table(
        'defaults',
        { id: integer().primaryKey(), ...Object.fromEntries(texts.map((value, i) => [`t${i}`, varchar(60).notNull().default(value)])) },
        (t: any) => [js.check('not_hostile', t.t0.ne("\\'; DROP TABLE people; --"))],
      )
      const own = metadata({ defaults })
      try {
        await own.createAll(engine)
        await engine.execute(insertInto(defaults).values({ id: 1 }))
        const row: any = await engine.one(select(defaults))
        expect(texts.map((_, i) => row[`t${i}`])).toEqual(texts)
        const refused = await complaintOf(() =>
          engine.execute(update(defaults).set({ t0: "\\'; DROP TABLE people; --" }).where(defaults.id.eq(1))),
        )
        expect(refused.name).toBe('CheckViolationError')
      } finally {
        await own.dropAll(engine)
      }
    })

    const names = ['a"b', 'a`b', "a'b", 'a\\', 'a;--', '"', '``', 'a/*b', 'a b', 'select', 'ä', '{x}', '$1', '?', ':id', 'a.b', '[a]', '%s']
    test.each(names)('a table, a column, an alias and a label named %j', async (name) => {
      const odd = table(name, { id: integer().primaryKey(), [name]: varchar(20), other: integer().named(`${name}2`) })
      const own = metadata({ odd })
      const again = alias(odd, `${name}_`)
      try {
        await own.createAll(engine)
        await engine.execute(insertInto(odd).values({ id: 1, [name]: name, other: 7 }))
        await engine.execute(update(odd).set({ other: 8 }).where(odd[name].eq(name)))
        const rows = await engine.all(
          select({ [name]: odd[name], other: again.other, [`${name} n`]: literal(1) })
            .from(odd)
            .join(again, again.id.eq(odd.id)),
        )
        expect(rows).toEqual([{ [name]: name, other: 8, [`${name} n`]: 1 }])
        const cte = select({ [name]: odd[name], n: count() })
          .from(odd)
          .groupBy(odd[name])
          .cte(`${name}c`)
        const inner = select(cte).subquery(`${name}s`)
        expect(
          await engine.all(
            select({ [`${name}x`]: inner[name], n: inner.n })
              .from(inner)
              .orderBy(inner[name]),
          ),
        ).toEqual([{ [`${name}x`]: name, n: 1 }])
        expect(
          await engine.all(sql`select ${sql.identifier(name, name)} from ${sql.identifier(name)}`.returns({ [name]: text() })),
        ).toEqual([{ [name]: name }])
        expect(await engine.execute(deleteFrom(odd).where(odd[name].eq(name)))).toMatchObject({ rowCount: 1 })
      } finally {
        await own.dropAll(engine)
      }
    })

    test.each(objects)('%s is no expression', async (_, value) => {
      const own = value instanceof Object && !Array.isArray(value) ? JSON.parse(JSON.stringify(value)) : value
      for (const thing of [value, own]) {
        const isInvalid = [
          () => select(notes).where(notes.body.eq(thing)),
          () => select(notes).where(notes.id.in([thing])),
          () => insertInto(notes).values({ id: 5, body: thing }),
          () => update(notes).set({ body: thing }).where(notes.id.eq(0)),
          () => select({ x: literal(thing, text()) }),
          () => select(notes).where(notes.body.like(thing)),
          () => select(notes).where(notes.id.between(thing, 3)),
        ]
        for (const make of isInvalid) {
          expectSentence(
            await complaintOf(async () => engine.execute(make())),
            InvalidValueError,
            /takes .*, not an (object \(\w+( class)?\)|array)$/,
          )
        }
        const isNoExpression = [
          () => select(notes).where(thing),
          () => select(notes).where(notes.id.eq(0), thing),
          () => select(notes).orderBy(thing),
          () => select({ n: count() }).from(notes).groupBy(thing),
          () => select(notes).limit(thing),
          () => select(notes.id, thing).from(notes),
          () => select(notes).where(notes.body.contains(thing)),
          () => select(notes.id).from(thing),
          () => sql`select ${thing}`,
          () => select({ x: literal(thing) }),
          () => deleteFrom(notes).where(thing),
          () => deleteFrom(thing),
          () => js.not(thing),
          () => thing,
        ]
        for (const make of isNoExpression) {
          expectSentence(
            await complaintOf(async () => engine.execute(make())),
            CompileError,
            /(not|got|of) an (object \(\w+( class)?\)|array)/,
          )
        }
      }
    })

    test.each(objects)('%s is JSON like any other', async (_, value) => {
      const plain = JSON.parse(JSON.stringify(value))
      await undone(engine, async (tx) => {
        await tx.execute(insertInto(notes).values({ id: 1, body: 'x', data: plain }))
        await tx.execute(insertInto(notes).values({ id: 2, body: 'x' }))
        await tx.execute(update(notes).set({ data: plain }).where(notes.id.eq(2)))
        expect(await tx.all(select({ data: notes.data }).from(notes).where(notes.body.eq('x')))).toEqual([{ data: plain }, { data: plain }])
      })
    })

    if (target === 'mysql' || target === 'mariadb') {
      // A session that somebody set otherwise: values never meet the quoting that these modes change.
      test.each(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ANSI', ''])('under sql_mode = %j', async (mode) => {
        await using changed = createEngine(database.url, {
          pool: { size: 1, maxOverflow: 0 },
          onConnect: async (conn) => {
            await conn.execute(sql`set session sql_mode = ${mode}`)
          },
        })
        expect(await changed.scalar(sql`select @@session.sql_mode`.returns({ mode: text() }))).toContain(mode)
        for (const value of texts) await bound(changed, value)
        // what is looked for is found, or it is an error; never another row
        for (const value of texts) {
          const like = changed.all(select(notes.id).from(notes).where(notes.body.contains(value)))
          expect(await like.catch(() => [])).toEqual([])
        }
      })
    }
    test('nothing is left over', async () => {
      expect(Object.keys(db.tables)).toEqual(['people', 'pets'])
      const inspector = await js.inspect(engine)
      expect((await inspector.tables()).map(({ name }: any) => name).sort()).toEqual(['notes', 'people', 'pets'])
    })
  })
}
