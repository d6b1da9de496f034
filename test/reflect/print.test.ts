import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { printTables, reflect } from '@quern/reflect'
import { createEngine, type Engine, foreignKey, integer, metadata, primaryKey, schema, sql, table, text } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { awkwardScript } from './awkward.js'
import { compilerOptions, root } from './compiling.js'
import { loadChinook, runScript } from './databases.js'

const cache = join(root, '.cache')

describe.each(targets)('printed source of %s', (target) => {
  const databases: FreshDatabase[] = []
  const engines: Engine[] = []
  const sources: { readonly name: string; readonly source: string; readonly engine: Engine; readonly camel: boolean }[] = []
  let directory: string

  async function open(): Promise<{ database: FreshDatabase; engine: Engine }> {
    const database = await freshDatabase(target)
    databases.push(database)
    const engine = createEngine(database.url)
    engines.push(engine)
    return { database, engine }
  }

  beforeAll(async () => {
    await mkdir(cache, { recursive: true })
    directory = await mkdtemp(join(cache, 'printed-'))
    const chinook = await open()
    await loadChinook(chinook.database)
    const awkward = await open()
    await runScript(awkward.database, awkwardScript(awkward.database.dialect))
    for (const camel of [false, true]) {
      for (const [name, { database, engine }] of Object.entries({ chinook, awkward })) {
        const source = printTables(await reflect(engine), { dialect: database.dialect, camel })
        sources.push({ name: camel ? `${name}-camel` : name, source, engine, camel })
        await writeFile(join(directory, `${sources.at(-1)!.name}.ts`), source)
      }
    }
    // a package of its own, so that the compiler takes the sources for modules
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  })
  afterAll(async () => {
    for (const engine of engines) await engine.close()
    for (const database of databases) await database.drop()
    await rm(directory, { recursive: true, force: true })
  })

  test('type-checks as strictly as TypeScript can', async () => {
    const use = `import { type NewRow, type Row, select } from 'quern'
      import { db, ${target.startsWith('postgres') ? 'track' : 'Track as track'} } from './chinook.js'
      const row = {} as Row<typeof track>
      export const name: string = row.${target.startsWith('postgres') ? 'name' : 'Name'}
      // @ts-expect-error the name is not null
      export const none: null = row.${target.startsWith('postgres') ? 'name' : 'Name'}
      export const made: NewRow<typeof track>[] = []
      export const all = select(db.tables.${target.startsWith('postgres') ? 'track' : 'Track'})`
    await writeFile(join(directory, 'use.ts'), use)
    const compiler = join(root, 'node_modules', '.bin', 'tsc')
    const { stdout } = await promisify(execFile)(compiler, ['-p', directory]).catch((error) => error)
    expect(stdout).toBe('')
  })

  test('runs, and is a fixed point: source, database, source', async () => {
    for (const { name, source, camel } of sources) {
      const empty = await open()
      const printed = require(join(directory, `${name}.ts`)) as { readonly db: Parameters<typeof printTables>[0] }
      await printed.db.createAll(empty.engine)
      expect(printTables(await reflect(empty.engine), { dialect: empty.database.dialect, camel })).toBe(source)
    }
    expect(Object.hasOwn(globalThis, 'hacked')).toBe(false)
  })

  test('is the same every time', async () => {
    for (const { source, engine, camel } of sources)
      expect(printTables(await reflect(engine), { dialect: engine.dialect.name, camel })).toBe(source)
  })
})

describe('printing', () => {
  test('imports what it uses, refers forward and to itself, and leaves out the names that the database gives', () => {
    const users = table('users', { id: integer().primaryKey().identity(), email: text().notNull().unique(), boss: integer() }, (t) => [
      foreignKey(t.boss).references(t.id).onDelete('set null').named('users_boss_fkey'),
    ])
    const logs = schema('audit').table(
      'logs',
      {
        a: integer().notNull(),
        b: integer().references(() => users.id, { onDelete: 'cascade' }),
        note: text().default(sql`upper('x')`),
      },
      (t) => [primaryKey(t.a, t.b).named('logs_pkey')],
    )
    expect(
      printTables(metadata({ logs, users }), { dialect: 'postgres' }),
    ).toBe(`import { foreignKey, integer, metadata, primaryKey, schema, sql, table, text } from 'quern'

export const users = table('users', {
  id: integer().primaryKey().identity(),
  email: text().notNull().unique(),
  boss: integer(),
}, (t) => [
  foreignKey(t.boss).references(t.id).onDelete('set null'),
])

export const audit_logs = schema('audit').table('logs', {
  a: integer().notNull(),
  b: integer().references(() => users.id, { onDelete: 'cascade' }),
  note: text().default(sql\`upper('x')\`),
}, (t) => [
  primaryKey(t.a, t.b),
])

export const db = metadata({ users, logs: audit_logs })
`)
  })

  test('camelCase keeps the database names', () => {
    const one = table('order_lines', {
      order_id: integer().notNull(),
      OrderID: integer(),
      URLPath: text(),
      'a b': text(),
      '***': text(),
      id: integer(),
    })
    expect(printTables(metadata({ one }), { camel: true })).toBe(`import { integer, metadata, table, text } from 'quern'

export const orderLines = table('order_lines', {
  orderId: integer().named('order_id').notNull(),
  orderID: integer().named('OrderID'),
  urlPath: text().named('URLPath'),
  aB: text().named('a b'),
  '***': text(),
  id: integer(),
})

export const db = metadata({ orderLines })
`)
  })

  test('refuses what is a program of its own', () => {
    const one = table('one', { a: text().default(sql`${'x'}`) })
    expect(() => printTables(metadata({ one }))).toThrow(
      'the default of one.a is an expression of a program, which cannot be printed as source',
    )
  })
})
