/** docs/schema.md says what the feature tables say, which the tests beside this one run on four databases. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { compile, metadata, table } from 'quern'
import { expectedOn, objectFeatures } from './object-features.js'
import { declaredFor, tableFeatures } from './table-features.js'
import { typeFeatures } from './type-features.js'

const page = join(__dirname, '../../docs/schema.md')
const dialects = [postgres, mysql, mariadb, sqlite]
const refusals = new Set<string>()

const sentenceOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('this was said to be refused')
}
/** The names in the tables are made to break out of quotes, and some differ from run to run. */
const refused = (sentence: string): string => {
  refusals.add(sentence.replace(/ \([^()]*["'`;][^()]*\)/, ''))
  return 'refused'
}
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``
const grid = (head: string, rows: readonly (readonly string[])[]): string =>
  [
    `| ${head} | ${dialects.map(({ title }) => title).join(' | ')} |`,
    `|---|${dialects.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')

const types = grid(
  'type',
  typeFeatures.map(({ feature, column, made }) => [
    code(feature),
    ...dialects.map(({ name }) => {
      const how = made[name]
      if (typeof how === 'string') return code(how)
      const db = metadata({ t: table('t', { a: column() }) })
      return refused(sentenceOf(() => db.toDdl(name)))
    }),
  ]),
)
const tables = grid(
  'tables, columns, constraints, indexes',
  tableFeatures.map((row) => [
    row.feature,
    ...dialects.map(({ name }) => {
      const expected = row.expected[name]
      if (expected === 'yes') return 'yes'
      if ('since' in expected) return `from ${expected.since.replace(/(\.0)+$/, '')}`
      return refused(sentenceOf(() => metadata(declaredFor(row, name)).toDdl(name)))
    }),
  ]),
)
const objects = grid(
  'schema objects and statements',
  objectFeatures.map((row) => [
    row.feature,
    ...dialects.map(({ name }) =>
      expectedOn(row, name) === 'yes'
        ? 'yes'
        : refused(sentenceOf(() => row.statements.forEach((statement) => void compile(statement, name)))),
    ),
  ]),
)
const sentences = [...refusals].map((sentence) => `- ${sentence}`).join('\n')

const begin = '<!-- from test/ddl -->'
const end = '<!-- end -->'

/** `QUERN_WRITE_DOCS=1 npx jest test/ddl/docs` writes the page anew. */
test('docs/schema.md says what the feature tables say', () => {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  expect(to).toBeGreaterThan(from)
  const made = [begin, types, tables, objects, 'The refusals, word for word:', sentences, end].join('\n\n')
  const expected = text.slice(0, from) + made + text.slice(to + end.length)
  if (process.env.QUERN_WRITE_DOCS) writeFileSync(page, expected)
  expect(readFileSync(page, 'utf8')).toBe(expected)
})

test('no cell is empty', () => {
  for (const line of [types, tables, objects].join('\n').split('\n')) expect(line).not.toMatch(/\|\s*\|/)
})
