/** What each expression means that only some databases have: arrays, ranges, full text, functions that yield rows; the rest refuse it. */

import {
  acos,
  array,
  arrayConcat,
  arrayLength,
  atan,
  cos,
  count,
  currentDate,
  dateDiff,
  exists,
  ftsMatch,
  generateSeries,
  json,
  jsonArrayElements,
  literal,
  match,
  matches,
  max,
  min,
  now,
  phrasetoTsquery,
  plaintoTsquery,
  radians,
  rangeIsEmpty,
  rangeLower,
  rangeUpper,
  select,
  sin,
  sum,
  table,
  tan,
  text,
  toTsquery,
  toTsvector,
  tsRank,
  unnest,
  websearchToTsquery,
} from 'quern'
import { int4range, range } from 'quern/postgres'
import { allBut, each, type Meaning, only, over, things as t } from './functions-table.js'

/** A table of words with an index of them, which SQLite makes of a virtual table. */
export const docs = table('docs', { title: text(), body: text() })

const tags = literal(['a', 'b', 'c'], array(text()))
const span = literal(range(1, 5), int4range())
const words = toTsvector(literal('a fat cat sat'), 'english')
const all3 = (value: unknown) => [value, value, value]
const series = select({ v: generateSeries(1, 7, 3) }).subquery('series')
const parts = select({ v: unnest(tags) }).subquery('parts')
const elements = select({ v: jsonArrayElements(literal([1, 'x'], json<(number | string)[]>())) }).subquery('elements')
const noMatch = { postgres: 'matchAgainst', sqlite: 'matchAgainst' } as const
const radius = (f: (x: number) => number) => [f(2.5), f(-0.5), null]

export const ownMeanings: readonly Meaning[] = [
  each('sin', sin(t.x), radius(Math.sin), {}, true),
  each('cos', cos(t.x), radius(Math.cos), {}, true),
  each('tan', tan(t.x), radius(Math.tan), {}, true),
  each('atan', atan(t.x), radius(Math.atan), {}, true),
  each('acos', acos(literal(0.5)), all3(Math.PI / 3), {}, true),
  each('radians', radians(literal(180)), all3(Math.PI), {}, true),
  each('now', now().gt(t.at), [true, true, null]),
  each('currentDate', currentDate().gt(t.day), [true, true, null]),
  each('dateDiff hours', dateDiff('hour', t.at, new Date(0)), [-474781, 0, null]),
  each('dateDiff minutes', dateDiff('minute', t.at, new Date(0)), [-28486874, 0, null]),
  each('dateDiff seconds', dateDiff('second', t.at, new Date(0)), [-1709212455, 0, null]),
  over('min', min(t.n), -5),
  // arrays
  each('an element of an array', tags.at(2), all3('b'), only('arrays')),
  each('an element that is not there', tags.at(9), all3(null), only('arrays')),
  each('a slice of an array', tags.slice(2, 3), all3(['b', 'c']), only('arrays')),
  each('a slice to the end', tags.slice(2), all3(['b', 'c']), only('arrays')),
  each('an array contains another', tags.contains(['b']), all3(true), only('arrays')),
  each('an array is contained by another', tags.containedBy(['a', 'b']), all3(false), only('arrays')),
  each('arrays overlap', tags.overlaps(['x', 'c']), all3(true), only('arrays')),
  each('append', tags.append('d'), all3(['a', 'b', 'c', 'd']), only('arrays')),
  each('prepend', tags.prepend('z'), all3(['z', 'a', 'b', 'c']), only('arrays')),
  each('arrayConcat', arrayConcat(tags, ['y']), all3(['a', 'b', 'c', 'y']), only('arrays')),
  each('arrayLength', arrayLength(tags), all3(3), only('arrays')),
  // ranges
  each('a range contains a value', span.contains(4), all3(true), only('ranges')),
  each('a range is contained by another', span.containedBy(range(0, 9)), all3(true), only('ranges')),
  each('ranges overlap', span.overlaps(range(4, 9)), all3(true), only('ranges')),
  each('ranges are adjacent', span.adjacent(range(5, 9)), all3(true), only('ranges')),
  each('a range before another', span.before(range(5, 9)), all3(true), only('ranges')),
  each('a range after another', span.after(range(5, 9)), all3(false), only('ranges')),
  each('rangeLower and rangeUpper', rangeUpper(span).sub(rangeLower(span)), all3(4), only('ranges')),
  each('rangeIsEmpty', rangeIsEmpty(span), all3(false), only('ranges')),
  each('the intersection of ranges', span.intersection(range(3, 9)), all3(range(3, 5)), only('ranges')),
  each('the union of ranges', span.union(range(5, 9)), all3(range(1, 9)), only('ranges')),
  // full text
  each('matches toTsquery', words.matches(toTsquery('cat & !dog', 'english')), all3(true), only('textSearch')),
  each('matches plaintoTsquery', matches(words, plaintoTsquery('dogs', 'english')), all3(false), only('textSearch')),
  each('matches phrasetoTsquery', words.matches(phrasetoTsquery('fat cat', 'english')), all3(true), only('textSearch')),
  each('matches websearchToTsquery', words.matches(websearchToTsquery('"cat fat"', 'english')), all3(false), only('textSearch')),
  each('tsRank', tsRank(words, plaintoTsquery('cats', 'english')).gt(0), all3(true), only('textSearch')),
  each('match against', match(t.name).against('äbc').gt(0), [true, false, false], noMatch),
  each('match against, boolean', match(t.name).against('-zzz +äbc', 'boolean').gt(0), [true, false, false], noMatch),
  each('match against, with expansion', match(t.name).against('äbc', 'expansion').gt(0), [true, false, false], noMatch),
  each(
    'ftsMatch of a table',
    exists(
      select({ one: literal(1) })
        .from(docs)
        .where(ftsMatch(docs, 'fat')),
    ),
    all3(true),
    allBut('sqlite', 'fts5'),
  ),
  each(
    'ftsMatch of a column',
    exists(
      select({ one: literal(1) })
        .from(docs)
        .where(ftsMatch(docs.title, 'cat')),
    ),
    all3(false),
    allBut('sqlite', 'fts5'),
  ),
  // rows of functions
  each(
    'generateSeries',
    select({ x: sum(series.v) })
      .from(series)
      .scalar(),
    all3(12),
    only('generateSeries'),
  ),
  each(
    'unnest',
    select({ x: max(parts.v) })
      .from(parts)
      .scalar(),
    all3('c'),
    only('arrays'),
  ),
  each('jsonArrayElements', select({ x: count() }).from(elements).scalar(), all3(2), only('generateSeries')),
]
