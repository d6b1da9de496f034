/**
 * Contenders in cases, in a process of their own: `node process.mjs '<json>'`, one job or an array of them; answers with one line of
 * JSON for each. For times it is one job a process; `--smoke` gives a process all that one library does in a suite.
 */
import { measure } from './measure.mjs'

const given = JSON.parse(process.argv[2])
const provers = {
  compile: async () => (await import('./compile/prove.mjs')).prove,
  sqlite: async () => (await import('./sqlite/prove.mjs')).prove,
  database: async () => (await import('./database/data.mjs')).prove,
}

async function answerTo(job) {
  const folder = job.folder ?? job.suite
  const { default: open } = await import(`./${job.module ?? `${folder}/${job.library}.mjs`}`)
  const opened = await open(job.case, job.variant, job.database, job.library)
  const contender = folder === 'database' ? { ...(await databaseCase(job.case)), ...opened } : opened
  try {
    const answer = {}
    if (job.prove) answer.proof = await (contender.prove ? contender.prove() : (await provers[folder]())(contender))
    if (job.time) answer.time = await (contender.timed ? contender.timed(job.time) : measure(contender, job.time))
    return answer
  } finally {
    await contender.close?.()
  }
}

async function databaseCase(name) {
  const { lanes, readers } = await import('./database/data.mjs')
  return { name, read: readers[name], lanes: name === 'lanes' ? lanes : undefined }
}

if (Array.isArray(given)) {
  for (const job of given) {
    const answer = await answerTo(job).catch((error) => ({
      error: String(error?.message ?? error)
        .split('\n')[0]
        .slice(0, 300),
    }))
    process.stdout.write(`\n${JSON.stringify(answer)}\n`)
  }
} else process.stdout.write(`\n${JSON.stringify(await answerTo(given))}\n`)
