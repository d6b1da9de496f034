/** Trees of texts: of few letters, on whose order all collations agree. */
import fc from 'fast-check'
import {
  caseWhen,
  coalesce,
  jsonObject,
  jsonRemove,
  jsonSet,
  jsonType,
  left,
  literal,
  lower,
  lpad,
  ltrim,
  nullif,
  repeat,
  replace,
  right,
  rpad,
  rtrim,
  substring,
  text,
  trim,
  upper,
} from 'quern'
import { cells } from './table.js'
import { leaf, loose, type Str, strict, type Trees } from './tree.js'

export const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 })
const count = fc.integer({ min: 0, max: 6 })
const textIn = (value: unknown): string | null => (value === undefined || value === null ? null : String(value))

const leaves: fc.Arbitrary<Str>[] = [
  letters.map((given) =>
    leaf(
      'text',
      () => literal(given),
      () => given,
    ),
  ),
  fc.constant(
    leaf(
      'text column',
      () => cells.s,
      (row) => row.s,
    ),
  ),
  fc.constant(
    leaf(
      'json getText',
      () => cells.j.getText('t'),
      (row) => textIn(row.j?.t),
    ),
  ),
  fc.constant(
    leaf(
      'json get and getText',
      () => cells.j.get('o').getText('k', 1),
      (row) => textIn(row.j?.o?.k?.[1]),
    ),
  ),
  fc.constant(
    leaf(
      'jsonType',
      () => jsonType(cells.j.get('n')),
      (row) => (row.j?.n === undefined ? null : row.j.n === null ? 'null' : typeof row.j.n),
    ),
  ),
]

const document = fc.constant(
  leaf(
    'json column',
    () => cells.j,
    (row) => row.j,
  ),
)

const parts = ({ num, str }: Trees): fc.Arbitrary<Str>[] => [
  strict(
    'concat',
    [str, str],
    (x, y) => x.concat(y),
    (x, y) => x + y,
  ),
  strict(
    'replace',
    [str],
    (x, [from, to]) => replace(x, from, to),
    (x, [from, to]) => (from === '' ? x : x.replaceAll(from, to)),
    fc.tuple(letters, letters),
  ),
  strict(
    'substring',
    [str, num, num],
    (x, f, n) => substring(x, f, n),
    (x, f, n) => (n < 0 ? '' : x.slice(Math.max(f - 1, 0), Math.max(f - 1 + n, 0))),
  ),
  strict(
    'left',
    [str, num],
    (x, n) => left(x, n),
    (x, n) => x.slice(0, Math.max(n, 0)),
  ),
  strict(
    'right',
    [str, num],
    (x, n) => right(x, n),
    (x, n) => (n <= 0 ? '' : x.slice(-n)),
  ),
  strict(
    'lpad',
    [str],
    (x, n) => lpad(x, n, 'bc'),
    (x, n) => x.slice(0, n).padStart(n, 'bc'),
    count,
  ),
  strict(
    'rpad',
    [str],
    (x, n) => rpad(x, n, 'bc'),
    (x, n) => x.slice(0, n).padEnd(n, 'bc'),
    count,
  ),
  strict(
    'repeat',
    [str],
    (x, n) => repeat(x, n),
    (x, n) => x.repeat(n),
    count,
  ),
  strict(
    'trim',
    [str],
    (x) => trim(x, 'a'),
    (x) => x.replace(/^a+|a+$/g, ''),
  ),
  strict(
    'ltrim',
    [str],
    (x) => ltrim(x, 'b'),
    (x) => x.replace(/^b+/, ''),
  ),
  strict(
    'rtrim',
    [str],
    (x) => rtrim(x, 'c'),
    (x) => x.replace(/c+$/, ''),
  ),
  strict(
    'lower of upper',
    [str],
    (x) => lower(upper(x)),
    (x) => x,
  ),
]

const others = ({ num, bool, str, day }: Trees): fc.Arbitrary<Str>[] => [
  loose(
    'case of texts',
    [bool, str, str],
    (c, x, y) => caseWhen(c).then(x).else(y),
    (c, x, y) => (c === true ? x : y),
  ),
  loose('coalesce of texts', [str, str], coalesce, (x, y) => x ?? y),
  loose('nullif of texts', [str, str], nullif, (x, y) => (x !== null && x === y ? null : x)),
  strict(
    'cast of a number',
    [num],
    (x) => x.cast(text()),
    (x) => String(x),
  ),
  strict(
    'cast of a day',
    [day],
    (x) => x.cast(text()),
    (x) => x,
  ),
  loose(
    'jsonObject',
    [str],
    (x) => jsonObject({ k: x }).getText('k'),
    (x) => x,
  ),
  loose(
    'jsonSet',
    [document, str],
    (j, x) => jsonSet(j, ['t'], x).getText('t'),
    (j, x) => (j === null ? null : x),
  ),
  loose(
    'jsonRemove',
    [document, str],
    (j, x) => jsonRemove(jsonSet(j, ['u'], x), ['t']).getText('u'),
    (j, x) => (j === null ? null : x),
  ),
]

export const texts = (trees: Trees): fc.Arbitrary<Str>[] => [leaves, parts(trees), others(trees)].flat()
