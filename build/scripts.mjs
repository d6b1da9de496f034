// The packages that everybody imports, as CommonJS: what one of them needs of another only when something is called, it loads then, which only
// `require` can do and answer at once. Most programs name one dialect of four, a file of table declarations compiles nothing, and few reflect.
import { createRequire, isBuiltin } from 'node:module'
import { nodesIn, syntaxOf } from './syntax.mjs'

/** What the files of each package load later: packages, single names of them, and files of its own; `dialects`, only its index. */
const later = {
  bulk: [],
  dialects: [],
  'dialects/index': ['./postgres.js', './mysql.js', './mariadb.js', './sqlite.js'],
  engine: ['@quern/sql', '@quern/bulk', './hosts.js', './telemetry.js', './violates.js'],
  expression: [],
  quern: ['@quern/sql', '@quern/reflect', '@quern/engine#driverOverHosts', '@quern/engine#instrument'],
  reflect: [],
  schema: [],
  sql: [],
}

/** Files that no `exports` names, and that are still files of their own. */
export const innerEntries = (pack) => (later[pack] ?? []).filter((specifier) => specifier.startsWith('.')).map((path) => path.slice(2, -3))

/** A command stays a module. */
export function isScript({ pack, file }) {
  return Object.hasOwn(later, pack) && file !== 'bin'
}

/**
 * The same as CommonJS, on the same lines, so that its map still fits.
 *
 * A function that is loaded later is a variable: it starts as a function that puts the loaded one in its place and calls it. What only passes
 * through, an index exports as a getter.
 */
