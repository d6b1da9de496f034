import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Proves that the check fails: a copy of the workspace's sources, into which each case puts one mistake. */

const root = join(__dirname, '../..')
let copy: string
let before: readonly string[]

function check(folder: string) {
  const { status, stderr } = spawnSync(process.execPath, [join(__dirname, 'check-imports.mjs'), folder], { encoding: 'utf8' })
  return { status, problems: stderr.trim().split('\n').filter(Boolean) }
}

/** What the check says about a mistake, beyond what it says without. */
function saysNow(path: string, edit: (text: string) => string) {
  const file = join(copy, path)
  const original = readFileSync(file, 'utf8')
  try {
    writeFileSync(file, edit(original))
    const { status, problems } = check(copy)
    expect(status).toBe(1)
    return problems.filter((problem) => !before.includes(problem))
  } finally {
    writeFileSync(file, original)
  }
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'import-check-'))
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(copy, file))
  cpSync(join(root, 'packages'), join(copy, 'packages'), {
    recursive: true,
    filter: (path) => !/[\\/](dist|node_modules)$/.test(path),
  })
  before = check(copy).problems
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

test('the workspace passes', () => {
  expect(check(root)).toEqual({ status: 0, problems: [] })
})

test.each([
  ["import { select } from '@quern/sql'", 'imports @quern/sql, but expression may import nothing else of Quern.'],
  ["import type { Engine } from '@quern/engine'", 'imports @quern/engine, but expression may import nothing else of Quern.'],
  ["export * from '@quern/schema'", 'imports @quern/schema, but expression may import nothing else of Quern.'],
  ["export type T = import('quern').Engine", 'imports quern, but expression may import nothing else of Quern.'],
  ["export const later = () => import('@quern/engine')", 'imports @quern/engine, but expression may import nothing else of Quern.'],
  [
    'export const later = (name: string) => import(name)',
    'imports a computed name, but an import must be a plain string, so that it can be checked.',
  ],
  ["import '@quern/nowhere'", 'imports @quern/nowhere, but there is no such package.'],
  [
    "import { text } from '../../schema/src/columns.js'",
    'imports ../../schema/src/columns.js, but a relative import must stay inside packages/expression/src.',
  ],
  ["import { z } from 'zod'", 'imports zod, but expression may import no library.'],
  ["import { join } from 'node:path'", 'imports node:path, but expression must run in a browser and may import no node: module.'],
  ["import { join } from 'path'", 'imports path, but a module of Node is written node:path.'],
  [
    "export const bytes = Buffer.from('')",
    'uses Buffer, but expression must run in a browser and may use no global of Node (globalThis.process?. is allowed).',
  ],
  [
    'export const home = process.env.HOME',
    'uses process, but expression must run in a browser and may use no global of Node (globalThis.process?. is allowed).',
  ],
  [
    'export const bytes = globalThis.Buffer',
    'uses globalThis.Buffer, but expression must run in a browser and may use no global of Node (globalThis.process?. is allowed).',
  ],
])('%s', (line, sentence) => {
  const path = 'packages/expression/src/index.ts'
  const at = readFileSync(join(copy, path), 'utf8').trimEnd().split('\n').length + 2
  const problems = saysNow(path, (text) => `${text.trimEnd()}\n\n${line}\n`)
  expect(problems).toContain(`${path}:${at} ${sentence}`)
})

test('a package reaches others only through what they export', () => {
  const path = 'packages/schema/src/index.ts'
  expect(saysNow(path, (text) => `import '@quern/expression/dist/nodes.js'\n${text}`)).toEqual([
    `${path}:1 imports @quern/expression/dist/nodes.js, but @quern/expression exports only . and ./package.json.`,
  ])
})

test('tarn stays in one file', () => {
  const path = 'packages/engine/src/index.ts'
  expect(saysNow(path, (text) => `import 'tarn'\n${text}`)).toEqual([
    `${path}:1 imports tarn, but only packages/engine/src/pool-tarn.ts may import tarn.`,
  ])
})

test('package.json and tsconfig.json say what the sources import', () => {
  const path = 'packages/schema/package.json'
  const change = (name: string, edit: (manifest: any) => void) =>
    saysNow(name, (text) => {
      const manifest = JSON.parse(text)
      edit(manifest)
      return JSON.stringify(manifest)
    })
  expect(change(path, (it) => delete it.dependencies['@quern/expression'])).toEqual([
    `${path} does not list @quern/expression, which its sources import.`,
  ])
  expect(change(path, (it) => (it.dependencies['@quern/engine'] = '0.1.0'))).toEqual([
    `${path} lists @quern/engine, which its sources do not import.`,
  ])
  expect(change('packages/quern/package.json', (it) => delete it.peerDependencies.pg)).toEqual([
    'packages/quern/package.json does not repeat the optional peer pg of its driver.',
  ])
  expect(change('packages/driver-pg/package.json', (it) => delete it.peerDependenciesMeta)).toEqual([
    'packages/driver-pg/package.json lists the peer pg as required; client libraries are optional.',
  ])
  const config = 'packages/schema/tsconfig.json'
  expect(change(config, (it) => (it.references = []))).toEqual([`${config} does not reference ../expression, which the sources import.`])
  expect(change(config, (it) => it.references.push({ path: '../sql' }))).toEqual([
    `${config} references ../sql, which the sources do not import.`,
  ])
  expect(change(config, (it) => (it.compilerOptions.types = ['node']))).toEqual([
    `${config} names types, but schema must run in a browser and may see no types of Node.`,
  ])
})

test('cycles are shown whole', () => {
  const file = join(copy, 'packages/schema/src/index.ts')
  const original = readFileSync(file, 'utf8')
  appendFileSync(file, "\nexport * from './table.js'\n")
  const problems = saysNow('packages/schema/src/table.ts', (text) => `import './index.js'\n${text}`)
  writeFileSync(file, original)
  expect(problems.some((problem) => /^A cycle of file imports: .*packages\/schema\/src\/index\.ts → /.test(problem))).toBe(true)
})
