/** What was measured, kept in `docs/benchmarks/` and shown in `docs/benchmarks.md`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plotCurves } from './curves.mjs'
import { markdown } from './page.mjs'
import { plot } from './plot.mjs'
import { suites } from './suites.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const docs = join(here, '../docs')

export function machine() {
  const processors = os.cpus()
  return `${processors[0]?.model.trim()}, ${processors.length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.platform()} ${os.arch()}`
}

export function lastResults() {
  return JSON.parse(readFileSync(join(docs, 'benchmarks/results.json'), 'utf8'))
}

export function today() {
  return new Date().toISOString().slice(0, 10)
}

/** Which Quern was measured; a `+` says that packages had changes that are not in that commit. */
export function commit() {
  const git = (...args) => spawnSync('git', args, { cwd: here, encoding: 'utf8' }).stdout?.trim()
  return `${git('rev-parse', '--short', 'HEAD') || 'no commit'}${git('status', '--porcelain', '../packages') ? '+' : ''}`
}

/** The last results with these suites in place of their own, or with `some` of their cases: each says for itself when and on what it was measured. */
export function merged(results, some = false) {
  const last = lastResults()
  const known = new Map(last.suites.map((suite) => [suite.name, suite]))
  for (const suite of results.suites) known.set(suite.name, some ? withCases(known.get(suite.name), suite) : suite)
  const inOrder = suites.map(({ name }) => known.get(name)).filter((suite) => suite)
  return { ...last, machine: results.machine, suites: inOrder }
}

function withCases(suite, { cases, measured }) {
  const own = new Map(cases.map((of) => [of.name, { ...of, measured }]))
  return { ...suite, cases: suite.cases.map((of) => own.get(of.name) ?? of) }
}

export function write(results) {
  const pictures = (name) => `benchmarks/${name}.svg`
  mkdirSync(join(docs, 'benchmarks'), { recursive: true })
  writeFileSync(join(docs, 'benchmarks/results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  for (const suite of results.suites) writeFileSync(join(docs, pictures(suite.name)), (suite.cases[0].curve ? plotCurves : plot)(suite))
  const page = join(docs, 'benchmarks.md')
  const [before, after] = [/^.*<!-- results -->\n/s, /<!-- end of results -->.*$/s].map((part) => readFileSync(page, 'utf8').match(part)[0])
  writeFileSync(page, `${before}\n${markdown(results, pictures)}\n\n${after}`)
  console.log('Written: docs/benchmarks/results.json, its pictures, and the tables of docs/benchmarks.md')
}
