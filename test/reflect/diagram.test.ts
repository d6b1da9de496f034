/** Pictures of databases: everything that the catalogs hold is in them, nothing lies on anything else, and names stay names. */
import { createEngine, diagram, type Engine, inspect } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { quoted } from './awkward.js'
import { loadSchema, rowsOf, runScript, samples } from './databases.js'
import { words } from './hostile-words.js'
import { all, faults, ofClass, parsed, rectangles, textOf, titles } from './pictures.js'

/** What the database has, asked without Quern: tables, columns, and which table refers to which, a line for each. */
const independent = {
  postgres: {
    tables: `SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
    columns: `SELECT c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
    references: `SELECT r.relname || ' ' || f.relname FROM pg_constraint JOIN pg_class r ON r.oid = conrelid JOIN pg_class f ON f.oid = confrelid WHERE contype = 'f'`,
  },
  mysql: {
    tables: `SELECT concat(table_schema, '.', table_name) FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE'`,
    columns: `SELECT column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = database() AND table_type = 'BASE TABLE'`,
    references: `SELECT concat(table_name, ' ', referenced_table_name) FROM information_schema.referential_constraints WHERE constraint_schema = database()`,
  },
  sqlite: {
    tables: `SELECT 'main.' || name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
    columns: `SELECT c.name FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`,
    references: `SELECT m.name || ' ' || k."table" FROM sqlite_schema m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table' AND k.seq = 0`,
  },
}

/** A database of any size: most tables refer to one made shortly before, some to the first ones, some to themselves. */
function manyTables(count: number, seed: number, nameOf: (i: number) => string): string[] {
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  const below = (n: number) => Math.floor(random() * n)
  return Array.from({ length: count }, (_, i) => {
    const others =
      i === 0 || random() < 0.1
        ? []
        : Array.from({ length: 1 + below(3) }, () =>
            random() < 0.7 ? Math.max(0, i - 1 - below(8)) : random() < 0.5 ? below(Math.min(3, i)) : below(i),
          )
    if (random() < 0.1) others.push(i)
    const keys = others.map(
      (to, k) =>
        `r${k} int${random() < 0.5 ? ' NOT NULL' : ''}${random() < 0.2 ? ' UNIQUE' : ''}, FOREIGN KEY (r${k}) REFERENCES ${nameOf(to)} (id)`,
    )
    const plain = Array.from(
      { length: below(14) },
      (__, k) => `${'column_'.repeat(1 + below(5))}${k} varchar(${1 + below(200)})${random() < 0.5 ? ' NOT NULL' : ''}`,
    )
    // a constraint after a column is what SQLite does not take
    const [columns, constraints] = [
      [...keys.map((key) => key.split(', FOREIGN')[0]!), ...plain],
      keys.map((key) => `FOREIGN${key.split(', FOREIGN')[1]}`),
    ]
    return `CREATE TABLE ${nameOf(i)} (id int NOT NULL PRIMARY KEY${[...columns, ...constraints].map((part) => `, ${part}`).join('')});`
  })
}

