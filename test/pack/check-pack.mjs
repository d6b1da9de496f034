// `npm run check:pack`: packs every package, installs the tarballs into an empty project outside the repository, and uses them as a
// stranger would: types with strict checks, a program on SQLite, what is hidden, what is loaded, what is said when a library is missing.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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
/** What `import 'quern'` may load: 5 % more than it did when this was written. A file costs about 0.3 ms, 10,000 bytes a little less. */
const most = { files: 11, bytes: 226_000 }
const later = readFileSync(join(here, 'later.txt'), 'utf8')
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
    for (const module of ['quern/dist/index.js', 'quern/src/index.ts', '@quern/sql/dist/index.js', '@quern/dialects/dist/index.js']) {
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
  check('importing quern loads few files, and nothing that only some programs need', () => {
    const files = filesLoaded()
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0)
    console.log(`  ${files.length} files, ${bytes.toLocaleString('en')} bytes`)
    const common =
      /\/(quern\/dist\/index\.c?js|(expression|schema|engine)\/dist\/(index|chunks\/chunk-\w+)\.cjs|(sql|reflect)\/dist\/errors\.cjs|dialects\/dist\/index\.cjs)$/
    const rare = files.filter((file) => !common.test(file))
    if (rare.length > 0) throw new Error(`loads ${rare.join(', ')}`)
    if (files.length > most.files) throw new Error(`${files.length} files instead of ${most.files}: ${files.join(', ')}`)
    if (bytes > most.bytes) throw new Error(`${bytes} bytes instead of ${most.bytes}`)
    const { stdout } = script(`
      const before = new Set(process.moduleLoadList)
      await import('quern')
      console.log(process.moduleLoadList.filter((name) => /^NativeModule (net|tls|crypto|stream|http|fs.promises)$/.test(name) && !before.has(name)).join())`)
    equal(stdout, '\n')
  })
  check('a dialect is loaded when it is named, and no other', () => {
    const files = filesLoaded(`quern.compile(quern.select({ one: quern.literal(1) }), 'sqlite')`).join('\n')
    if (!files.includes('/dialects/dist/sqlite.cjs') || /\/dialects\/dist\/(postgres|mysql|mariadb)\./.test(files)) throw new Error(files)
  })
  check('what is loaded while something else imports it is loaded once', () => {
    cpSync(join(here, 'meanwhile.mjs'), join(project, 'meanwhile.mjs'))
    for (let turns = 0; turns <= 20; turns += 2) {
      const { stdout, stderr } = run(process.execPath, ['meanwhile.mjs', String(turns)], { cwd: project })
      if (stdout !== 'one\n') throw new Error(`after ${turns} turns: ${stdout}${stderr}`)
    }
  })
  check('what is loaded later works', () => {
    cpSync(join(here, 'later.mjs'), join(project, 'later.mjs'))
    equal(run(process.execPath, ['later.mjs'], { cwd: project }).stdout, later)
  })
  check('require() loads it too', () => {
    writeFileSync(
      join(project, 'required.cjs'),
      "console.log(require('quern').compile(require('quern').select({ one: require('quern').literal(1) }), 'sqlite').sql)",
    )
    equal(run(process.execPath, ['required.cjs'], { cwd: project }).stdout, 'SELECT ? AS "one"\n')
  })
  check('where import() is not allowed, as in Jest, the way out is told', () => {
    writeFileSync(
      join(project, 'machine.cjs'),
      `const { compileFunction } = require('node:vm')
      const file = require.resolve('quern')
      const module_ = { exports: {} }
      const run = compileFunction(require('node:fs').readFileSync(file, 'utf8'), ['require', 'module'])
      run(require('node:module').createRequire(file), module_)
      const engine = module_.exports.createEngine('sqlite://')
      engine.connect().catch(({ code, message }) => console.log(code, message)).finally(() => engine.close())`,
    )
    const sentence =
      'better-sqlite3 is loaded by import(), which is not allowed where this runs; with Jest: NODE_OPTIONS=--experimental-vm-modules npx jest'
    equal(run(process.execPath, ['machine.cjs'], { cwd: project }).stdout, `NO_IMPORT ${sentence}\n`)
  })
  const bundles = [
    // libraries of CommonJS cannot be bundled into modules that use what is Node's
    ['several modules', 'modules.mjs', { splitting: true, format: 'esm', external: ['tarn'] }],
    ['one file of CommonJS', 'single.cjs', { format: 'cjs', external: [] }],
  ]
  for (const [what, file, { external, ...options }] of bundles) {
    const [name, extension] = file.split(/(?=\.)/)
    await build({
      ...{ absWorkingDir: project, entryPoints: { [name]: 'later.mjs' }, outdir: 'bundles', outExtension: { '.js': extension } },
      ...{ bundle: true, minify: true, platform: 'node', logLevel: 'silent', external: ['pg', 'mysql2', 'better-sqlite3', ...external] },
      ...options,
    })
    check(`a program that is bundled as ${what} works`, () => {
      equal(run(process.execPath, [join(project, 'bundles', file)], { cwd: project }).stdout, later)
    })
  }
  check('classes bear the names under which they are exported', () => {
    const names = ['quern', ...manifests.map(({ name }) => name).filter((name) => /^@quern\/(?!testkit|cli|driver)/.test(name))]
    const { stdout } = script(`
      for (const name of ${JSON.stringify(names)})
        for (const [key, value] of Object.entries(await import(name)))
          if (typeof value === 'function' && String(value).startsWith('class') && value.name !== key) console.log(name, key, value.name)`)
    equal(stdout, '')
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
    const isCode = file.startsWith('dist/') && !file.endsWith('.map')
    // what only passes on leads to no source, nor do esbuild's own functions
    const onlyPasses =
      /^(import script from '\.\/[\w-]+\.cjs'\n(export (const|let) .*\n)*|"use strict";\s*module\.exports=\{\};const pass=.*\n|"use strict";var __[\s\S]*)$/
    if (isCode && !files.has(`${file}.map`) && !onlyPasses.test(readFileSync(join(manifest.folder, file), 'utf8')))
      say(`packs ${file} without a map`)
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

/** The files that `import 'quern'` loads, and then a program: modules in the words of a loader hook, the rest as `require` remembers them. */
function filesLoaded(program = '') {
  const list = join(project, 'loaded.txt')
  const hook = `import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context) }`
  rmSync(list, { force: true })
  writeFileSync(join(project, 'hook.mjs'), hook)
  const { stdout, stderr } = script(`import { createRequire, register } from 'node:module'
    register('./hook.mjs', 'file://' + process.cwd() + '/')
    const quern = await import('quern')
    ${program}
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)))`)
  if (stdout === '') throw new Error(stderr)
  const modules = readFileSync(list, 'utf8').trimEnd().split('\n')
  const files = modules.filter((url) => url.startsWith('file:') && !url.includes('[eval')).map((url) => fileURLToPath(url))
  return [...new Set([...files, ...JSON.parse(stdout)])]
}

function succeeds({ status, stdout, stderr }) {
  if (status !== 0) throw new Error(`exit code ${status}\n${stdout}${stderr}`)
}

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`)
}
