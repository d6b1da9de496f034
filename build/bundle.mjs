// Part of `npm run build`, after `tsc -b`, which writes the types only: the JavaScript of each package as few files, because Node takes 0.3 ms
// for each and `quern` would be three hundred. What sources load by `import()` stays apart; other packages stay imports, so that a class
// exists once, whoever imports it. Local names and blanks go, which are a third of what has to be parsed; names of functions, methods
// and classes stay, because stack traces show them.
//
// What everybody imports is CommonJS inside (`index.cjs`, see scripts.mjs), with a module around it that names what it exports (`index.js`):
// only `require` can load a thing at the moment of its first use and still answer at once, as `compile` has to.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minify } from '@swc/core'
import { build, transform } from 'esbuild'
import { asScript, checkStandIns, innerEntries, isScript, moduleAround } from './scripts.mjs'
import { wholeStrings } from './whole-strings.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const folders = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
const scripts = (await Promise.all(folders.map(bundle))).flat()
// when all packages are there to be loaded
scripts.forEach(checkStandIns)

/** Writes the files of a package; yields those that are scripts. */
async function bundle(pack) {
  const folder = join(root, 'packages', pack)
  const files = await bundled(pack, folder)
  const scripts = await Promise.all(files.filter(isScript).map(asScript))
  const modules = [
    ...files.filter((file) => !isScript(file)),
    ...scripts.filter(({ entry }) => entry).map((script) => ({ path: script.path.replace(/cjs$/, 'js'), text: moduleAround(script) })),
  ]
  const written = new Set((await Promise.all([...scripts, ...modules].map(write))).flat())
  // what an earlier build has left
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true })) {
    const file = join(folder, 'dist', path)
    if (/\.c?js(\.map)?$/.test(path) && !written.has(file)) rmSync(file)
  }
  return scripts
}

/** What `exports` and `bin` name: `./dist/postgres.js` is made of `src/postgres.ts`. */
function entriesOf(folder) {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const targets = [...Object.values(exports).map((target) => target.default), ...Object.values(bin)]
  return targets.flatMap((target) => /^(?:\.\/)?dist\/(.+)\.js$/.exec(target ?? '')?.[1] ?? [])
}

function sourceOf(folder, entry) {
  return join(folder, 'src', `${entry}.ts`)
}

/** The entries, and what they share or load later as `chunks/*`. */
async function bundled(pack, folder) {
  const named = entriesOf(folder)
  const entries = [...named, ...innerEntries(pack)].map((entry) => sourceOf(folder, entry))
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outbase: join(folder, 'src'),
    outdir: join(folder, 'dist'),
    chunkNames: 'chunks/[name]-[hash]',
    write: false,
    bundle: true,
    splitting: true,
    packages: 'external',
    external: ['node:*'],
    plugins: [entriesStayFiles(folder, new Set(entries))],
    platform: 'neutral',
    format: 'esm',
    target: 'es2022',
    minifySyntax: true,
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'warning',
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const code = [...texts].filter(([path]) => path.endsWith('.js'))
  return code.map(([path, text]) => {
    const file = relative(join(folder, 'dist'), path).replace(/\.js$/, '')
    // of an entry's name in another's import, see entriesStayFiles
    const up = file.includes('/') ? '../' : './'
    const map = texts.get(`${path}.map`)
    return { pack, path, file, entry: named.includes(file), text: text.replaceAll('"entry:', `"${up}`), map }
  })
}

/** An entry that others import stays a file of its own: a command imports its package, and errors are there without the rest. */
function entriesStayFiles(folder, sources) {
  const external = ({ path, importer }) => {
    const source = join(dirname(importer), path.replace(/\.js$/, '.ts'))
    return sources.has(source)
      ? { path: `entry:${relative(join(folder, 'src'), source).replace(/\.ts$/, '.js')}`, external: true }
      : undefined
  }
  return { name: 'entries stay files', setup: ({ onResolve }) => onResolve({ filter: /^\.\// }, external) }
}

/** Writes a file and its map, which leads to the sources and costs nothing where nobody asks for it. */
async function write({ path, text, map }) {
  // what only passes on leads to no source
  if (map === undefined || JSON.parse(map).sources.length === 0) return [put(path, `${text.trimEnd()}\n`)]
  const mangled = await minify(text, {
    module: path.endsWith('.js'),
    compress: false,
    mangle: { topLevel: false, keepFnNames: true, keepClassNames: true, keepPrivateProps: true, reserved: importedNames(text) },
    sourceMap: { content: map },
  })
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(mangled.map).toString('base64')}`
  const short = await transform(`${mangled.code}\n${inline}`, {
    minifyWhitespace: true,
    // of an error that nobody catches Node shows the line
    lineLimit: 160,
    target: 'es2022',
    sourcemap: 'external',
    sourcesContent: false,
    sourcefile: path,
  })
  const whole = await wholeStrings(short.code, short.map)
  return [put(path, `${ownNames(whole.code)}//# sourceMappingURL=${basename(path)}.map\n`), put(`${path}.map`, `${whole.map}\n`)]
}

/** Only what has changed: somebody may be running it. */
function put(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return path
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** What a file calls the things that it imports: swc would shorten these names too, and esbuild lengthen all that are the same further in. */
function importedNames(text) {
  const lists = [...text.matchAll(/^import \{([^}]*)\} from/gm)].map(([, list]) => list)
  return lists.flatMap((list) => list.split(',').map((one) => one.trim().split(' as ').at(-1)))
}

/** A class that mentions itself is `class _Engine` to esbuild, which `inspect` and stack traces would show; within the class both names are one. */
function ownNames(text) {
  const names = [...text.matchAll(/\b([A-Za-z]\w*)\s?=\s?class _\1\b/g)].map(([, name]) => name)
  for (const name of names) {
    if (new RegExp(`[.#'"\`]_${name}\\b`).test(text)) throw new Error(`_${name} is more than the inner name of a class`)
    text = text.replaceAll(new RegExp(`(?<![\\w$])_${name}\\b`, 'g'), name)
  }
  return text
}
