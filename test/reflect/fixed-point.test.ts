/** Reflect, create in an empty database, reflect again: for databases that others made, compared by the servers' own words, too. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEngine, type Engine, inspect, printTables, reflect, warningsOf } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { compilerOptions, root } from './compiling.js'
import { countedBy, countsOf } from './counting.js'
import { loadSchema, rowsOf, runScript, runStatements, samples, schemaStatements } from './databases.js'
import { catalogOf, dumpOf } from './independent.js'

/** What a copy has in other words than the original, or not at all: each with a warning of `reflect`, or the same to the server. */
const exceptions: Readonly<Record<FreshDatabase['dialect'], readonly (readonly [RegExp, string])[]>> = {
  postgres: [
    // the type without decimals has six
    [/timestamp\(6\)/g, 'timestamp'],
    [/time\(6\)/g, 'time'],
    // a table repeats the columns that it inherits, so that statements can name them
    [/^(CREATE TABLE public\.payment_p2007_\d\d \( ).*?(CONSTRAINT)/g, '$1$2'],
    [/^ALTER TABLE ONLY public\.payment_p2007_\d\d ALTER COLUMN payment_id SET DEFAULT .*/g, ''],
    [/payment_p2007_\d\d_(\w+_not_null)/g, 'payment_$1'],
  ],
  mysql: [
    // a warning says so
    [/ ON UPDATE CURRENT_TIMESTAMP(\(\d?\))?/gi, ''],
    [/ DEFAULT NULL/g, ''],
    [/^CREATE .*?(SQL SECURITY \w+ )?VIEW/g, 'CREATE VIEW'],
    // MySQL names the columns of a view twice where they were given
    [/^CREATE VIEW (`[^`]+`) \([^()]*\) AS/g, 'CREATE VIEW $1 AS'],
    // the character set of text that has its own collation
    [/ CHARACTER SET utf8mb4/g, ''],
    // a parenthesis around a default that is an expression
    [/DEFAULT \((CURRENT_TIMESTAMP|now\(\))\)/gi, 'DEFAULT CURRENT_TIMESTAMP'],
    [/ (current_timestamp\(\)|CURRENT_TIMESTAMP\(\))/gi, ' CURRENT_TIMESTAMP'],
    // the character set of the connection that made the view
    [/_utf8mb[34](?=')/g, ''],
  ],
  mariadb: [],
  sqlite: [
    // keys that count by themselves get AUTOINCREMENT, which brings NOT NULL along; a warning says so
    [/^(\S+ 0 \S+ INTEGER) [01] null 1 0$/g, '$1 key'],
    // a default that is NULL says nothing, and a number may be written in several ways
    [/ NULL (?=\d \d$)/g, ' null '],
    [/(?<=\d)e0 /g, ' '],
    [/ (TRUE|FALSE)\b/gi, (word: string) => (/TRUE/i.test(word) ? ' 1' : ' 0')] as never,
  ],
}
const spelled = (dialect: FreshDatabase['dialect'], lines: readonly string[]): string[] =>
  lines
    .map((line) => exceptions[dialect === 'mariadb' ? 'mysql' : dialect].reduce((text, [from, to]) => text.replace(from, to), line))
    .filter((line) => line !== '')
    .sort()

describe.each(targets)('%s', (target) => {
  const databases: FreshDatabase[] = []
  const engines: Engine[] = []
  const sources = new Map<string, string>()
  let directory: string

  async function open(): Promise<{ database: FreshDatabase; engine: Engine }> {
    const database = await freshDatabase(target)
    databases.push(database)
    const engine = createEngine(database.url)
    engines.push(engine)
    return { database, engine }
  }
  beforeAll(async () => {
    await mkdir(join(root, '.cache'), { recursive: true })
    directory = await mkdtemp(join(root, '.cache/fixed-'))
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  })
  afterAll(async () => {
    for (const engine of engines) await engine.close()
    for (const database of databases) await database.drop()
    await rm(directory, { recursive: true, force: true })
  })

  describe.each(samples)('%s', (sample) => {
    let original: Awaited<ReturnType<typeof open>>
    let copy: Awaited<ReturnType<typeof open>>

    beforeAll(async () => {
      original = await open()
      await loadSchema(sample, original.database)
      copy = await open()
      await functionsOf(copy.database)
      await (await reflect(original.engine, { views: true })).createAll(copy.engine)
    })

    /** What views call: metadata has no routines. */
    async function functionsOf(database: FreshDatabase): Promise<void> {
      if (sample !== 'sakila' || database.dialect === 'sqlite') return
      const statements = await schemaStatements(sample, database)
      if (database.dialect === 'postgres') {
        const aggregate = /CREATE FUNCTION public\._group_concat[\s\S]*?\$_\$;|CREATE AGGREGATE[\s\S]*?;/g
        await runScript(database, statements.join('\n').match(aggregate)!.join('\n'))
      } else
        await runStatements(
          database,
          statements.filter((statement) => /^CREATE FUNCTION/.test(statement)),
        )
    }

    test('is what it was, by reflection', async () => {
      const options = { views: true }
      const [before, after] = [await reflect(original.engine, options), await reflect(copy.engine, options)]
      const dialect = original.database.dialect
      for (const camel of [false, true]) {
        const source = printTables(before, { dialect, camel })
        // on MySQL the class of GROUP_CONCAT's text is the one that the session's group_concat_max_len asks for when the view is made
        const settled = (text: string) =>
          dialect === 'mysql' ? text.replace(/(film_?info|actors): \w+\(\)/gi, '$1').replace('\n  text,', '') : text
        expect(settled(printTables(after, { dialect, camel }))).toBe(settled(source))
        sources.set(`${sample}${camel ? '-camel' : ''}`, source)
      }
    })

    test('is what it was, by the catalogs', async () => {
      const { dialect } = original.database
      const [before, after] = [await catalogOf(original.database), await catalogOf(copy.database)]
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort())
      for (const kind of Object.keys(before))
        expect([kind, ...spelled(dialect, after[kind]!)]).toEqual([kind, ...spelled(dialect, before[kind]!)])
    })

    if (target.startsWith('postgres'))
      test('is what it was, by pg_dump', async () => {
        const [before, after] = [await dumpOf(original.database), await dumpOf(copy.database)]
        if (!before || !after) return console.log(`${target}: no pg_dump of the server's version, so it was not asked`)
        // triggers, routines and rules have no place in metadata; a warning says so
        const kept = (statements: readonly string[]) =>
          spelled(
            'postgres',
            statements.filter(
              (one) => !/^(CREATE (TRIGGER|FUNCTION|AGGREGATE|RULE)|[^C].*\$|\$)/.test(one) && /^(CREATE|ALTER|COMMENT)/.test(one),
            ),
          )
        expect(kept(after)).toEqual(kept(before))
      })

    test('every kind of thing is counted as the server counts it', async () => {
      const inspector = await inspect(original.engine)
      expect(await countedBy(inspector)).toEqual(await countsOf(original.database))
    })

    test('what has no place in metadata is in the warnings', async () => {
      const inspector = await inspect(original.engine)
      const warnings = warningsOf(await reflect(inspector, { views: true }))
      const named = (kind: string) => warnings.filter((warning) => warning.kind === kind)
      expect(named('trigger').map(({ name }) => name)).toEqual((await inspector.triggers()).map(({ name }) => name))
      expect(named('routine').map(({ table }) => table)).toEqual((await inspector.routines()).map(({ name }) => name))
      expect(named('rule').map(({ name }) => name)).toEqual(
        (await inspector.others()).flatMap(({ kind, name }) => (kind === 'rule' ? [name] : [])),
      )
      console.log(
        `${sample} on ${target}: ${warnings.length} warnings, ${named('trigger').length} of triggers, ${named('routine').length} of routines; the others:\n  ${warnings
          .filter(({ kind }) => kind !== 'trigger' && kind !== 'routine')
          .map(({ message }) => message)
          .join('\n  ')}`,
      )
      expect(await rowsOf(copy.database, 'SELECT 1')).toHaveLength(1)
    })
  })

  test('the sources compile as strictly as TypeScript can', async () => {
    expect(sources.size).toBe(samples.length * 2)
    for (const [name, source] of sources) await writeFile(join(directory, `${name}.ts`), source)
    const compiler = join(root, 'node_modules', '.bin', 'tsc')
    const { stdout } = await promisify(execFile)(compiler, ['-p', directory]).catch((error) => error)
    expect(stdout).toBe('')
  })
})
