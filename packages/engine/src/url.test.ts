import { inspect } from 'node:util'
import { parseUrl, UrlError } from './url.js'

const at = (text: string) => {
  const { dialect, host, port, user, password, database } = parseUrl(text)
  return [dialect, host, port, user, password, database]
}

test.each([
  ['postgresql://ada:secret@db.example:6432/app', ['postgres', 'db.example', 6432, 'ada', 'secret', 'app']],
  ['postgres://ada@localhost', ['postgres', 'localhost', 5432, 'ada', undefined, undefined]],
  ['mysql://root:@127.0.0.1/app', ['mysql', '127.0.0.1', 3306, 'root', '', 'app']],
  ['mariadb://root@[::1]:3307/app', ['mariadb', '::1', 3307, 'root', undefined, 'app']],
  ['POSTGRESQL://h/db', ['postgres', 'h', 5432, undefined, undefined, 'db']],
  ['postgresql:///app', ['postgres', 'localhost', 5432, undefined, undefined, 'app']],
  ['postgresql://ada@%2Fvar%2Frun/app', ['postgres', '/var/run', 5432, 'ada', undefined, 'app']],
  ['mysql://a%40b:p%3Aw%2F%25@h/d%20b', ['mysql', 'h', 3306, 'a@b', 'p:w/%', 'd b']],
  ['mysql://u:p@ss@h/db', ['mysql', 'h', 3306, 'u', 'p@ss', 'db']],
  ['mysql://u:p#a+b@h/db', ['mysql', 'h', 3306, 'u', 'p#a+b', 'db']],
  ['sqlite:///relative.db', ['sqlite', undefined, undefined, undefined, undefined, 'relative.db']],
  ['sqlite:////absolute/path.db', ['sqlite', undefined, undefined, undefined, undefined, '/absolute/path.db']],
  ['sqlite:///with%20space.db', ['sqlite', undefined, undefined, undefined, undefined, 'with space.db']],
  ['sqlite://', ['sqlite', undefined, undefined, undefined, undefined, ':memory:']],
  ['sqlite::memory:', ['sqlite', undefined, undefined, undefined, undefined, ':memory:']],
  ['sqlite:///:memory:', ['sqlite', undefined, undefined, undefined, undefined, ':memory:']],
])('%s', (text, expected) => {
  expect(at(text)).toEqual(expected)
})

test.each([
  ['oracle://h/db', 'oracle: is no database URL; Quern knows postgresql:// (or postgres://), mysql://, mariadb:// and sqlite://'],
  ['just-a-word', 'this is no database URL; Quern knows'],
  ['postgresql:h', 'a postgresql URL starts with postgresql://'],
  ['sqlite://file.db', 'it has no host'],
  ['mysql://h:0/db', 'a number from 1 to 65535'],
  ['mysql://h:65536/db', 'a number from 1 to 65535'],
  ['mysql://::1/db', 'an IPv6 address stands in brackets'],
  ['mysql://h/db?host=evil', 'host belongs before the question mark'],
  ['mysql://h/db?Password=x', 'password belongs before the question mark'],
  ['mysql://h/db?__proto__=1', 'unknown option __proto__'],
  ['mysql://h/db?nope=1', 'unknown option nope'],
  ['mysql://h/db%00', 'must not contain NUL'],
  ['mysql://h/db\0', 'must not contain NUL'],
])('refuses %s', (text, sentence) => {
  expect(() => parseUrl(text)).toThrow(UrlError)
  expect(() => parseUrl(text)).toThrow(sentence)
})

/** Passwords that break a URL: what they leave behind must not be repeated, wherever it ends up. */
test.each([
  'mysql://u:hush/hush@h/db',
  'mysql://u:1/hush@h/db',
  'mysql://u:hush?hush@h/db',
  'mysql://u:hush%2@h/db',
  'mysql://u:hush@h:hush/db',
  'hush://u:hush@h',
  'mysql://u:x@h/db?hush hush=1',
])('shows nothing of %s', (text) => {
  // A scheme that is a plain word is repeated, as it cannot be a password.
  const words = text.startsWith('hush:') ? /u:hush|hush@/ : /hush/
  let message = ''
  try {
    parseUrl(text)
  } catch (error) {
    message = inspect(error).replaceAll(text, '')
    expect(error).toBeInstanceOf(UrlError)
    expect((error as Error).message).not.toMatch(words)
  }
  expect(message).not.toBe('')
})

test('the password is read and not shown', () => {
  const url = parseUrl('mysql://u:hush@h/db')
  expect(url.password).toBe('hush')
  for (const shown of [inspect(url, { showHidden: false }), JSON.stringify(url), JSON.stringify({ ...url }), inspect(Object.values(url))]) {
    expect(shown).not.toContain('hush')
  }
})
