// `npm run examples`: the TypeScript in README.md and docs/*.md compiles, and runs where it says so.
//
//     ```ts            must compile, as a module of its own
//     ```ts more       continues the block before it on the page: both make one module
//     ```ts run        must also run; a ```text block right after it is what it prints
//     ```ts sketch     is not checked
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = dirname(fileURLToPath(import.meta.url))
const root = join(docs, '..')
const folder = join(root, '.cache/examples')
const pages = [
  'README.md',
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].filter((page) => existsSync(join(root, page)))
const failures = []

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const modules = pages.flatMap(modulesOf)
for (const module of modules) writeFileSync(module.file, `${module.text}\nexport {}\n`)
compile()
for (const module of modules.filter(({ runs }) => runs)) runModule(module)

for (const failure of failures) console.error(failure)
console.log(`examples: ${modules.length} compiled, ${modules.filter(({ runs }) => runs).length} run, ${failures.length} failed`)
if (failures.length > 0) process.exitCode = 1

function modulesOf(page) {
  const found = []
  const text = readFileSync(join(root, page), 'utf8')
  for (const match of text.matchAll(/^```(\w+)(?: +(\w+))? *\n(.*?)^``` *$/gms)) {
    const [, language, mark, body] = match
    const line = text.slice(0, match.index).split('\n').length + 1
    const last = found.at(-1)
    if (language === 'text' && last?.runs && last.end === text.slice(0, match.index).trimEnd().length) last.prints = body
    if (language !== 'ts' || mark === 'sketch') continue
    const end = match.index + match[0].length
    if (mark === 'more' && last) {
      // Lines of the module are lines of the page, so that a message of the compiler leads there.
      last.text += '\n'.repeat(line - last.nextLine) + body
      Object.assign(last, { end, nextLine: line + body.split('\n').length - 1 })
    } else if (mark === undefined || mark === 'run') {
      const file = join(folder, `${page.replaceAll(/[^\w]+/g, '-')}-${line}.mts`)
      found.push({
        page,
        line,
        file,
        text: '\n'.repeat(line - 1) + body,
        runs: mark === 'run',
        end,
        nextLine: line + body.split('\n').length - 1,
      })
    } else failures.push(`${page}:${line - 1} marks a block "${mark}"; the marks are more, run and sketch`)
  }
  return found
}

function compile() {
  if (modules.length === 0) return
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      emitDeclarationOnly: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ['node'],
      outDir: 'out',
      rootDir: '.',
    },
    files: modules.map(({ file }) => relative(folder, file)),
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status === 0) return
  for (const line of stdout.trimEnd().split('\n')) {
    const [, name, at, message] = /^(.+?\.mts)\((\d+),\d+\): (.*)$/.exec(line) ?? []
    const module = name && modules.find(({ file }) => file.endsWith(name))
    failures.push(module ? `${module.page}:${at} ${message}` : line)
  }
}

function runModule({ page, line, file, prints }) {
  const compiled = join(folder, 'out', relative(folder, file).replace(/\.mts$/, '.mjs'))
  if (!existsSync(compiled)) return
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled], { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  if (status !== 0) failures.push(`${page}:${line} ended with ${status}: ${stderr.trim()}`)
  else if (prints !== undefined && stdout !== prints)
    failures.push(`${page}:${line} prints ${JSON.stringify(stdout)}, but the page says ${JSON.stringify(prints)}`)
}
