import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine, type Engine, insertInto, metadata, type Runnable } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { differences } from './differences.js'
import { thingRows, things } from './functions-table.js'

const page = join(__dirname, '../../docs/differences.md')
const [begin, end] = ['<!-- from test/spec/differences.ts -->', '<!-- end -->']
const cell = (answer: unknown): string =>
  answer instanceof RegExp
    ? 'error'
    : answer === null
      ? 'NULL'
      : typeof answer === 'bigint'
        ? `${answer}`
        : typeof answer === 'string'
          ? `'${answer}'`
          : String(answer)
const lines = differences.map(
  ({ about, code, answers }) =>
    `| ${about}: \`${code}\` | ${[answers.postgres, answers.mysql, answers.mariadb, answers.sqlite].map(cell).join(' | ')} |`,
)
const tableText = `${begin}\n\n| | PostgreSQL | MySQL | MariaDB | SQLite |\n|---|---|---|---|---|\n${lines.join('\n')}\n\n${end}`

/** `QUERN_WRITE_DOCS=1 npx jest test/spec/differences` writes the page anew. */
test('docs/differences.md says what the probes say', () => {
  const text = readFileSync(page, 'utf8')
  const expected = text.slice(0, text.indexOf(begin)) + tableText + text.slice(text.indexOf(end) + end.length)
  if (process.env.QUERN_WRITE_DOCS) writeFileSync(page, expected)
  expect(readFileSync(page, 'utf8')).toBe(expected)
})

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ things }).createAll(engine)
      await engine.execute(insertInto(things).values(thingRows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each(differences)('$about', async ({ statement, answers }) => {
      const answer = answers[dialectOf(target)]
      const found = engine.scalar(statement as Runnable<any>)
      if (answer instanceof RegExp) await expect(found).rejects.toThrow(answer)
      else if (typeof answer === 'number') expect(await found).toBeCloseTo(answer, 12)
      else expect(await found).toEqual(answer)
    })
  })
}