export async function asScript({ pack, path, file, entry, text, map }) {
  const { imports, exports, names, body } = await partsOf(text, path)
  const postponed = later[`${pack}/${file}`] ?? later[pack]
  const isLater = ({ from, name }) => postponed.includes(from.replace(/^\.\.\//, './')) || postponed.includes(`${from}#${name}`)
  const imported = new Map(imports.map((one) => [one.local, one]))
  const isThrough = ({ local }) => imported.get(local)?.name !== undefined
  const own = exports.filter((one) => !isThrough(one))
  const through = exports.filter(isThrough).map(({ local, name }) => {
    const one = imported.get(local)
    const { from, name: theirs } = one
    if (name !== theirs) throw new Error(`${path} exports ${theirs} of ${from} by another name, ${name}`)
    return { name, from, theirs, later: isLater(one) }
  })
  const named = imports.filter(({ local }) => names.has(local))
  const called = named.filter(isLater)
  const start = [
    '"use strict";',
    ...loadedAtOnce(named.filter((one) => !isLater(one))),
    ...called.map(({ local, name, from }) => `let ${local}=(...all)=>(${local}=${load(from)}.${name})(...all);`),
  ]
  const end = own.map(({ local, name }) => (local === name ? name : `${name}:${local}`))
  return {
    path: asCjs(path),
    text: `${start.join('')}${body.trimEnd()}\nmodule.exports={${end.join(',')}};${passedOn(through)}\n`,
    map,
    file,
    entry,
    called: called.map(origin),
    own: own.map(({ name }) => name),
    through,
  }
}

/** Exports of what others are: the names in one string, because there are hundreds. */
function passedOn(through) {
  const lists = new Map()
  for (const { name, from, later } of through) {
    const call = later ? `passLater(()=>${load(from)}` : `pass(${load(from)}`
    lists.set(call, [...(lists.get(call) ?? []), name])
  }
  const calls = [...lists].map(([call, names]) => `${call},${JSON.stringify(names.join(' '))});`)
  const has = (name) => calls.some((call) => call.startsWith(`${name}(`))
  return [has('pass') ? pass : '', has('passLater') ? passLater : '', ...calls].join('')
}

const pass = 'const pass=(from,names)=>{for(const name of names.split(" "))module.exports[name]=from[name]};'
const passLater =
  'const passLater=(load,names)=>{for(const name of names.split(" ")){let value;' +
  'Object.defineProperty(module.exports,name,{get:()=>value??=load()[name],enumerable:true})}};'
const origin = ({ from, name }) => ({ from, theirs: name })
const asCjs = (path) => path.replace(/\.js$/, '.cjs')

/** `import` and `export` apart from the rest, which keeps its place. */
async function partsOf(text, path) {
  const { body, bytes, start } = await syntaxOf(text)
  const imports = []
  const exports = []
  for (const statement of body) {
    if (!/^(Import|Export)/.test(statement.type)) continue
    if (statement.type === 'ImportDeclaration') imports.push(...namesOf(statement, path))
    else if (statement.type === 'ExportNamedDeclaration' && !statement.source)
      exports.push(...statement.specifiers.map(({ orig, exported }) => ({ local: orig.value, name: (exported ?? orig).value })))
    else throw new Error(`${path}: what is exported must be named, one by one, for it to be loaded later`)
    for (let at = statement.span.start - start; at < statement.span.end - start; at++) if (bytes[at] !== 10) bytes[at] = 32
  }
  const rest = body.filter(({ type }) => !/^(Import|Export)/.test(type))
  // also those of properties, which does no harm
  const names = new Set(nodesIn(rest, 'Identifier').map(({ value }) => value))
  const script = bytes.toString().slice(1)
  return {
    imports,
    exports,
    names,
    body: script.replace(/\bimport\("(\.[^"]+)\.js"\)/g, 'import("$1.cjs").then((script)=>script.default)'),
  }
}

function namesOf({ specifiers, source: { value: from } }, path) {
  return specifiers.map(({ type, local: { value: local }, imported }) => {
    if (type === 'ImportDefaultSpecifier') throw new Error(`${path}: the default import of ${from} means two things; name what is imported`)
    return type === 'ImportSpecifier' ? { local, name: imported?.value ?? local, from } : { local, from }
  })
}

function loadedAtOnce(imports) {
  return [...new Set(imports.map(({ from }) => from))].map((specifier) => {
    const ours = imports.filter(({ from }) => from === specifier)
    const whole = ours.filter(({ name }) => name === undefined).map(({ local }) => `const ${local}=${load(specifier)};`)
    const named = ours.filter(({ name }) => name !== undefined).map(({ local, name }) => (local === name ? local : `${name}:${local}`))
    return `${whole.join('')}${named.length > 0 ? `const{${named.join(',')}}=${load(specifier)};` : ''}`
  })
}

function load(specifier) {
  const text = JSON.stringify(asCjs(specifier))
  // where a bundler makes modules of scripts, there is no `require` of what is Node's own
  return isBuiltin(specifier) ? `process.getBuiltinModule(${text})` : `require(${text})`
}

/** Of its own files an index passes on values. */
const standsIn = ({ from, later }) => later && !from.startsWith('.')

/** What ES modules import of a script: the names, each loaded no earlier. An exported variable is for all who import it what it has become. */
export function moduleAround({ file, own, through }) {
  const functions = through.filter(standsIn).map(({ name }) => name)
  const values = [...own, ...through.filter((one) => !standsIn(one)).map(({ name }) => name)]
  return [
    `import script from './${file}.cjs'`,
    ...(values.length > 0 ? [`export const { ${values.join(', ')} } = script`] : []),
    ...functions.map((name) => `export let ${name} = (...all) => (${name} = script.${name})(...all)`),
    '',
  ].join('\n')
}

/** A class or a function with properties has no stand-in: `instanceof` would ask the wrong one. */
export function checkStandIns({ path, called, through }) {
  const loaded = createRequire(path)
  for (const { from, theirs } of [...called, ...through.filter(standsIn)]) {
    const value = loaded(asCjs(from))[theirs]
    const plain = typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))
    const more = plain ? Object.getOwnPropertyNames(value).filter((key) => !['length', 'name', 'prototype'].includes(key)) : []
    if (!plain || more.length > 0)
      throw new Error(`${path} would load ${theirs} of ${from} later, but it is ${plain ? `a function with ${more}` : 'no plain function'}`)
  }
}
