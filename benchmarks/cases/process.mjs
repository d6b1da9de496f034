/** One contender in one case, in a process of its own: `node process.mjs '<json>'`; answers with one line of JSON. */
import { prove as proveCompile } from './compile/prove.mjs'
import { measure } from './measure.mjs'
import { prove as proveSqlite } from './sqlite/prove.mjs'

const job = JSON.parse(process.argv[2])
const prove = { compile: proveCompile, sqlite: proveSqlite, bulk: (contender) => contender.prove() }[job.suite]

const { default: open } = await import(`./${job.suite}/${job.library}.mjs`)
const contender = await open(job.case, job.variant)
const answer = {}
if (job.prove) answer.proof = await prove(contender)
if (job.time) answer.time = await (contender.timed ? contender.timed(job.time) : measure(contender, job.time))
await contender.close?.()
process.stdout.write(`\n${JSON.stringify(answer)}\n`)
