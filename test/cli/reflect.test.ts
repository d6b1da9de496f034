import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '@quern/cli'
import * as functions from 'quern'
import { loadChinook, runScript } from '../reflect/databases.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const cache = join(__dirname, '../../.cache')

interface Outcome {
  readonly code: number
  readonly out: string
  readonly error: string
}

describe.each(targets)('quern reflect on %s', (target) => {
  let database: FreshDatabase
  let directory: string
  let bin: string

  /** As a process of its own, as users run it. */
  const started = (args: readonly string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      execFile(process.execPath, [bin, ...args], { cwd: directory }, (failure, out, error) => {
        resolve({ code: failure ? Number(failure.code) : 0, out, error })
      })
    })

  /** The same in this process: starting one takes longer than what it does. */
  async function quern(args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
    const told = { out: '', error: '' }
    const before = { ...process.env }
    Object.assign(process.env, environment)
    const placed = args.map((arg) => (/^\w+\.(ts|json)$/.test(arg) ? join(directory, arg) : arg))
    try {
      const code = await run(placed, functions, { out: (text) => void (told.out += text), error: (text) => void (told.error += text) })
      return { code, ...told }
    } finally {
      process.env = before
    }
  }

  beforeAll(async () => {
    database = await freshDatabase(target)
    await loadChinook(database)
    await mkdir(cache, { recursive: true })
    directory = await mkdtemp(join(cache, 'cli-'))
    // what the package quern does in its own file, over the built packages
    bin = join(directory, 'quern.mjs')
    await writeFile(
      bin,
      `import { run } from '@quern/cli'
      import { createEngine, inspect, printFiles, printTables, reflect, warningsOf } from 'quern'
      process.exitCode = await run(process.argv.slice(2), { createEngine, inspect, printFiles, printTables, reflect, warningsOf })`,
    )
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
    await database.drop()
  })

  const album = target.startsWith('postgres') ? 'album' : 'Album'
  const artist = target.startsWith('postgres') ? 'artist' : 'Artist'

  test('writes the tables to standard output, or to a file', async () => {
    const shown = await started(['reflect', database.url])
    expect(await quern(['reflect', database.url])).toEqual(shown)
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining(`export const ${album} = table('${album}', {`) })
    expect(await quern(['reflect', database.url, '--out', 'schema.ts'])).toMatchObject({ code: 0, out: '' })
    expect(await readFile(join(directory, 'schema.ts'), 'utf8')).toBe(shown.out)
    const some = await quern(['reflect', database.url, '--only', `${album},${artist}`, '--camel'])
    expect(some.out.match(/export const \w+/g)).toEqual(['export const artist', 'export const album', 'export const db'])
    expect(some.out).toContain('albumId: integer()')
  })

  test('--check is quiet while the file matches, and shows the lines that do not', async () => {
    const file = join(directory, 'checked.ts')
    await quern(['reflect', database.url, '--out', file])
    expect((await quern(['reflect', database.url, '--out', file, '--check'])).code).toBe(0)
    const before = await readFile(file, 'utf8')
    await runScript(database, 'CREATE TABLE fresh (id int NOT NULL, note varchar(10))')
    const changed = await quern(['reflect', database.url, '--out', file, '--check'])
    expect(changed).toMatchObject({ code: 1, out: '' })
    expect(changed.error).toContain('no longer matches the database')
    expect(changed.error).toContain('+   note: varchar(10),\n')
    expect(changed.error.split('\n').length).toBeLessThan(80)
    expect(await readFile(file, 'utf8')).toBe(before)
    await runScript(database, 'DROP TABLE fresh')
    expect((await quern(['reflect', database.url, '--out', file, '--check'])).code).toBe(0)
  })

  test('errors are one sentence, without a stack', async () => {
    const failures: [string[], string][] = [
      [['reflect', database.url, '--only', 'nothing'], 'there is no table "nothing"'],
      [['reflect', database.url, '--schema', 'nothing'], 'there is no schema "nothing"'],
      [['reflect', database.url, '--check'], '--check compares the database with a file'],
      [['reflect', database.url, '--check', '--out', 'missing.ts'], 'missing.ts'],
      [['reflect', 'oracle://scott:tiger@host/db'], 'quern: '],
    ]
    for (const [args, sentence] of failures) {
      const outcome = await quern(args)
      expect(outcome).toMatchObject({ code: 1, out: '' })
      const told = outcome.error.split('\n').filter((line) => line !== '' && !line.startsWith('warning: '))
      expect(told).toEqual([expect.stringContaining(sentence)])
      expect(outcome.error).not.toContain('tiger')
    }
    expect((await quern(['reflect', database.url, '--only', 'nothing'], { QUERN_DEBUG: '1' })).error).toContain('    at ')
    expect((await quern(['reflect'])).code).toBe(1)
    expect((await quern(['--help'])).code).toBe(0)
  })

  test('patterns choose tables', async () => {
    const some = await quern(['reflect', database.url, '--only', `${album.slice(0, 2)}*,${artist}`, '--except', 'x*'])
    expect(some.out.match(/export const \w+/g)).toEqual([`export const ${artist}`, `export const ${album}`, 'export const db'])
  })

  test('a config file says types and names of columns', async () => {
    const key = target.startsWith('postgres') ? 'title' : 'Title'
    const config = {
      only: [album, artist],
      camel: true,
      columns: { [`${album}.${key}`]: { use: 'title', from: './own.js', key: 'heading' } },
    }
    await writeFile(join(directory, 'quern.json'), JSON.stringify(config))
    const { out, code } = await quern(['reflect', database.url, '--config', 'quern.json'])
    expect(code).toBe(0)
    expect(out).toContain("import { title } from './own.js'")
    expect(out).toContain(`  heading: title().named('${key}').notNull()`)
    expect(out).toContain('export const album = table(')
  })

  test('a wrong config file is told by its key', async () => {
    const wrong: [object | string, string][] = [
      [{ camle: true }, 'wrong.json: Unrecognized key: "camle"'],
      [{ columns: { 'a.b': { mode: 'text' } } }, 'wrong.json: columns["a.b"].mode: '],
      [{ columns: { 'a.b': { tipe: 'x' } } }, 'wrong.json: columns["a.b"]: Unrecognized key: "tipe"'],
      [{ only: [1] }, 'wrong.json: only'],
      [{ columns: { 'no.such': { key: 'x' } } }, 'columns["no.such"] means no column'],
      [{ columns: { [`${album}.*`]: { use: 'evil(); x', from: './own.js' } } }, `columns["${album}.*"].use is the name of a function`],
      ['{ not json', 'wrong.json is no JSON'],
    ]
    for (const [content, sentence] of wrong) {
      await writeFile(join(directory, 'wrong.json'), typeof content === 'string' ? content : JSON.stringify(content))
      const outcome = await quern(['reflect', database.url, '--config', 'wrong.json'])
      expect(outcome).toMatchObject({ code: 1, out: '' })
      expect(outcome.error).toContain(sentence)
    }
  })

  test('one file per schema, which are checked together', async () => {
    const at = join(directory, 'schemas')
    expect((await quern(['reflect', database.url, '--per-schema', '--out', at])).code).toBe(0)
    const files = (await readdir(at)).sort()
    expect(files).toHaveLength(2)
    expect(files).toContain('index.ts')
    expect(await readFile(join(at, 'index.ts'), 'utf8')).toContain(
      `from './${files.find((name) => name !== 'index.ts')!.replace('.ts', '.js')}'`,
    )
    expect((await quern(['reflect', database.url, '--per-schema', '--out', at, '--check'])).code).toBe(0)
    await rm(join(at, 'index.ts'))
    expect(await quern(['reflect', database.url, '--per-schema', '--out', at, '--check'])).toMatchObject({ code: 1 })
    expect((await quern(['reflect', database.url, '--per-schema'])).error).toContain('name their directory with --out')
  })

  // a file has no password
  if (target !== 'sqlite')
    test('a password is never shown', async () => {
      const url = new URL(database.url)
      url.password = 'sw0rdf%40sh'
      for (const debug of ['', '1']) {
        const outcome = await quern(['reflect', url.href], { QUERN_DEBUG: debug })
        expect(outcome.code).toBe(1)
        expect(outcome.error).toContain('cannot connect')
        expect(outcome.error).not.toMatch(/sw0rdf/)
      }
    })
})
