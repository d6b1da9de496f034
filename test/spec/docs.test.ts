import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownMeanings } from './functions-own.js'
import { meanings } from './functions-table.js'
import { cellsOf, cellsOfMeaning, withMatrix } from './matrix.js'
import { statements } from './statements.js'

const page = join(__dirname, '../../docs/dialects.md')

/** `QUERN_WRITE_DOCS=1 npx jest test/spec/docs` writes the page anew. */
test('docs/dialects.md says what the spec table says', () => {
  const text = readFileSync(page, 'utf8')
  const clauses = withMatrix(text, 'test/spec', statements.map(cellsOf))
  const expected = withMatrix(clauses, 'test/spec/functions', [...meanings, ...ownMeanings].map(cellsOfMeaning))
  if (process.env.QUERN_WRITE_DOCS) writeFileSync(page, expected)
  expect(readFileSync(page, 'utf8')).toBe(expected)
})
