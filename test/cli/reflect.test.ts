import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

  const quern = (args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> =>
    new Promise((resolve) => {
      execFile(process.execPath, [bin, ...args], { cwd: directory, env: { ...process.env, ...environment } }, (failure, out, error) => {
        resolve({ code: failure ? Number(failure.code) : 0, out, error })
      })
    })

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
      import { createEngine } from 'quern'
      import { printTables, reflect, warningsOf } from '@quern/reflect'
      process.exitCode = await run(process.argv.slice(2), { createEngine, printTables, reflect, warningsOf })`,
    )
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
    await database.drop()
  })

  const album = target.startsWith('postgres') ? 'album' : 'Album'
  const artist = target.startsWith('postgres') ? 'artist' : 'Artist'

  test('writes the tables to standard output, or to a file', async () => {
    const shown = await quern(['reflect', database.url])
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
