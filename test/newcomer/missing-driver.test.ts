/** A client library that is not installed, or installed without its native part: a program of its own, with the built packages. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectHidden } from './complaint.js'

const root = join(__dirname, '../..')
const secret = 'Hq7!vXk9/Lw2%bN:tR'
const libraries = ['pg', 'mysql2', 'better-sqlite3']
const schemes = [
  ['postgresql', 'postgres', 'pg'],
  ['mysql', 'mysql', 'mysql2'],
  ['mariadb', 'mariadb', 'mysql2'],
  ['sqlite', 'sqlite', 'better-sqlite3'],
] as const

/** A project with Quern as it is published, everything it depends on, and no client library. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-without-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@quern'), { recursive: true })
  for (const name of readdirSync(join(root, 'packages'))) {
    const built = join(root, 'packages', name)
    if (!existsSync(join(built, 'dist'))) throw new Error(`packages/${name} is not built; run: npm run build`)
    // copied, because a link would lead back to where the libraries are installed
    const place = join(modules, name === 'quern' ? name : `@quern/${name}`)
    cpSync(join(built, 'dist'), join(place, 'dist'), { recursive: true })
    cpSync(join(built, 'package.json'), join(place, 'package.json'))
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (['@quern', 'quern', '.bin', '.package-lock.json', ...libraries].includes(name)) continue
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  return folder
}

/** What a program that connects to the URL prints. */
function connecting(folder: string, url: string): Promise<string> {
  const program = join(folder, 'program.mjs')
  writeFileSync(
    program,
    `import { inspect } from 'node:util'
    import { createEngine, DriverMissingError, QuernError, ConnectError } from 'quern'
    const engine = createEngine(process.env.URL_OF_TEST, { echo: console.log })
    for (const attempt of [1, 2]) {
      const error = await engine.connect().then(() => new Error('it connected'), (error) => error)
      console.log(JSON.stringify({
        attempt, message: error.message, name: error.name, code: error.code,
        missing: error instanceof DriverMissingError, connect: error instanceof ConnectError, ours: error instanceof QuernError,
      }))
      console.log('shown', inspect(error, { depth: 10 }), inspect(engine, { depth: 10, showHidden: true }), JSON.stringify(error))
    }
    await engine.close()`,
  )
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], {
      cwd: folder,
      timeout: 10_000,
      env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: '', URL_OF_TEST: url },
    })
    let printed = ''
    child.stdout.on('data', (data) => (printed += data))
    child.stderr.on('data', (data) => (printed += data))
    child.on('error', reject)
    child.on('close', (status) => (status === 0 ? resolve(printed) : reject(new Error(`it ended with ${status}: ${printed}`))))
  })
}
const answers = (printed: string) =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('{"attempt"'))
    .map((line) => JSON.parse(line))

describe('a client library', () => {
  const folder = project()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const urlFor = (scheme: string) => (scheme === 'sqlite' ? 'sqlite://' : `${scheme}://ada:${encodeURIComponent(secret)}@127.0.0.1:1/app`)

  test.each(schemes)('%s:// without it', async (scheme, dialect, library) => {
    const printed = await connecting(folder, urlFor(scheme))
    const message = `${dialect} needs the package ${library}, which is not installed; run: npm install ${library}`
    const said = { message, name: 'DriverMissingError', code: 'DRIVER_MISSING', missing: true, ours: true }
    expect(answers(printed)).toMatchObject([said, said])
    expectHidden(secret, printed)
  })

  test.each(schemes.filter(([scheme]) => scheme !== 'mariadb'))(
    '%s:// with one that lacks a package of its own',
    async (scheme, _, library) => {
      const place = join(folder, 'node_modules', library)
      mkdirSync(place)
      writeFileSync(join(place, 'package.json'), JSON.stringify({ name: library, version: '1.0.0', main: 'index.js' }))
      writeFileSync(join(place, 'index.js'), "require('a-package-that-nobody-has')")
      try {
        const printed = await connecting(folder, urlFor(scheme))
        const [answer] = answers(printed)
        // the cause is in its own words: to install the library again would not be what helps
        expect(answer).toMatchObject({ message: expect.stringContaining('a-package-that-nobody-has'), missing: false })
        expectHidden(secret, printed)
      } finally {
        rmSync(place, { recursive: true })
      }
    },
  )

  test('better-sqlite3 without its compiled part', async () => {
    const place = join(folder, 'node_modules/better-sqlite3')
    cpSync(join(root, 'node_modules/better-sqlite3'), place, {
      recursive: true,
      filter: (path) => !/better-sqlite3\/(build|deps|src)/.test(path),
    })
    try {
      const [answer] = answers(await connecting(folder, 'sqlite://'))
      expect(answer).toMatchObject({ ours: true })
      expect(answer.message).not.toMatch(/\n|:$|Tried/)
      expect(answer.message).toMatch(/better-sqlite3.*npm rebuild better-sqlite3/)
    } finally {
      rmSync(place, { recursive: true })
    }
  })
})
