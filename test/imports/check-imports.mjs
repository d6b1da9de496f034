// `npm run imports`: do the packages import only what `allowed.mjs` allows, and do package.json and tsconfig.json say the same?
// With an argument: in the workspace in that folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allowed } from './allowed.mjs'
import { readSource } from './source.mjs'

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../..'))
const problems = []
const workspace = readJson('package.json')
const packages = readdirSync(join(root, 'packages'))
  .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
  .map(readPackage)
const byName = new Map(packages.map((pack) => [pack.manifest.name, pack]))

for (const pack of packages) {
  if (!Object.hasOwn(allowed, pack.folder)) {
    problems.push(`packages/${pack.folder} has no row in test/imports/allowed.mjs, which says what each package may import.`)
    continue
  }
  for (const file of pack.files) checkFile(pack, file)
  checkManifest(pack)
  checkReferences(pack)
}
checkWorkspace()
checkCycles('package', new Map(packages.map((pack) => [pack.manifest.name, [...pack.used].filter((name) => byName.has(name))])))
for (const pack of packages) checkCycles('file', fileGraph(pack))

for (const problem of problems) console.error(problem)
const files = packages.reduce((sum, pack) => sum + pack.files.length, 0)
if (problems.length > 0) process.exitCode = 1
else console.log(`imports: ${files} files in ${packages.length} packages import only what they may`)

function checkFile(pack, file) {
  const rule = allowed[pack.folder]
  const refuse = (line, what, why) => problems.push(`${file.path}:${line} ${what}, but ${why}.`)
  for (const { specifier, line } of file.source.imports) {
    if (specifier === undefined) {
      refuse(line, 'imports a computed name', 'an import must be a plain string, so that it can be checked')
    } else if (specifier.startsWith('.')) {
      const target = relative(join(root, 'packages', pack.folder, 'src'), resolve(root, dirname(file.path), specifier))
      if (target.startsWith('..')) refuse(line, `imports ${specifier}`, `a relative import must stay inside packages/${pack.folder}/src`)
      else if (!file.test && /\.test\.[jt]s$/.test(specifier)) refuse(line, `imports ${specifier}`, 'only tests may import tests')
    } else if (isBuiltin(specifier)) {
      if (!specifier.startsWith('node:')) refuse(line, `imports ${specifier}`, `a module of Node is written node:${specifier}`)
      else if (rule.browser && !file.test)
        refuse(line, `imports ${specifier}`, `${pack.folder} must run in a browser and may import no node: module`)
    } else {
      const [name, subpath] = split(specifier)
      const target = byName.get(name)
      if (name === 'quern' || name.startsWith('@quern/')) checkQuern({ pack, file, rule, refuse, line, specifier, name, subpath, target })
      else checkLibrary({ file, pack, rule, refuse, line, specifier, name })
    }
  }
  if (rule.browser && !file.test) {
    for (const { name, line } of file.source.globals)
      refuse(line, `uses ${name}`, `${pack.folder} must run in a browser and may use no global of Node (globalThis.process?. is allowed)`)
  }
}

function checkQuern({ pack, file, rule, refuse, line, specifier, name, subpath, target }) {
  if (target === undefined) return refuse(line, `imports ${specifier}`, 'there is no such package')
  const mayTest = file.test && (name === '@quern/testkit' || target === pack)
  if (!mayTest && rule.quern !== 'any' && !rule.quern.includes(target.folder)) {
    const list = rule.quern.length === 0 ? 'nothing else of Quern' : `only ${enumerate(rule.quern)}`
    return refuse(line, `imports ${specifier}`, `${pack.folder} may import ${list}`)
  }
  if (target === pack && !file.test) return refuse(line, `imports ${specifier}`, 'a package reaches its own files by relative imports')
  if (!Object.hasOwn(target.manifest.exports, subpath)) {
    refuse(line, `imports ${specifier}`, `${name} exports only ${enumerate(Object.keys(target.manifest.exports))}`)
  }
}

function checkLibrary({ file, pack, rule, refuse, line, specifier, name }) {
  if (file.test && Object.hasOwn(workspace.devDependencies, name)) return
  const only = rule.libraries?.[name]
  if (only === undefined) {
    const libraries = Object.keys(rule.libraries ?? {})
    refuse(
      line,
      `imports ${specifier}`,
      `${pack.folder} may import ${libraries.length === 0 ? 'no library' : `only the library ${enumerate(libraries)}`}`,
    )
  } else if (only !== true && file.path !== `packages/${pack.folder}/${only}`) {
    refuse(line, `imports ${specifier}`, `only packages/${pack.folder}/${only} may import ${name}`)
  }
}

