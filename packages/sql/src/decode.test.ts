import { generate } from './decode.js'
import type { Shape } from './nodes.js'

const doubled = (raw: number) => raw * 2
/** An object of plain keys, and one whose keys stand on every object, or in a text of their own. */
const shape = {
  entries: [
    ['id', 0],
    [
      'author',
      {
        entries: [
          ['name', 1],
          ['note"\n', 2],
        ],
        absent: 1,
      },
    ],
    [
      'odd',
      {
        entries: [
          ['__proto__', 0],
          ['constructor', 1],
          ['toString', 2],
        ],
      },
    ],
    ['last', 0],
  ],
} as unknown as Shape
const rows = [
  [1, 'a', null],
  [2, null, 'x'],
]

const [compiled, closures] = [
  generate(shape, [doubled, undefined, undefined], true),
  generate(shape, [doubled, undefined, undefined], false),
]
const odd = (values: readonly unknown[]) => Object.entries({ constructor: values[1], toString: values[2] })

test.each([
  ['the first of a result', (given: typeof rows) => compiled(given)],
  ['those that many came before', (given: typeof rows) => compiled(given, 100_000)],
  ['without code', (given: typeof rows) => closures(given)],
])('rows are plain objects with the keys that were asked for: %s', (_, read) => {
  const objects = read(rows) as { id: number; author: object | null; odd: object; last: number }[]
  expect(objects.map(({ id, author, last }) => ({ id, author, last }))).toEqual([
    { id: 2, author: { name: 'a', 'note"\n': null }, last: 2 },
    { id: 4, author: null, last: 4 },
  ])
  objects.forEach((object, i) => {
    expect(Object.keys(object)).toEqual(['id', 'author', 'odd', 'last'])
    expect(Object.entries(object.odd)).toEqual([['__proto__', (rows[i]![0] as number) * 2], ...odd(rows[i]!)])
    for (const each of [object, object.odd, object.author ?? {}]) expect(Object.getPrototypeOf(each)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(object, 'id')).toEqual({
      value: object.id,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  })
  expect(read([])).toEqual([])
})

test('a key that stands on every object by then is kept by the row itself', () => {
  Object.defineProperty(Object.prototype, 'guarded', { value: 'theirs', writable: false, configurable: true })
  try {
    const [row] = generate({ entries: [['guarded', 0]] } as unknown as Shape, [undefined], true)([['mine']]) as [{ guarded: string }]
    expect(row.guarded).toBe('mine')
    expect(Object.keys(row)).toEqual(['guarded'])
  } finally {
    Reflect.deleteProperty(Object.prototype, 'guarded')
  }
})
