/** Features that the sample databases do not have: written by hand, reflected, printed, created, and compared by the servers' own catalogs. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine, type Engine, inspect, type Metadata, printTables, reflect, warningsOf } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { compile, compilerOptions, root } from './compiling.js'
import { countedBy, countsOf } from './counting.js'
import { runScript, runStatements } from './databases.js'
import { featuresOf } from './features.js'
import { catalogOf } from './independent.js'

describe.each(targets)('features on %s', (target) => {
  const databases: FreshDatabase[] = []
  const engines: Engine[] = []
  let directory: string
  let database: FreshDatabase
  let engine: Engine
  let source: string

  async function open(): Promise<{ database: FreshDatabase; engine: Engine }> {
    const made = await freshDatabase(target)
    databases.push(made)
    const own = createEngine(made.url)
    engines.push(own)
    return { database: made, engine: own }
  }
  const read = () => reflect(engine, { views: true })

  beforeAll(async () => {
    await mkdir(join(root, '.cache'), { recursive: true })
    directory = await mkdtemp(join(root, '.cache/features-'))
    ;({ database, engine } = await open())
    const { script } = featuresOf[database.dialect]
    if (database.dialect === 'postgres' || database.dialect === 'sqlite') await runScript(database, script.join('\n;\n'))
    else await runStatements(database, script)
    source = printTables(await read(), { dialect: database.dialect })
  })
  afterAll(async () => {
    for (const one of engines) await one.close()
    for (const one of databases) await one.drop()
    await rm(directory, { recursive: true, force: true })
  })

  test('all of it is read in ten round trips', async () => {
    const asked: string[] = []
    const off = engine.on('query', ({ sql }) => asked.push(sql))
    await read()
    off()
    expect(asked.length).toBeLessThanOrEqual(10)
  })

  test('every kind of thing is counted as the server counts it', async () => {
    expect(await countedBy(await inspect(engine))).toEqual(await countsOf(database))
  })

  test('each is in the source', () => {
    for (const line of featuresOf[database.dialect].lines) expect(source).toContain(line)
  })

  test('what is not, is in the warnings', async () => {
    expect(
      warningsOf(await read())
        .map(({ message }) => message)
        .sort(),
    ).toEqual([...featuresOf[database.dialect].warnings].sort())
  })

  test('the source compiles, and makes the same database', async () => {
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    await writeFile(join(directory, 'schema.ts'), source)
    expect(await compile(directory)).toBe('')
    const copy = await open()
    if (database.dialect === 'postgres') await runScript(copy.database, 'CREATE SCHEMA audit')
    const printed = require(join(directory, 'schema.ts')) as { readonly db: Metadata<any> }
    await printed.db.createAll(copy.engine)
    expect(printTables(await reflect(copy.engine, { views: true }), { dialect: database.dialect })).toBe(
      source.replaceAll('.notValid()', ''),
    )
    const [before, after] = [await catalogOf(database), await catalogOf(copy.database)]
    for (const kind of Object.keys(before)) expect([kind, ...settled(after[kind] ?? [])]).toEqual([kind, ...settled(before[kind]!)])
  })
})

/** The same in other words: who made a view, a default's parentheses, types of no table, and what inheritance repeats. */
const settled = (lines: readonly string[]): string[] =>
  lines
    .map((line) =>
      line
        .replace(/^CREATE .*?VIEW/, 'CREATE VIEW')
        .replace(/^CREATE VIEW (`[^`]+`) \([^()]*\) AS/, 'CREATE VIEW $1 AS')
        .replace(/^(CREATE VIEW|CREATE TABLE)/i, '$1')
        .replace(/ DEFAULT NULL/g, '')
        .replace(/ NOT VALID/g, '')
        .replace(/child_(\w)_not_null/, 'p_$1_not_null')
        .replace(/ CHARACTER SET utf8mb4/g, '')
        .replace(/ \/\*!80023 INVISIBLE \*\//g, ''),
    )
    .sort()
