// `npm run check:pack`: packs every package, installs the tarballs into an empty project outside the repository, and uses them as a
// stranger would: types with strict checks, a program on SQLite, what is hidden, what is loaded, what is said when a library is missing.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const folder = mkdtempSync(join(tmpdir(), 'pack-check-'))
const tarballs = join(folder, 'tarballs')
const project = join(folder, 'project')
const manifests = readdirSync(join(root, 'packages'))
  .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
  .map((name) => ({
    folder: join(root, 'packages', name),
    ...JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')),
  }))
/** As strict as a user's project can be. */
const strict = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
}
const failures = []
let passed = 0

try {
  mkdirSync(tarballs)
  const packed = JSON.parse(run('npm', ['pack', '--workspaces', '--json', '--pack-destination', tarballs], { cwd: root }).stdout)
  // npm 10 and 11 print a list, npm 12 an object by name.
  const packs = Array.isArray(packed) ? packed : Object.values(packed)
  for (const manifest of manifests) {
    const pack = packs.find(({ name }) => name === manifest.name)
    check(`${manifest.name} is whole`, () => checkPack(manifest, new Set(pack.files.map(({ path }) => path))))
  }
  install()
  check('a program passes strict type checks', () => {
    cpSync(join(here, 'program.mts'), join(project, 'program.mts'))
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: strict, files: ['program.mts'] }))
    succeeds(run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]))
  })
  check('it prints its rows', () => {
    equal(run(process.execPath, ['program.mjs'], { cwd: project }).stdout, readFileSync(join(here, 'expected.txt'), 'utf8'))
  })
  check('the command runs', () => {
    const { status, stdout } = run(join(project, 'node_modules/.bin/quern'), ['--help'], { cwd: project })
    if (status !== 0 || !stdout.startsWith('Usage: quern ')) throw new Error(`exit code ${status}: ${stdout}`)
  })
  check('only exported modules can be imported', () => {
    for (const module of ['quern/dist/index.js', 'quern/src/index.ts', '@quern/sql/dist/select.js', '@quern/engine/dist/pool.js']) {
      const { stderr } = script(`await import('${module}')`)
      if (!stderr.includes('ERR_PACKAGE_PATH_NOT_EXPORTED')) throw new Error(`${module} was not refused: ${stderr}`)
    }
  })
  check('importing quern loads no client library, connecting loads its own', () => {
    // The client libraries are CommonJS, so `require.cache` lists what was loaded of them.
    const { stdout } = script(`
      import { createRequire } from 'node:module'
      import { createEngine } from 'quern'
      const libraries = () => console.log(['pg', 'mysql2', 'better-sqlite3'].filter((name) =>
        Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/node_modules/' + name + '/'))).join() || 'none')
      libraries()
      const engine = createEngine('sqlite://')
      libraries()
      await (await engine.connect()).close()
      libraries()
      await engine.close()`)
    equal(stdout, 'none\nnone\nbetter-sqlite3\n')
  })
  for (const [scheme, dialect, library] of [
    ['postgresql', 'postgres', 'pg'],
    ['mysql', 'mysql', 'mysql2'],
    ['mariadb', 'mariadb', 'mysql2'],
  ]) {
    check(`a missing ${library} is told in one sentence to ${scheme}://`, () => {
      const { stdout } = script(`
        import { createEngine, sql } from 'quern'
        const engine = createEngine('${scheme}://someone:secret@127.0.0.1:1/none')
        await engine.connect().catch(({ name, message }) => console.log(name + ': ' + message))
        await engine.close()`)
      equal(stdout, `DriverMissingError: ${dialect} needs the package ${library}, which is not installed; run: npm install ${library}\n`)
    })
  }
  check('a missing better-sqlite3 is told in one sentence', () => {
    rmSync(join(project, 'node_modules/better-sqlite3'), { recursive: true })
    const { stdout } = script(`
      import { createEngine } from 'quern'
      await createEngine('sqlite://').connect().catch(({ name, message }) => console.log(name + ': ' + message))`)
    equal(stdout, 'DriverMissingError: sqlite needs the package better-sqlite3, which is not installed; run: npm install better-sqlite3\n')
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) console.error(failure)
console.log(`pack: ${passed} passed, ${failures.length} failed`)
if (failures.length > 0) process.exitCode = 1

/** What is published: what the exports name, types with maps that lead to shipped sources, the licence; no tests, no build state. */
function checkPack(manifest, files) {
  const say = (text) => {
    throw new Error(text)
  }
  if (manifest.version !== manifests[0].version) say(`has version ${manifest.version}, others ${manifests[0].version}`)
  if (manifest.private) say('is private')
  if (manifest.license !== 'MIT' || !manifest.description || manifest.type !== 'module') say('lacks its licence, description or type')
  if (manifest.sideEffects !== false) say('does not say that it has no side effects')
  if (manifest.engines?.node !== JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node) say('asks for another Node')
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    const ours = manifests.find((other) => other.name === name)
    if (ours && range !== ours.version) say(`depends on ${name} ${range}, which is ${ours.version}`)
  }
  for (const file of ['LICENSE', 'README.md', 'package.json']) if (!files.has(file)) say(`lacks ${file}`)
  if (readFileSync(join(manifest.folder, 'LICENSE'), 'utf8') !== readFileSync(join(root, 'LICENSE'), 'utf8')) say('has another LICENSE')
  for (const [path, target] of Object.entries(manifest.exports)) {
    for (const file of typeof target === 'string' ? [target] : Object.values(target)) {
      if (!files.has(file.slice(2))) say(`exports ${path} from ${file}, which is not packed`)
    }
  }
  for (const [name, file] of Object.entries(manifest.bin ?? {})) {
    if (!files.has(file.replace(/^\.\//, ''))) say(`has the command ${name} in ${file}, which is not packed`)
  }
  for (const file of files) {
    if (/\.test\.|tsbuildinfo|tsconfig/.test(file)) say(`packs ${file}`)
    if (file.startsWith('dist/') && !file.endsWith('.map') && !files.has(`${file}.map`)) say(`packs ${file} without a map`)
    if (!file.endsWith('.map')) continue
    for (const source of JSON.parse(readFileSync(join(manifest.folder, file), 'utf8')).sources) {
      if (!files.has(join(dirname(file), source)))
        say(`maps ${file} to ${source}, which is not packed (dist keeps what deleted sources left: npm run clean)`)
    }
  }
}

function install() {
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }))
  const files = readdirSync(tarballs).map((name) => join(tarballs, name))
  const installed = run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', ...files], { cwd: project })
  if (installed.status !== 0) throw new Error(`npm install of the tarballs failed:\n${installed.stderr}`)
  check('the client libraries are not installed with it', () => {
    for (const name of ['pg', 'mysql2', 'better-sqlite3'])
      if (existsSync(join(project, 'node_modules', name))) throw new Error(`${name} is there`)
  })
  // The repository's build of better-sqlite3: compiling it again would take a minute.
  copyModule('better-sqlite3', root)
  // What a TypeScript program for Node has.
  copyModule('@types/node', root)
}