describe.each(targets)('pictures of %s', (target) => {
  const opened: { readonly database: FreshDatabase; readonly engine: Engine }[] = []
  async function open() {
    const database = await freshDatabase(target)
    const engine = createEngine(database.url)
    opened.push({ database, engine })
    return { database, engine }
  }
  afterAll(async () => {
    for (const { database, engine } of opened) {
      await engine.close()
      await database.drop()
    }
  })
  const linesOf = async (database: FreshDatabase, kind: 'tables' | 'columns' | 'references') =>
    (await rowsOf(database, independent[database.dialect === 'mariadb' ? 'mysql' : database.dialect][kind]))
      .map(([line]) => String(line))
      .sort()

  test.each(samples)('%s: every table, column and foreign key is there, and nothing lies on anything', async (sample) => {
    const { database, engine } = await open()
    await loadSchema(sample, database)
    const root = parsed(await diagram(engine))
    expect(titles(root, 'table').sort()).toEqual(await linesOf(database, 'tables'))
    expect(
      titles(root, 'column')
        .map((title) => title.split(' ')[0])
        .sort(),
    ).toEqual(await linesOf(database, 'columns'))
    const pairs = titles(root, 'reference').map((title) => title.replace(/^[^.]+\.(\S+) \(.*\) → [^.]+\.(\S+) \(.*$/, '$1 $2'))
    expect(pairs.sort()).toEqual(await linesOf(database, 'references'))
    expect(faults(root)).toEqual([])
    // an inspector that asks afresh draws the same
    expect(await diagram(await inspect(engine))).toBe(await diagram(engine))

    const text = await diagram(engine, { format: 'mermaid' })
    expect(text.match(/^ {2}"[^"]+"(?= \{$|$)/gm)).toHaveLength(rectangles(root, 'box').length)
    expect(text.match(/^ {4}\S/gm)).toHaveLength(titles(root, 'column').length)
    expect(text.match(/ (\|\||\|o)--(o\{|o\|) /g)).toHaveLength(pairs.length)
  })

  test('the ends of lines say how many there may be', async () => {
    const { database, engine } = await open()
    await runScript(
      database,
      `CREATE TABLE a (id int NOT NULL PRIMARY KEY, x int NOT NULL, y int NOT NULL, UNIQUE (x, y));
      CREATE TABLE b (id int NOT NULL PRIMARY KEY, many int NOT NULL, maybe int, one int NOT NULL UNIQUE, x int NOT NULL, y int, FOREIGN KEY (id) REFERENCES a (id),
        FOREIGN KEY (many) REFERENCES a (id), FOREIGN KEY (maybe) REFERENCES a (id), FOREIGN KEY (one) REFERENCES a (id), FOREIGN KEY (x, y) REFERENCES a (x, y));
      CREATE UNIQUE INDEX b_xy ON b (y, x);`,
    )
    const text = await diagram(engine, { format: 'mermaid' })
    expect(
      text
        .split('\n')
        .filter((line) => line.includes('--'))
        .sort(),
    ).toEqual([
      '  "a" |o--o{ "b" : "maybe"',
      '  "a" |o--o| "b" : "x, y"',
      '  "a" ||--o{ "b" : "many"',
      '  "a" ||--o| "b" : "id"',
      '  "a" ||--o| "b" : "one"',
    ])
    const root = parsed(await diagram(engine))
    expect(ofClass(root, 'mark').map(textOf).sort()).toEqual(['FK', 'FK', 'FK', 'FK', 'FK UQ', 'PK', 'PK FK'])
    const once = ofClass(root, 'reference').filter((one) => ![...all(one)].some(({ attributes }) => attributes.d?.includes('L')))
    expect(once.map((one) => textOf(one).replace(/^\S+ \(([^)]*)\).*$/, '$1')).sort()).toEqual(['id', 'one', 'x, y'])
  })

  test('filters choose what is drawn; what is referred to and not chosen stands there by name', async () => {
    const { database, engine } = await open()
    await runScript(
      database,
      `CREATE TABLE parent (id int NOT NULL PRIMARY KEY, note varchar(10)); CREATE TABLE child (id int NOT NULL PRIMARY KEY, up int, note varchar(10), FOREIGN KEY (up) REFERENCES parent (id));
      CREATE VIEW seen AS SELECT note FROM child;`,
    )
    const [schema] = titles(parsed(await diagram(engine, { only: ['parent'] })), 'table')[0]!.split('.')
    const some = parsed(await diagram(engine, { only: ['child'] }))
    expect(titles(some, 'table')).toEqual([`${schema}.child`, `${schema}.parent (not in this picture)`])
    expect(titles(some, 'reference')).toHaveLength(1)
    expect(faults(some)).toEqual([])
    expect(titles(parsed(await diagram(engine, { views: true, except: ['par*'] })), 'table')).toEqual([
      `${schema}.child`,
      `${schema}.seen (view)`,
      `${schema}.parent (not in this picture)`,
    ])
    const keys = parsed(await diagram(engine, { keysOnly: true }))
    expect(titles(keys, 'column').map((title) => title.split(' ')[0])).toEqual(['id', 'up', 'id'])
    await expect(diagram(engine, { keys: true } as never)).rejects.toThrow('diagram has no option "keys"')
    await expect(diagram(engine, { format: 'png' } as never)).rejects.toThrow('diagram has no format "png"')
    await expect(diagram(engine, { only: ['nothing'] })).rejects.toThrow('there is no table "nothing"')
  })

  test('a hundred tables, in whatever order they were made', async () => {
    const nameOf = (i: number) => `t${i}`
    const script = manyTables(100, 4, nameOf)
    const [first, second] = [await open(), await open()]
    await runScript(first.database, script.join('\n'))
    // a table after the one it refers to, and otherwise as late as possible
    const late = script.map((text, i) => ({ text, i, needs: [...text.matchAll(/REFERENCES t(\d+)/g)].map(([, n]) => Number(n)) }))
    const done = new Set<number>()
    while (done.size < late.length) {
      const next = late.findLast(({ i, needs }) => !done.has(i) && needs.every((n) => n === i || done.has(n)))!
      done.add(next.i)
    }
    await runScript(second.database, [...done].map((i) => script[i]).join('\n'))
    const picture = await diagram(first.engine)
    const nameless = (text: string, database: FreshDatabase) => text.replaceAll(`${database.name}.`, '')
    expect(nameless(await diagram(second.engine), second.database)).toBe(nameless(picture, first.database))
    const root = parsed(picture)
    expect(rectangles(root, 'box')).toHaveLength(100)
    expect(titles(root, 'reference')).toHaveLength(script.join('').match(/REFERENCES/g)!.length)
    expect(ofClass(root, 'frame').length).toBeGreaterThan(3)
    expect(faults(root)).toEqual([])
  })

  test('hostile names are text', async () => {
    const { database, engine } = await open()
    const own = words(database.dialect, 120)
    const q = (name: string) => quoted(database.dialect, name)
    // three directives of Mermaid's, and markup
    const names = [
      ...own.slice(0, 100),
      '%%{init: {"theme": "dark"}}%%',
      'direction LR',
      '---',
      '<script>alert(1)</script>',
      ']]>',
      '"]["x',
      '&amp;#34;',
      '<b onload="x">',
    ].slice(-100)
    const script = names.map(
      (table, i) =>
        `CREATE TABLE ${q(table)} (id int NOT NULL PRIMARY KEY, ${q(names.at(i - 7)!)} varchar(9), ${q(names.at(i - 3)!)} int${i === 0 ? '' : `, FOREIGN KEY (${q(names.at(i - 3)!)}) REFERENCES ${q(names[i - 1]!)} (id)`});`,
    )
    await runScript(database, script.join('\n'))
    const root = parsed(await diagram(engine))
    const known = new Set(['svg', 'title', 'style', 'rect', 'g', 'path', 'circle', 'text'])
    expect(
      [...all(root)].filter(({ name, attributes }) => !known.has(name) || Object.keys(attributes).some((key) => /^on|href/.test(key))),
    ).toEqual([])
    const visible = (text: string) =>
      text.replace(
        /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
        (c) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] ?? `\\u{${c.codePointAt(0)!.toString(16)}}`,
      )
    const shown = titles(root, 'table').map((title) => title.slice(title.indexOf('.') + 1))
    expect(shown.sort()).toEqual(names.map(visible).sort())
    expect(titles(root, 'reference')).toHaveLength(99)
    expect(faults(root)).toEqual([])

    const text = await diagram(engine, { format: 'mermaid' })
    const name = '"[\\p{L}\\p{M}\\p{N} _.,:()→#;-]+"'
    const attribute = '[A-Za-z_][A-Za-z0-9_()[\\],.-]*'
    const line = new RegExp(
      `^(erDiagram|  ${name}( \\{)?|    ${attribute} ${attribute}( (PK|FK|UK)(, (FK|UK))*)?( ${name})?|  \\}|  ${name} (\\|\\||\\|o)--o[{|] ${name} : ${name}|)$`,
      'u',
    )
    expect(text.split('\n').filter((one) => !line.test(one))).toEqual([])
    expect(text).not.toMatch(/direction\s+(LR|TB|RL|BT)/i)
    expect(new Set(text.match(/^ {2}"[^"]+"(?= \{$)/gm)).size).toBe(100)
  })

  // layouts are of our own making whatever the database is: many of them, where databases cost nothing
  if (target === 'sqlite')
    test.each([1, 2, 3, 5, 8, 13, 25, 40, 60, 90])('%i tables of any kind lie apart', async (count) => {
      const { database, engine } = await open()
      await runScript(database, manyTables(count, count * 31, (i) => `some_${'long_'.repeat(i % 6)}table_${i}`).join('\n'))
      expect(faults(parsed(await diagram(engine)))).toEqual([])
      expect(faults(parsed(await diagram(engine, { keysOnly: true })))).toEqual([])
    })

  if (target.startsWith('postgres'))
    test('three schemas are three frames, and lines run between them', async () => {
      const { database, engine } = await open()
      const schemas = ['shop', 'books', 'logs']
      const script = manyTables(100, 9, (i) => `${schemas[i % 10 < 5 ? 0 : i % 10 < 8 ? 1 : 2]}.t${i}`)
      await runScript(database, `${schemas.map((schema) => `CREATE SCHEMA ${schema};`).join('')}${script.join('\n')}`)
      const root = parsed(await diagram(engine, { schema: schemas }))
      expect(titles(root, 'table').sort()).toEqual(await linesOf(database, 'tables'))
      expect(ofClass(root, 'schema').map(textOf).sort()).toEqual([...schemas].sort())
      expect(faults(root)).toEqual([])
      const one = parsed(await diagram(engine, { schema: 'logs' }))
      expect(faults(one)).toEqual([])
      expect(
        titles(one, 'table')
          .filter((title) => !title.endsWith('(not in this picture)'))
          .every((title) => title.startsWith('logs.')),
      ).toBe(true)
    })
})
