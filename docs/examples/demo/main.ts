/** A tour of Quern on Chinook: `npm run demo`, or `npm run demo -- --url postgresql://user:password@host/database`. */
import { QuernError } from 'quern'
import { bulk } from './bulk.js'
import { type Chinook, Refusal, withChinook } from './database.js'
import { bestSellers, countries, hierarchy } from './queries.js'
import { reflection } from './reflection.js'
import { run } from './run.js'
import { savepoint } from './savepoint.js'
import { fail, footer, heading, print } from './screen.js'
import { tablesFor } from './tables.js'

const usage = `npm run demo                       on SQLite, in a temporary file
npm run demo -- --url <url>        on a server: postgresql://…, mysql://…, mariadb://…
                                   in a database quern_demo, which is made, filled and dropped again`

async function tour({ engine, dialect, about }: Chinook, signal: AbortSignal): Promise<void> {
  print(about)
  const tables = tablesFor(dialect)
  heading('1  Reflection: the database as it is, and as typed tables')
  await reflection(engine)
  heading('2  A join with aggregation: the artists who sell best')
  await run(engine, bestSellers(tables))
  heading('3  A common table expression with window functions: sales by country')
  const sales = await run(engine, countries(tables))
  footer(`${sales.length} countries, total revenue ${sales.at(-1)?.running?.toFixed(2)}`)
  heading('4  A recursive query: who reports to whom')
  await run(engine, hierarchy(tables))
  heading('5  100,000 rows at once')
  await bulk(engine, tables, signal)
  heading('6  A transaction whose savepoint rolls back')
  await savepoint(engine, tables)
}

/** No argument is repeated in a message: a password may stand in it. */
function urlOf(args: readonly string[]): string | undefined {
  const [option, value, ...more] = args.flatMap((arg) => (arg.startsWith('--url=') ? ['--url', arg.slice(6)] : [arg]))
  if (option === undefined) return undefined
  if (option !== '--url') {
    const shown = /^--?[\w-]+$/.test(option) ? `there is no option ${option}` : 'a URL stands after --url'
    throw new Refusal(`${shown}; write npm run demo -- --url postgresql://user:password@host/database`)
  }
  if (value === undefined || value === '') throw new Refusal('--url needs a URL, such as postgresql://user:password@host/database')
  if (more.length > 0) throw new Refusal('there is one argument too many; --url takes one URL')
  return value
}

/** Ctrl-C, or a reader such as `head` that has seen enough: whatever was made is removed first. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  const stop = () => controller.abort(new Refusal('interrupted'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  process.stdout.on('error', stop)
  return controller.signal
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return print(usage)
  const url = urlOf(args)
  const started = performance.now()
  const signal = interruption()
  await withChinook(url, (chinook) => Promise.race([tour(chinook, signal), aborted(signal)]))
  print()
  footer(
    `Done in ${((performance.now() - started) / 1000).toFixed(1)} s; ${url === undefined ? 'the file is removed' : 'the database quern_demo is dropped'}.`,
  )
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = 1
  // What Quern says never holds a password; of anything unforeseen the first line has to do.
  fail(error instanceof QuernError || error instanceof Refusal ? error.message : String(error).split('\n', 1)[0]!)
})
