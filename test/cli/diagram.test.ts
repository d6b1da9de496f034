import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '@quern/cli'
import * as functions from 'quern'
import { loadChinook } from '../reflect/databases.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const cache = join(__dirname, '../../.cache')

describe.each(targets)('quern diagram on %s', (target) => {
  let database: FreshDatabase
  let directory: string

  async function quern(...args: readonly string[]) {
    const told = { out: '', error: '' }
    const code = await run(['diagram', ...args], functions, {
      out: (text) => void (told.out += text),
      error: (text) => void (told.error += text),
    })
    return { code, ...told }
  }
  beforeAll(async () => {
    database = await freshDatabase(target)
    await loadChinook(database)
    await mkdir(cache, { recursive: true })
    directory = await mkdtemp(join(cache, 'diagram-'))
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
    await database.drop()
  })
  const at = (name: string) => join(directory, name)
  const album = target.startsWith('postgres') ? 'album' : 'Album'

  test('draws to standard output, or what the name of a file says', async () => {
    const shown = await quern(database.url)
    expect(shown).toMatchObject({ code: 0, error: '', out: expect.stringMatching(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/) })
    expect(await quern(database.url, '--out', at('a.svg'))).toEqual({ code: 0, out: '', error: '' })
    expect(await readFile(at('a.svg'), 'utf8')).toBe(shown.out)
    await quern(database.url, '--out', at('a.mmd'))
    const text = await readFile(at('a.mmd'), 'utf8')
    expect(text).toMatch(/^erDiagram\n {2}"/)
    expect((await quern(database.url, '--format', 'mermaid')).out).toBe(text)
    await quern(database.url, '--out', at('a.txt'), '--format', 'mermaid')
    expect(await readFile(at('a.txt'), 'utf8')).toBe(text)
  })

  test('filters, and keys alone', async () => {
    const { out } = await quern(database.url, '--format', 'mermaid', '--only', album.replace('bum', '*'), '--keys')
    expect(out.match(/^ {2}"[^"]+"/gm)!.slice(0, 1)).toEqual([`  "${album}"`])
    expect(out.match(/^ {4}\S+ \S+/gm)).toHaveLength(2)
    expect((await quern(database.url, '--format', 'mermaid', '--except', '*')).out).toBe('erDiagram\n')
  })

  test('errors are one sentence, and write nothing', async () => {
    const failures: [string[], string][] = [
      [[database.url, '--only', 'nothing'], 'there is no table "nothing"'],
      [[database.url, '--schema', 'nothing'], 'there is no schema "nothing"'],
      [[database.url, '--format', 'png'], '--format is svg or mermaid, not "png"'],
      [[database.url, '--out', at('b.png')], 'ends in neither .svg nor .mmd'],
      [['oracle://scott:tiger@host/db'], 'quern: '],
    ]
    for (const [args, sentence] of failures) {
      const { code, out, error } = await quern(...args)
      expect([code, out]).toEqual([1, ''])
      expect(error.trimEnd().split('\n')).toEqual([expect.stringContaining(sentence)])
      expect(error).not.toContain('tiger')
    }
    await expect(readFile(at('b.png'))).rejects.toThrow('ENOENT')
  })
})
