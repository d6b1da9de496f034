/** Five hundred names, comments and default texts that try to become code: what is printed says just these, and nothing is run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine, diff, type Engine, type Inspector, inspect, type Metadata, printFiles, printTables, reflect } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { literal, quoted } from './awkward.js'
import { compile, compilerOptions, root } from './compiling.js'
import { rowsOf, runScript } from './databases.js'
import { words } from './hostile-words.js'

const tables = 20
const columns = 25

describe.each(targets)('hostile texts on %s', (target) => {
  const databases: FreshDatabase[] = []
  const engines: Engine[] = []
  let directory: string
  async function open() {
    const database = await freshDatabase(target)
    databases.push(database)
    const engine = createEngine(database.url)
    engines.push(engine)
    return { database, engine, dialect: database.dialect }
  }
  beforeAll(async () => {
    await mkdir(join(root, '.cache'), { recursive: true })
    directory = await mkdtemp(join(root, '.cache/hostile-'))
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
  })
  afterAll(async () => {
    for (const engine of engines) await engine.close()
    for (const database of databases) await database.drop()
    await rm(directory, { recursive: true, force: true })
  })

  test('reflect, print, create, reflect is a fixed point, and the canary lives', async () => {
    const { database, engine, dialect } = await open()
    const names = words(dialect, tables * columns)
    expect(new Set(names).size).toBe(500)
    const q = (name: string) => quoted(dialect, name)
    const text = (value: string) => literal(dialect, value)
    const isMysql = dialect === 'mysql' || dialect === 'mariadb'
    const comment = (value: string) => (isMysql ? ` COMMENT ${text(value)}` : '')
    const script = names.slice(0, tables).map((table, i) => {
      const own = names.slice(i * columns, (i + 1) * columns)
      const list = own.map(
        (column, j) => `${q(column)} varchar(60) DEFAULT ${text(names[(i * columns + j + 1) % names.length]!)}${comment(column)}`,
      )
      const checks = own
        .slice(0, 2)
        .map((column, j) => `CONSTRAINT ${q(`${j}${column}`.slice(0, 20) + i)} CHECK (${q(column)} <> ${text(own[j + 2]!)})`)
      return `CREATE TABLE ${q(table)} (${[...list, ...(isMysql ? checks.slice(0, 1) : checks)].join(', ')})${comment(table)};
        CREATE INDEX ${q(`i${i}${own[3]}`.slice(0, 40))} ON ${q(table)} (${q(own[3]!)});
        ${dialect === 'postgres' ? [`COMMENT ON TABLE ${q(table)} IS ${text(own[5] ?? 'x')};`, ...own.map((column) => `COMMENT ON COLUMN ${q(table)}.${q(column)} IS ${text(`${column} of ${table}`)};`), `CREATE TYPE ${q(`e${table}`)} AS ENUM (${own.map(text).join(', ')});`, `CREATE DOMAIN ${q(`d${table}`)} AS text CONSTRAINT ${q(`c${table}`)} CHECK (VALUE <> ${text(table)});`].join('\n') : ''}
        CREATE VIEW ${q(`v${table}`)} AS SELECT ${q(own[0]!)} FROM ${q(table)} WHERE ${q(own[1]!)} <> ${text(own[2]!)};`
    })
    await runScript(database, `CREATE TABLE canary (a int); ${script.join('\n')}`)
    const inspector = await inspect(engine)
    const own = names.map((name, i) => ({
      table: names[Math.floor(i / columns)]!,
      name,
      default: names[(i + 1) % names.length]!,
      comment: isMysql ? name : dialect === 'postgres' ? `${name} of ${names[Math.floor(i / columns)]}` : null,
    }))
    /** What the inspector says, but of defaults what the server puts into a row. */
    const saidBy = async (database: FreshDatabase, inspector: Inspector) => {
      const given = names.slice(0, tables).map((table) => `INSERT INTO ${q(table)} ${isMysql ? '() VALUES ()' : 'DEFAULT VALUES'};`)
      await runScript(database, given.join('\n'))
      const said: typeof own = []
      for (const table of names.slice(0, tables)) {
        const list = await inspector.columns(table)
        // mysql2 takes no column that is called __proto__
        const [row] = await rowsOf(database, `SELECT ${list.map(({ name }, i) => `${q(name)} AS c${i}`).join(', ')} FROM ${q(table)}`)
        said.push(...list.map(({ name, comment }, i) => ({ table, name, default: String(row![i]), comment })))
      }
      return said
    }
    expect(await saidBy(database, inspector)).toEqual(own)

    const read = (from: Engine) => reflect(from, { views: true })
    for (const camel of [false, true]) {
      const source = printTables(await read(engine), { dialect, camel })
      const file = join(directory, `schema${camel}.ts`)
      await writeFile(file, source)
      const printed = require(file) as { readonly db: Metadata<any> }
      const copy = await open()
      await printed.db.createAll(copy.engine)
      expect((await diff(printed.db, copy.engine)).map(({ message }) => message)).toEqual([])
      expect(printTables(await read(copy.engine), { dialect, camel })).toBe(source)
      expect(await saidBy(copy.database, await inspect(copy.engine))).toEqual(own)
      expect((await (await inspect(copy.engine)).tables()).map(({ name }) => name)).toContain('canary')
    }
    const several = printFiles(await read(engine), { dialect, defaultSchema: '../evil/`${x}' })
    await mkdir(join(directory, 'several'))
    for (const [name, source] of Object.entries(several)) {
      expect(name).toMatch(/^[\p{L}\p{N}_-]+\.ts$/u)
      await writeFile(join(directory, 'several', name), source)
    }
    expect(await compile(directory)).toBe('')
    expect(Object.hasOwn(globalThis, 'hacked')).toBe(false)
    expect((await inspector.tables()).some(({ name }) => name === 'canary')).toBe(true)
  })
})