/** Copies a module and what it depends on at run time. */
function copyModule(name, from) {
  const source = moduleFolder(name, from)
  const target = join(project, 'node_modules', name)
  if (source === undefined || existsSync(target)) return
  cpSync(source, target, {
    recursive: true,
    dereference: true,
    filter: (path) => !/better-sqlite3\/(deps|src|build\/Release\/(obj|\.deps))/.test(path),
  })
  for (const dependency of Object.keys(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).dependencies ?? {})) {
    if (dependency !== 'prebuild-install') copyModule(dependency, source)
  }
}

function moduleFolder(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  return places.map((place) => join(place, name)).find((path) => existsSync(join(path, 'package.json')))
}

function script(text) {
  return run(process.execPath, ['--input-type=module', '--eval', text], { cwd: project })
}

function run(command, args, options = {}) {
  const environment = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' }
  // What `npm run` passes on would make an npm in another folder act for this workspace.
  for (const name of Object.keys(environment)) if (/^npm_(config_(local_)?prefix|package|lifecycle)/.test(name)) delete environment[name]
  return spawnSync(command, args, { encoding: 'utf8', env: environment, timeout: 300_000, maxBuffer: 2 ** 26, ...options })
}

function check(what, body) {
  try {
    body()
    passed++
    console.log(`✓ ${what}`)
  } catch (error) {
    failures.push(`✗ ${what}: ${error.message}`)
  }
}

function succeeds({ status, stdout, stderr }) {
  if (status !== 0) throw new Error(`exit code ${status}\n${stdout}${stderr}`)
}

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`)
}
