/** Forty inputs of the wrong kind for every column type by every path: refused by the column's name before anything is sent, or kept exactly. */
import { CompileError, createEngine, type Engine } from 'quern'
import { type Kind, kinds } from '../properties/values-kinds.js'
import { mysqlKinds } from '../properties/values-kinds-mysql.js'
import { ownKinds } from '../properties/values-kinds-own.js'
import { postgresKinds } from '../properties/values-kinds-postgres.js'
import { same, shown } from '../properties/values-same.js'
import { type Dialect, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { js } from './tables.js'

const { insertInto, integer, metadata, select, table, update } = js

class Point {
  x = 1
}
const proxy = new Proxy({}, { get: () => 'x', ownKeys: () => [], has: () => true })
const wrong: Readonly<Record<string, unknown>> = {
  'an object': { id: 1 },
  'an empty object': {},
  'an object with toSqlString': { toSqlString: () => '1 OR 1=1' },
  'an object with toPostgres': { toPostgres: () => 'x' },
  'an object with toJSON': { toJSON: () => 'x' },
  'an object with raw': { raw: '1 OR 1=1' },
  'an object with valueOf': { valueOf: () => 1 },
  'an object with toString': { toString: () => 'x' },
  'an object without a prototype': Object.create(null),
  'an array': ['x', 'y'],
  'an array of arrays': [['x'], ['y']],
  'an empty array': [],
  'a sparse array': new Array(2),
  'an instance of a class': new Point(),
  'a Proxy': proxy,
  'a Map': new Map([[1, 2]]),
  'a RegExp': /x/,
  'an Error': new Error('x'),
  'a Promise': Promise.resolve(1),
  'a boxed string': new String('x'),
  'a boxed number': new Number(1),
  'a boxed boolean': new Boolean(false),
  'a boxed bigint': Object(1n),
  'a function': () => 1,
  'a symbol': Symbol('x'),
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  'an unsafe integer': 2 ** 53,
  '2^64': 2n ** 64n,
  'a huge bigint': 10n ** 100n,
  'a fraction': 0.1,
  'zero for a text column': 0,
  'a number as text': '12',
  'no text': '',
  'an invalid Date': new Date(Number.NaN),
  'a Date beyond 9999': new Date(8.64e15),
  'a Date of the year 0': new Date('0000-06-01T00:00:00Z'),
  'half a surrogate pair': 'a\ud800b',
  'NUL in text': 'a\0b',
  true: true,
  'a BigInt64Array': new BigInt64Array(2),
  'an ArrayBuffer': new ArrayBuffer(2),
  'a DataView': new DataView(new ArrayBuffer(2)),
}

/** Whether the type keeps it after all, and how it reads back. */
function legitimate(kind: Kind, value: unknown, dialect: Dialect): { readonly back: unknown } | undefined {
  try {
    return kind.holds(value, dialect) ? { back: kind.back(value, dialect) } : undefined
  } catch {
    return undefined
  }
}

// a codec and SQL of the program's own take what they take; a type known by its name only takes what a driver carries; tsvector has a text of
// the server's own; a domain's CHECK is the server's
const outside = /^(codec|json, as|uuid, of 16|tsvector|int64|customType(, by| of numbers)|array of customType|domain of)/
const tried = [...kinds, ...postgresKinds, ...mysqlKinds, ...ownKinds].filter(({ name }) => !outside.test(name))

for (const target of targets) {
  const dialect = (target === 'postgres15' ? 'postgres' : target) as Dialect
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    const sent: string[] = []
    let refused = 0
    let kept = 0

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      engine.on('query', (event) => sent.push(event.sql))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
      console.log(`${target}: ${refused} wrong inputs refused, ${kept} kept exactly; ${Object.keys(wrong).length} inputs by 5 paths`)
    })

    let number = 0
    test.each(tried.filter(({ on }) => on.includes(dialect)).map((kind) => [kind.name, kind] as const))('%s', async (_, kind) => {
      const t = table(`t${++number}`, { id: integer().primaryKey(), v: kind.column(dialect) })
      await metadata({ t }).createAll(engine)
      const complaints: string[] = []
      let id = 0
      await engine.execute(insertInto(t).values({ id }))
      for (const [name, value] of Object.entries(wrong)) {
        const ways: Record<string, () => Promise<unknown>> = {
          insert: () => engine.execute(insertInto(t).values({ id: ++id, v: value })),
          update: () => engine.execute(update(t).set({ v: value }).where(t.id.eq(0))),
          bulk: () => engine.bulkInsert(t, [{ id: ++id, v: value }]),
          where: () => engine.all(select(t.id).from(t).where(t.v.eq(value))),
          in: () =>
            engine.all(
              select(t.id)
                .from(t)
                .where(t.v.in([value])),
            ),
        }
        for (const [path, way] of Object.entries(ways)) {
          if ((path === 'where' || path === 'in') && kind.unequal?.includes(dialect)) continue
          sent.length = 0
          let error: unknown
          try {
            await way()
          } catch (cause) {
            error = cause
          }
          const words = sent.filter((statement) => !/^(begin|start|rollback|savepoint|release|set)/i.test(statement))
          if (error === undefined) {
            kept++
            if (path === 'where' || path === 'in') continue
            const back = await engine.scalar(
              select(t.v)
                .from(t)
                .where(t.id.eq(path === 'update' ? 0 : id)),
            )
            const expected = legitimate(kind, value, dialect)
            if (!expected || !(same(back, expected.back) || (kind.signless?.(dialect) && back === expected.back)))
              complaints.push(`${path} of ${name} is kept as ${shown(back)}`)
          } else {
            refused++
            const { name: kindOfError, message } = error as Error
            if (!(error instanceof CompileError)) complaints.push(`${path} of ${name}: ${kindOfError} ${message.slice(0, 160)}`)
            else if (!message.includes(`t${number}.v`)) complaints.push(`${path} of ${name} does not name the column: ${message}`)
            else if (words.length > 0) complaints.push(`${path} of ${name} sent ${words[0]}`)
          }
        }
      }
      if (complaints.length > 0) throw new Error(`${complaints.length} of ${kind.name}\n  ${complaints.slice(0, 10).join('\n  ')}`)
    })
  })
}
