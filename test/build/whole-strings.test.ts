import { SourceMap } from 'node:module'
import { transformSync } from 'esbuild'
import { wholeStrings } from '../../build/whole-strings.mjs'

/** Each name once, so that its place in the result is found by searching. */
const source = `#!/usr/bin/env node
import alpha from 'a module with quite a long name'
const beta = { 'a key that is as long as a line': gamma('one string', "two 'strings' \\u00e9 \\\\ of some length"), delta }
class Epsilon { zeta() { return \`a template \${eta('in which a long string stands')} and more\` + 'the last of the strings here' + theta } }
if (iota) kappa('a string', lambda, 'another string that is broken', mu, 'and one that is broken twice because it is so very long', nu)
`
const names = 'alpha beta gamma delta Epsilon zeta eta theta iota kappa lambda mu nu'.split(' ')

describe.each([20, 30, 44, 60])('lines of %i characters', (lineLimit) => {
  const { code, map } = transformSync(source, { minifyWhitespace: true, lineLimit, sourcemap: 'external', sourcefile: 'source.js' })

  test('no string is broken, and nothing else changes', async () => {
    const whole = await wholeStrings(code, map)
    const plain = transformSync(source, { minifyWhitespace: true }).code
    expect(transformSync(whole.code, { minifyWhitespace: true }).code).toBe(plain)
    expect(code).toMatch(/['"][^'"`]*\\\n/)
    expect(whole.code.replace(/`[^`]*`/g, '')).not.toContain('\\\n')
    expect(whole.code.split('\n')).toHaveLength(code.split('\n').length)
  })

  test('every name is mapped to where it stands', async () => {
    const whole = await wholeStrings(code, map)
    const found = new SourceMap(JSON.parse(whole.map))
    for (const name of names) {
      const [line, column] = placeOf(name, whole.code)
      expect([name, found.findEntry(line, column)]).toEqual([
        name,
        expect.objectContaining({ originalLine: placeOf(name, source)[0], originalColumn: placeOf(name, source)[1] }),
      ])
    }
  })
})

function placeOf(name: string, text: string): [line: number, column: number] {
  const lines = text.split('\n')
  const line = lines.findIndex((one) => new RegExp(`\\b${name}\\b`).test(one))
  return [line, lines[line]!.search(new RegExp(`\\b${name}\\b`))]
}
