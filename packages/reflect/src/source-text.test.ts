import { camelCase, Identifiers, member, propertyKey, stringLiteral, templateText } from './source-text.js'

/** Every text that could end a literal, and some that only look like it. */
const texts = [
  '',
  "'",
  '"',
  '\\',
  "\\'",
  '\\\\"',
  '`',
  '${x}',
  '\\${x}',
  '$',
  '${',
  '\n',
  '\r\n',
  '\r',
  '\0',
  '\x001',
  '\u2028\u2029',
  '\ufeff',
  '\u202e',
  '*/',
  '//',
  '</script>',
  '🙂',
  'é',
  '\ud800',
  'a\tb',
  '\x7f',
  "';alert(1);'",
  '\\u0041',
  '\\x41',
]
const evaluate = (source: string): unknown => new Function(`return (${source})`)()

test.each(texts)('a literal of %j means that text', (text) => {
  expect(evaluate(stringLiteral(text))).toBe(text)
  expect(evaluate(`\`${templateText(text)}\``)).toBe(text)
  expect(stringLiteral(text)).not.toMatch(/[\n\r\u2028\u2029\u202e\ufeff]/)
  const object = evaluate(`{ ${propertyKey(text)}: 1 }`) as object
  expect(Object.keys(object)).toEqual([text])
  expect(evaluate(`${member(`({ ${stringLiteral(text)}: 2 })`, text)}`)).toBe(2)
})

test('__proto__ is a key like any other', () => {
  const object = evaluate(`{ ${propertyKey('__proto__')}: 1 }`) as object
  expect(Object.keys(object)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
})

test('constants have names that a constant may have, each its own', () => {
  const names = new Identifiers(['table', 't'])
  const taken = ['users', 'users', 'class', 'table', 't', 'a b', 'a-b', '1st', '', '🙂', 'undefined', '__proto__'].map((name) =>
    names.take(name, 'Table'),
  )
  expect(taken).toEqual([
    'users',
    'users2',
    'classTable',
    'tableTable',
    'tTable',
    'a_b',
    'a_b2',
    '_1st',
    '_',
    '_2',
    'undefinedTable',
    '__proto__',
  ])
  expect(new Set(taken).size).toBe(taken.length)
  for (const name of taken) expect(() => evaluate(`(() => { 'use strict'; const ${name} = 1; return ${name} })()`)).not.toThrow()
})

test.each([
  ['manager_id', 'managerId'],
  ['ManagerId', 'managerId'],
  ['MANAGER ID', 'managerId'],
  ['managerId', 'managerId'],
  ['URLPath', 'urlPath'],
  ['OrderID', 'orderID'],
  ['ID', 'id'],
  ['a', 'a'],
  ['_x_y', 'xY'],
  ['***', '***'],
  ['naïve_größe', 'naïveGröße'],
])('camelCase of %j is %j', (name, expected) => {
  expect(camelCase(name)).toBe(expected)
})