/** Dependencies are what the sources import (types too: the published types name them), nothing missing and nothing unused. */
function checkManifest({ folder, manifest, used }) {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {}, devDependencies = {} } = manifest
  const refuse = (text) => problems.push(`packages/${folder}/package.json ${text}.`)
  // npm offers a peer to whoever installs a package, not to those behind it: the umbrella repeats its drivers' peers.
  const repeated = new Set(
    [...used]
      .filter((name) => name.startsWith('@quern/driver-'))
      .flatMap((name) => Object.keys(byName.get(name)?.manifest.peerDependencies ?? {})),
  )
  for (const name of used) {
    if (!Object.hasOwn(dependencies, name) && !Object.hasOwn(peerDependencies, name))
      refuse(`does not list ${name}, which its sources import`)
  }
  for (const name of repeated) if (!Object.hasOwn(peerDependencies, name)) refuse(`does not repeat the optional peer ${name} of its driver`)
  for (const name of Object.keys(dependencies)) if (!used.has(name)) refuse(`lists ${name}, which its sources do not import`)
  for (const name of Object.keys(peerDependencies)) {
    if (!used.has(name) && !repeated.has(name)) refuse(`lists the peer ${name}, which its sources do not import`)
    if (peerDependenciesMeta[name]?.optional !== true && !allowed[folder].requiredPeers?.includes(name))
      refuse(`lists the peer ${name} as required; client libraries are optional`)
    if (!Object.hasOwn(workspace.devDependencies, name))
      refuse(`lists the peer ${name}, which is no development dependency of the workspace`)
  }
  for (const name of Object.keys(devDependencies))
    refuse(`lists the development dependency ${name}, which belongs in the workspace's package.json`)
}

function checkReferences({ folder, used }) {
  const file = `packages/${folder}/tsconfig.json`
  const config = readJson(file)
  const referenced = new Set((config.references ?? []).map(({ path }) => relative('packages', join('packages', folder, path))))
  const wanted = new Set([...used].flatMap((name) => byName.get(name)?.folder ?? []))
  for (const name of wanted) if (!referenced.has(name)) problems.push(`${file} does not reference ../${name}, which the sources import.`)
  for (const name of referenced) if (!wanted.has(name)) problems.push(`${file} references ../${name}, which the sources do not import.`)
  if (allowed[folder].browser && (config.compilerOptions?.types ?? []).length > 0) {
    problems.push(`${file} names types, but ${folder} must run in a browser and may see no types of Node.`)
  }
}

/** The root references every package, and the table itself has no cycle. */
function checkWorkspace() {
  const referenced = new Set(readJson('tsconfig.json').references.map(({ path }) => path))
  for (const { folder } of packages)
    if (!referenced.has(`packages/${folder}`)) problems.push(`tsconfig.json does not reference packages/${folder}.`)
  checkCycles('row', new Map(Object.entries(allowed).map(([folder, { quern }]) => [folder, quern === 'any' ? [] : quern])))
}

/** Files that need each other while they load; types are gone by then, so imports of types alone do not count. */
function fileGraph(pack) {
  const paths = new Set(pack.files.map(({ path }) => path))
  const targets = (file) =>
    file.source.imports
      .filter(({ specifier, typeOnly }) => specifier?.startsWith('.') && !typeOnly)
      .map(({ specifier }) => join(dirname(file.path), specifier.replace(/\.js$/, '.ts')))
  return new Map(pack.files.map((file) => [file.path, targets(file).filter((path) => paths.has(path))]))
}

function checkCycles(what, graph) {
  const done = new Set()
  const walk = (name, path) => {
    if (path.includes(name)) {
      problems.push(`A cycle of ${what} imports: ${[...path.slice(path.indexOf(name)), name].join(' → ')}.`)
    } else if (!done.has(name)) {
      for (const next of graph.get(name) ?? []) walk(next, [...path, name])
      done.add(name)
    }
  }
  for (const name of graph.keys()) walk(name, [])
}

function readPackage(folder) {
  const source = join(root, 'packages', folder, 'src')
  const files = readdirSync(source, { recursive: true })
    .map(String)
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .sort()
    .map((path) => ({
      path: `packages/${folder}/src/${path}`,
      test: /\.test\.ts$/.test(path),
      source: readSource(readFileSync(join(source, path), 'utf8')),
    }))
  const specifiers = files.filter(({ test }) => !test).flatMap(({ source }) => source.imports.map(({ specifier }) => specifier))
  const used = new Set(
    specifiers.filter((name) => name !== undefined && !name.startsWith('.') && !isBuiltin(name)).map((name) => split(name)[0]),
  )
  return { folder, files, used, manifest: readJson(`packages/${folder}/package.json`) }
}

function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

/** `@quern/dialects/postgres` → `@quern/dialects` and `./postgres`. */
function split(specifier) {
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  return [parts.slice(0, length).join('/'), ['.', ...parts.slice(length)].join('/')]
}

function enumerate(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}
