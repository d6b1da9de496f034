/** What only one database has, and what is refused before a database is asked. */
import {
  any,
  array,
  arrayConcat,
  arrayLength,
  compile,
  count,
  createEngine,
  doublePrecision,
  type Engine,
  fn,
  ftsMatch,
  generateSeries,
  index,
  insertInto,
  integer,
  lag,
  left,
  literal,
  match,
  matches,
  max,
  metadata,
  operator,
  plaintoTsquery,
  rangeLower,
  rangeUpper,
  round,
  select,
  sql,
  stringAgg,
  sum,
  table,
  text,
  toTsquery,
  toTsvector,
  tsRank,
  tuple,
  unnest,
  varchar,
} from 'quern'
import { int4range, range } from 'quern/postgres'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const bag = table('bag', { id: integer().primaryKey(), tags: array(varchar(20)), span: int4range(), body: text() })
const notes = table('notes', { id: integer().primaryKey(), title: varchar(200).notNull() }, (t) => [
  index('notes_title').on(t.title).fulltext(),
])
const docs = table('docs', { title: text(), body: text() })

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine
    const one = async (x: any, from: any = bag) => (await engine.all(select({ x }).from(from).limit(1)))[0]!.x

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      if (database.dialect === 'postgres') {
        await metadata({ bag }).createAll(engine)
        await engine.execute(insertInto(bag).values({ id: 1, tags: ['a', 'b', 'c'], span: range(1, 5), body: 'the fat cats ran' }))
      } else if (database.dialect === 'sqlite') {
        await using connection = await engine.connect()
        await connection.script(
          "CREATE VIRTUAL TABLE docs USING fts5(title, body); INSERT INTO docs VALUES ('one', 'a fat cat'), ('fat', 'a dog')",
        )
      } else {
        await metadata({ notes }).createAll(engine)
        await engine.execute(
          insertInto(notes).values([
            { id: 1, title: 'sleeping dogs' },
            { id: 2, title: 'running cats' },
          ]),
        )
      }
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    if (target.startsWith('postgres')) {
      const t = bag
      const cases: readonly (readonly [string, any, unknown])[] = [
        ['at', t.tags.at(2), 'b'],
        ['at nothing', t.tags.at(9), null],
        ['slice', t.tags.slice(2, 3), ['b', 'c']],
        ['slice to the end', t.tags.slice(2), ['b', 'c']],
        ['contains', t.tags.contains(['b']), true],
        ['containedBy', t.tags.containedBy(['a', 'b']), false],
        ['overlaps', t.tags.overlaps(['x', 'c']), true],
        ['append', t.tags.append('d'), ['a', 'b', 'c', 'd']],
        ['prepend', t.tags.prepend('z'), ['z', 'a', 'b', 'c']],
        ['concat', arrayConcat(t.tags, ['y']), ['a', 'b', 'c', 'y']],
        ['length', arrayLength(t.tags), 3],
        ['any of an array', literal('b').eq(any(t.tags)), true],
        ['range contains a value', t.span.contains(4), true],
        ['range contains a range', t.span.contains(range(2, 9)), false],
        ['range overlaps', t.span.overlaps(range(4, 9)), true],
        ['range adjacent', t.span.adjacent(range(5, 9)), true],
        ['range before', t.span.before(range(5, 9)), true],
        ['bounds', rangeUpper(t.span).sub(rangeLower(t.span)), 4],
        ['intersection', t.span.intersection(range(3, 9)), range(3, 5)],
        ['union', t.span.union(range(5, 9)), range(1, 9)],
        ['matches', toTsvector(t.body, 'english').matches(toTsquery('cat & !dog', 'english')), true],
        ['matches, as a function', matches(toTsvector(t.body), plaintoTsquery('dogs')), false],
        ['rank', tsRank(toTsvector(t.body), plaintoTsquery('cats')).gt(0), true],
        ['collate', t.body.collate('C').lt(literal('a')), false],
      ]
      test.each(cases)('%s', async (_, x, means) => {
        expect(await one(x)).toEqual(means)
      })
      test('series and elements', async () => {
        expect((await engine.all(select({ x: generateSeries(1, 7, 3) }))).map(({ x }) => x)).toEqual([1, 4, 7])
        expect((await engine.all(select({ x: unnest(bag.tags) }).from(bag))).map(({ x }) => x)).toEqual(['a', 'b', 'c'])
      })
    } else if (target === 'sqlite') {
      test('FTS5 matches a table and a column', async () => {
        expect(await engine.scalars(select({ x: docs.title }).from(docs).where(ftsMatch(docs, 'fat')).orderBy(docs.title))).toEqual([
          'fat',
          'one',
        ])
        expect(await engine.scalars(select({ x: docs.title }).from(docs).where(ftsMatch(docs.body, 'fat')))).toEqual(['one'])
      })
    } else {
      test('MATCH … AGAINST', async () => {
        const found = match(notes.title).against('+cats -dogs', 'boolean')
        expect(await engine.scalars(select({ x: notes.id }).from(notes).where(found.gt(0)))).toEqual([2])
        expect(await engine.scalars(select({ x: notes.id }).from(notes).where(match(notes.title).against('dogs').gt(0)))).toEqual([1])
      })
    }

    test('named values go where their names stand', async () => {
      const found = await engine.all(
        sql.text("SELECT :a AS a, ':b' AS b, :a AS c -- :nothing\n /* :else */", { a: 'x' }).returns({ a: text(), b: text(), c: text() }),
      )
      expect(found).toEqual([{ a: 'x', b: ':b', c: 'x' }])
    })
  })
}

