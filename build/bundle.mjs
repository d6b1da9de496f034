// Part of `npm run build`, after `tsc -b`, which writes the types only: the JavaScript of each package as few files, because Node takes 0.3 ms
// for each and `quern` would be three hundred. What sources load by `import()` stays apart; other packages stay imports, so that a class
// exists once, whoever imports it. Local names and blanks go, which are a third of what has to be parsed; names of functions, methods
// and classes stay, because stack traces show them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minify } from '@swc/core'
import { build, transform } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** Packages whose entries share most of their code: their index holds it all, and the others choose from it. In pieces it would be thirteen. */
const inOne = new Set(['dialects'])

const folders = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
await Promise.all(folders.map(bundle))

async function bundle(name) {
  const folder = join(root, 'packages', name)
  const files = inOne.has(name) ? await bundledInOne(folder) : await bundled(folder, [entriesStayFiles(folder)])
  const written = new Set((await Promise.all(files.map(write))).flat())
  // what an earlier build has left
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true })) {
    const file = join(folder, 'dist', path)
    if (/\.js(\.map)?$/.test(path) && !written.has(file)) rmSync(file)
  }
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

function common(folder) {
  return {
    absWorkingDir: folder,
    outbase: join(folder, 'src'),
    outdir: join(folder, 'dist'),
    write: false,
    bundle: true,
    packages: 'external',
    external: ['node:*'],
    platform: 'neutral',
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  }
}

/** The entries, and what they share or load later as `chunks/*`. */
async function bundled(folder, plugins, input = { entryPoints: entriesOf(folder).map((entry) => sourceOf(folder, entry)) }) {
  const { outputFiles } = await build({
    ...common(folder),
    ...input,
    plugins,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    minifySyntax: true,
    sourcemap: 'external',
    sourcesContent: false,
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const code = [...texts].filter(([path]) => path.endsWith('.js'))
  return code.map(([path, text]) => ({ path, text, map: texts.get(`${path}.map`) }))
}

/** An entry that imports another one, as a command does its package, imports the file. */
function entriesStayFiles(folder) {
  const sources = new Set(entriesOf(folder).map((entry) => sourceOf(folder, entry)))
  const external = ({ path, importer }) =>
    sources.has(importer) && sources.has(join(dirname(importer), path.replace(/\.js$/, '.ts'))) ? { path, external: true } : undefined
  return { name: 'entries stay files', setup: ({ onResolve }) => onResolve({ filter: /^\.\// }, external) }
}

async function bundledInOne(folder) {
  const entryPoints = entriesOf(folder).map((entry) => sourceOf(folder, entry))
  const { metafile } = await build({ ...common(folder), entryPoints, metafile: true })
  const outputs = Object.values(metafile.outputs)
  const chosen = outputs.map(({ entryPoint, exports }) => ({ entry: relative('src', entryPoint).replace(/\.ts$/, ''), names: exports }))
  const nameIn = (entry, name) => (entry === 'index' ? name : `${entry}_${name}`)
  const all = chosen.map(
    ({ entry, names }) => `export { ${names.map((one) => `${one} as ${nameIn(entry, one)}`)} } from './src/${entry}.ts'`,
  )
  const files = await bundled(folder, [], { stdin: { contents: all.join('\n'), resolveDir: folder } })
  const choices = chosen
    .filter(({ entry }) => entry !== 'index')
    .map(({ entry, names }) => ({
      path: join(folder, 'dist', `${entry}.js`),
      text: `export { ${names.map((one) => `${nameIn(entry, one)} as ${one}`).join(', ')} } from './index.js'`,
    }))
  return [...files.map((file) => ({ ...file, path: file.path.replace(/stdin\.js$/, 'index.js') })), ...choices]
}

/** Writes a file and its map, which leads to the sources and costs nothing where nobody asks for it. */
async function write({ path, text, map }) {
  // what only passes on leads to no source
  if (map === undefined || JSON.parse(map).sources.length === 0) return [put(path, `${text.trimEnd()}\n`)]
  const mangled = await minify(text, {
    module: true,
    compress: false,
    mangle: { topLevel: false, keepFnNames: true, keepClassNames: true, keepPrivateProps: true, reserved: importedNames(text) },
    sourceMap: { content: map },
  })
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(mangled.map).toString('base64')}`
  const { code, map: shortMap } = await transform(`${mangled.code}\n${inline}`, {
    minifyWhitespace: true,
    // of an error that nobody catches Node shows the line
    lineLimit: 160,
    target: 'es2022',
    sourcemap: 'external',
    sourcesContent: false,
    sourcefile: path,
  })
  return [put(path, `${ownNames(code)}//# sourceMappingURL=${basename(path)}.map\n`), put(`${path}.map`, shortMap)]
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
