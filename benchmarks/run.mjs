/** `npm run bench`; see README.md. */
import { spawnSync } from 'node:child_process'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseNode } from './node.mjs'
import { printProfile } from './profile.mjs'
import { regressions, summarise, table } from './report.mjs'
import { commit, lastResults, machine, merged, today, write } from './results.mjs'
import { stage } from './stage.mjs'
import { suites } from './suites.mjs'
import { measureTypes } from './types.mjs'

const options = readOptions()
const node = chooseNode({ given: options.node, usePresent: options.smoke })
const { folder, versions } = stage(node)
const names = Object.entries(versions).map((pair) => pair.join(' '))
console.log(`Node ${node.version} (${node.origin}); ${names.join(', ')}`)

const jobs = suites
  .filter((suite) => !options.suite || suite.name === options.suite)
  .map((suite) => ({ ...suite, cases: suite.cases.filter((of) => !options.case || options.case.split(',').includes(of.name)) }))
  .flatMap((suite) => suite.cases.map((of) => ({ suite, case: of, contenders: chosenOf(of) })))

const servers = jobs.some(({ suite }) => suite.servers) ? await startDatabases() : undefined
try {
  if (options.profile) profile(options.profile)
  else if (options.suite === 'types') {
    const { rows, missed } = measureTypes(folder, options.smoke)
    if (missed.length > 0) process.exitCode = 1
    if (options.merge) {
      write({ ...lastResults(), types: { date: today(), rows } })
    }
  } else run()
} finally {
  await servers?.stop()
}

async function ownDatabase(url) {
  if (url.protocol === 'postgresql:') {
    const { default: pg } = await import('pg')
    const client = new pg.Client(url.href)
    await client.connect()
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'quern_bench'")
    if (rowCount === 0) await client.query('create database quern_bench')
    await client.end()
  } else {
    const { createConnection } = await import('mysql2/promise')
    const connection = await createConnection(url.href)
    await connection.query('create database if not exists quern_bench character set utf8mb4')
    await connection.end()
  }
  url.pathname = '/quern_bench'
}

/** The base is always among them. */
function chosenOf({ base, contenders }) {
  const libraries = options.only?.split(',')
  return contenders.filter(({ id, library }) => !libraries || id === base || libraries.includes(library))
}