describe('refused before anything is sent', () => {
  const t = table('t', { id: integer().primaryKey(), n: integer(), s: text(), x: doublePrecision() })
  test.each<readonly [string, () => unknown, RegExp]>([
    ['a name that is no function', () => fn('a; drop', text()), /is no function name/],
    ['an operator with a comment', () => operator('--', text()), /is no operator/],
    ['an operator that ends the statement', () => operator('; x', text()), /is no operator/],
    ['an operator of another kind', () => operator('/*', text()), /is no operator/],
    ['a name without a value', () => sql.text('SELECT :a', {}), /no value for :a/],
    ['a value without its name', () => sql.text('SELECT 1', { a: 1 }), /nothing in the text is called "a"/],
    ['an aggregate in FILTER', () => sum(t.n).filter(count().gt(1) as never), /cannot stand in FILTER of another aggregate/],
    ['an aggregate in the order of another', () => stringAgg(t.s, ',').orderBy(max(t.s)), /cannot stand in ORDER BY of another aggregate/],
    ['distinct with OVER', () => sum(t.n).distinct().over(), /no window form/],
    ['an order for a sum', () => sum(t.n).orderBy(t.n), /the same in every order/],
    ['two frames', () => sum(t.n).over({ orderBy: t.n, rows: [-1, 0], range: [-1, 0] }), /one frame/],
    ['a frame that ends before it begins', () => sum(t.n).over({ orderBy: t.n, rows: [1, -1] }), /begins before it ends/],
    ['a fraction of a row', () => sum(t.n).over({ orderBy: t.n, rows: [-1.5, 0] }), /whole numbers/],
    ['a bound of nobody', () => sum(t.n).over({ orderBy: t.n, rows: ['1 preceding' as never, 0] }), /begins and ends with one of/],
    ['a range without its key', () => sum(t.n).over({ range: [-1, 0] }), /one orderBy key/],
    ['exclude without a frame', () => sum(t.n).over({ orderBy: t.n, exclude: 'ties' }), /needs a frame/],
    ['a misspelt option', () => sum(t.n).over({ orderby: t.n } as never), /has no option "orderby"/],
    ['bits of a fraction', () => t.x.bitAnd(1), /no whole number/],
    ['a shift by too much', () => t.n.shiftLeft(64), /from 0 to 63/],
    ['a tuple of another size', () => tuple(t.id, t.n).eq([1] as never), /a tuple of 2/],
    ['null in a tuple', () => tuple(t.id, t.n).eq([1, null] as never), /never true/],
    ['digits of a double', () => round(t.x, 2), /cast t.x to numeric/],
    ['a negative length', () => left(t.s, -1), /from 0/],
    ['a lag by a fraction', () => lag(t.n, 0.5), /whole number/],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message)
  })

  test('an expression that is another each time is not written twice', () => {
    const rolled = fn('random_number', integer())()
    expect(() => compile(select({ x: literal(1).betweenSymmetric(rolled, 3) }), 'sqlite')).toThrow(/evaluated twice/)
  })
})