/** The servers of the tests. */
async function startDatabases() {
  const { startServers } = await import('../test/servers/servers.mjs')
  const started = await startServers({ log: (line) => process.stderr.write(`${line}\n`) })
  for (const [name, given] of Object.entries(started.environment)) {
    const url = new URL(given)
    await ownDatabase(url)
    process.env[name.replace('QUERN_TEST_', 'QUERN_BENCH_')] = url.href
  }
  process.env.QUERN_BENCH_SQLITE_URL = join(folder, 'bulk.db')
  process.env.QUERN_BENCH_SQLITE_ROWS = join(folder, 'rows.db')
  if (options.smoke) process.env.QUERN_BENCH_SMOKE = '1'
  const setUps = new Set(jobs.flatMap(({ suite, case: of }) => (suite.setUp ? [`${suite.setUp} ${of.database ?? suite.database}`] : [])))
  for (const setUp of setUps) {
    const [file, database] = setUp.split(' ')
    const { status, stderr } = spawnSync(node.path, [join(folder, 'cases', file), database], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${setUp} failed: ${stderr}`)
  }
  return started
}

/** Everything once, rows compared: a process for all that one library does in a suite, so that it fits into two minutes. */
function smoke() {
  const failures = new Map()
  const proofs = new Map()
  let passed = 0
  for (const suite of new Set(jobs.map((job) => job.suite))) {
    const all = suite.cases.flatMap((of) => of.contenders.map((contender) => ({ of, contender })))
    for (const library of new Set(all.map(({ contender }) => contender.library))) {
      const group = all.filter(({ contender }) => contender.library === library)
      const time = { warmUp: 0, batches: 1, batchTime: 0 }
      const answers = children(group.map(({ of, contender }) => jobOf(suite, of, contender, { prove: true, time })))
      for (const [i, { of, contender }] of group.entries()) {
        const { error, proof } = answers[i] ?? { error: answers.error ?? 'its process ended before it' }
        if (error) failures.set(keyOf(suite, of, contender), error)
        else proofs.set(keyOf(suite, of, contender), proof)
      }
    }
    for (const of of suite.cases) compare(suite, of, of.contenders, proofs, failures)
    passed += all.filter(({ of, contender }) => !failures.has(keyOf(suite, of, contender))).length
  }
  for (const [key, failure] of failures) console.error(`${key} does not count: ${failure}`)
  if (failures.size) process.exitCode = 1
  console.log(`bench: ${passed} passed, ${failures.size} failed`)
}

function run() {
  if (options.smoke) return smoke()
  const started = Date.now()
  const load = os.loadavg()[0]
  const samples = new Map()
  const memory = new Map()
  const failures = new Map()
  const proofs = proveAll(failures)
  for (let round = 0; round < options.rounds; round++) {
    for (const { suite, case: of, contenders } of jobs) {
      // Each round starts with another contender, so that none always follows the same one.
      for (let i = 0; i < contenders.length; i++) {
        const contender = contenders[(i + round) % contenders.length]
        const key = keyOf(suite, of, contender)
        if (failures.has(key)) continue
        const answer = child(suite, of, contender, {
          time: { ...options.time, ...suite.time, ...of.time, ...contender.time },
        })
        if (answer.error) failures.set(key, answer.error)
        else {
          samples.set(key, [...(samples.get(key) ?? []), answer.time.ns])
          if (answer.time.memory !== undefined) memory.set(key, Math.max(memory.get(key) ?? 0, answer.time.memory))
        }
      }
    }
    console.log(`round ${round + 1} of ${options.rounds} done after ${Math.round((Date.now() - started) / 1000)} s`)
  }
  const busy = { before: load, after: os.loadavg()[0] }
  const measured = {
    date: today(),
    node: node.version,
    versions: { ...versions, quern: `${versions.quern} (${commit()})` },
    rounds: options.rounds,
    load: busy,
  }
  const measuredSuites = summarise(jobs, (suite, of, contender) => {
    const key = keyOf(suite, of, contender)
    return { samples: samples.get(key) ?? [], memory: memory.get(key), failure: failures.get(key), sql: proofs.get(key)?.sql }
  })
  const results = { machine: machine(), suites: measuredSuites.map((suite) => ({ ...suite, measured })) }
  for (const [key, failure] of failures) console.error(`${key} does not count: ${failure}`)
  if (failures.size) process.exitCode = 1
  console.log(`\n${table(results)}`)
  for (const line of regressions(results, lastResults())) console.log(line)
  if (busy.after > os.cpus().length) console.log('The machine was busy with other work: look at the spread, and run it again.')
  if (options.only) console.log('Not all of it: nothing is written.')
  else if (options.suite && options.merge) write(merged(results, options.case !== undefined))
  else if (options.case) console.log('Some cases: nothing is written.')
  else if (options.suite) console.log('Only one suite: nothing is written.')
  else write(merged(results))
}

/** A contender whose rows differ from the base's does not count. */
function proveAll(failures) {
  const proofs = new Map()
  for (const { suite, case: of, contenders } of jobs) {
    for (const contender of contenders) {
      const answer = child(suite, of, contender, { prove: true })
      if (answer.error) failures.set(keyOf(suite, of, contender), answer.error)
      else proofs.set(keyOf(suite, of, contender), answer.proof)
    }
    compare(suite, of, contenders, proofs, failures)
  }
  return proofs
}

function compare(suite, of, contenders, proofs, failures) {
  const base = contenders.find((contender) => contender.id === of.base)
  const expected = proofs.get(keyOf(suite, of, base))
  if (!expected) throw new Error(`${keyOf(suite, of, base)}, the base, failed: ${failures.get(keyOf(suite, of, base))}`)
  for (const contender of contenders.filter(({ floor }) => !floor)) {
    const key = keyOf(suite, of, contender)
    const proof = proofs.get(key)
    if (proof && JSON.stringify(proof.rows) !== JSON.stringify(expected.rows)) {
      failures.set(key, `its rows are not those of ${base.label}${proof.sql ? `: ${proof.sql}` : ''}`)
      if (process.env.QUERN_BENCH_SHOW) console.error(JSON.stringify(expected.rows).slice(0, 600), JSON.stringify(proof.rows).slice(0, 600))
    }
  }
}

function jobOf(suite, of, contender, what) {
  return {
    suite: suite.name,
    folder: suite.folder,
    module: of.module ?? suite.module,
    database: of.database ?? suite.database,
    case: of.name,
    library: contender.library,
    variant: contender.variant,
    ...what,
  }
}

function child(suite, of, contender, what, flags = []) {
  const { answers, error } = start(jobOf(suite, of, contender, what), flags)
  return answers?.at(-1) ?? { error }
}

/** As many answers as jobs were done; `error` says why it is not all of them. */
function children(these) {
  const { answers = [], error } = start(these, [])
  return Object.assign(answers, { error })
}

function start(given, flags) {
  const { status, stdout, stderr, error } = spawnSync(node.path, [...flags, join(folder, 'cases/process.mjs'), JSON.stringify(given)], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 180_000,
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  })
  const lines = (stdout ?? '').split('\n').filter((line) => line.startsWith('{'))
  const answers = lines.length > 0 ? lines.map((line) => JSON.parse(line)) : undefined
  if (status === 0) return { answers }
  if (error) return { answers, error: error.message }
  return {
    answers,
    error:
      stderr
        .split('\n')
        .find((line) => /^\w*Error\b/.test(line))
        ?.slice(0, 300) ?? `exit code ${status}`,
  }
}

/** Runs one contender alone, longer, under the sampling profiler. */
function profile(wanted) {
  const found = jobs.flatMap((job) => job.contenders.map((contender) => ({ ...job, contender })))
  const chosen = found.find(({ suite, case: of, contender }) => keyOf(suite, of, contender) === wanted)
  if (!chosen) throw new Error(`--profile takes one of: ${found.map((job) => keyOf(job.suite, job.case, job.contender)).join(', ')}`)
  const name = `${wanted.replaceAll('/', '-')}.cpuprofile`
  const flags = ['--cpu-prof', '--cpu-prof-interval=200', '--cpu-prof-dir', folder, '--cpu-prof-name', name]
  const answer = child(chosen.suite, chosen.case, chosen.contender, { time: { warmUp: 1000, batches: 100, batchTime: 50 } }, flags)
  if (answer.error) throw new Error(answer.error)
  console.log(`${wanted}: ${Math.round(answer.time.ns)} ns under the profiler`)
  printProfile(join(folder, name))
}

function keyOf(suite, of, contender) {
  return `${suite.name}/${of.name}/${contender.id}`
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean', default: false },
      suite: { type: 'string' },
      rounds: { type: 'string' },
      node: { type: 'string' },
      profile: { type: 'string' },
      case: { type: 'string' },
      only: { type: 'string' },
      merge: { type: 'boolean', default: false },
    },
  })
  const known = [...suites.map((suite) => suite.name), 'types']
  if (values.suite && !known.includes(values.suite)) {
    throw new Error(`--suite takes ${known.join(' or ')}`)
  }
  const rounds = Number(values.rounds ?? (values.smoke ? 1 : 7))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a positive number')
  const time = values.smoke ? { warmUp: 0, batches: 1, batchTime: 0 } : { warmUp: 600, batches: 31, batchTime: 15 }
  return { ...values, rounds, time }
}
