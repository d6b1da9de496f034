import { CommitUnknownError, type Engine, PoolClosedError, sql } from 'quern'
import { type Observer, pause, until } from './observer.js'
import { faultTexts } from './texts.js'

/** What a fault may be called. */
const classes: ReadonlySet<string> = new Set([
  'ConnectionLostError',
  'CommitUnknownError',
  'ConnectError',
  'PoolTimeoutError',
  'PoolClosedError',
  'QueryCanceledError',
  'DeadlockError',
  'LockTimeoutError',
  'SerializationError',
  'TransactionRolledBackError',
])

/** Workers that write and read without a rest, and a book of what they were told, to be compared with what the server has. Errors that reach nobody fail the test by Jest's own watch. */
export class Ledger {
  started = 0
  settled = 0
  /** Numbers whose transaction was committed, as the caller was told; was not; or may have been. */
  readonly acked = new Set<number>()
  readonly failed = new Set<number>()
  readonly unknown = new Set<number>()
  /** Answers that belonged to somebody else's question. */
  wrong = 0
  /** What callers were told, by class, with the number of times. */
  readonly told = new Map<string, number>()
  /** The moment of the latest success. */
  lastSuccess = 0
  #running = false
  #workers: Promise<unknown>[] = []
  readonly #engine: Engine
  readonly #options: { readonly verify?: boolean }

  /** `verify`: as transactions take it. */
  constructor(engine: Engine, verify = false) {
    this.#engine = engine
    this.#options = verify ? { verify } : {}
  }

  /** Two rows for each number: a transaction that was half committed would show. */
  static readonly table = 'create table ops (id integer, half integer, primary key (id, half))'

  start(workers: number): void {
    this.#running = true
    this.#workers = Array.from({ length: workers }, (_, i) => this.#work(i))
  }

  /** Yields how many workers are still not done after the guard's time: 0 unless a call hangs. */
  async stop(guard = 10_000): Promise<number> {
    this.#running = false
    let left = this.#workers.length
    for (const worker of this.#workers) void worker.finally(() => left--)
    return await until(
      () => left,
      (n) => n === 0,
      guard,
    )
  }

  async #work(worker: number): Promise<void> {
    while (this.#running) {
      try {
        await (worker % 4 === 3 ? this.#read() : this.#write())
        this.lastSuccess = performance.now()
      } catch (error) {
        this.told.set((error as Error).name, (this.told.get((error as Error).name) ?? 0) + 1)
        if (error instanceof PoolClosedError) return
        await pause(20)
      }
    }
  }

  async #read(): Promise<void> {
    const number = ++this.started
    try {
      const answer = await this.#engine.scalar(sql`select ${number} + 0`)
      if (Number(answer) !== number) this.wrong++
    } finally {
      this.settled++
    }
  }

  async #write(): Promise<void> {
    const number = ++this.started
    try {
      await this.#engine.transaction(async (tx) => {
        await tx.execute(sql`insert into ops values (${number}, 1)`)
        await tx.execute(sql`insert into ops values (${number}, 2)`)
      }, this.#options)
      this.acked.add(number)
    } catch (error) {
      ;(error instanceof CommitUnknownError ? this.unknown : this.failed).add(number)
      throw error
    } finally {
      this.settled++
    }
  }

  /** The book against the table. Everything in the answer must be zero but the last two, which are for the reader. */
  async compare(observer: Observer): Promise<Comparison> {
    const there = new Set((await observer.ask('select id from ops group by id having count(*) = 2')).map(Number))
    const half = await observer.ask('select id from ops group by id having count(*) <> 2')
    const count = (numbers: Iterable<number>, counts: (n: number) => boolean) => [...numbers].filter(counts).length
    return {
      hung: this.started - this.settled,
      wrong: this.wrong,
      unclassified: [...this.told.keys()].filter((name) => !classes.has(name)).length,
      halves: half.length,
      lost: count(this.acked, (n) => !there.has(n)),
      failedButThere: count(this.failed, (n) => there.has(n)),
      unexplained: count(there, (n) => !this.acked.has(n) && !this.unknown.has(n)),
      unknown: this.unknown.size,
      unknownButThere: count(this.unknown, (n) => there.has(n)),
    }
  }
}

export interface Comparison {
  readonly hung: number
  readonly wrong: number
  /** Kinds of failures that were handed on as some library made them. */
  readonly unclassified: number
  readonly halves: number
  readonly lost: number
  readonly failedButThere: number
  readonly unexplained: number
  readonly unknown: number
  readonly unknownButThere: number
}
export const clean = { hung: 0, wrong: 0, unclassified: 0, halves: 0, lost: 0, failedButThere: 0, unexplained: 0 } as const

/** Nothing of the engine's is left behind: nobody uses or waits, the server has as many sessions as the pool keeps, and none once it is closed. */
export async function expectNothingLeft(engine: Engine, observer: Observer): Promise<void> {
  const atRest = { used: 0, waiting: 0, connecting: 0, closing: 0 }
  const figures = () => engine.status()
  const resting = (f: ReturnType<typeof figures>) => f.used + f.waiting + f.connecting + f.closing === 0
  expect(await until(figures, resting)).toMatchObject(atRest)
  // a loss takes a moment until the pool has heard of it
  const look = async () => ({ sessions: (await observer.sessions()).length, idle: engine.status().idle })
  const { sessions, idle } = await until(look, (there) => there.sessions === there.idle)
  expect(sessions).toBe(idle)
  // and none of them is inside a transaction, which would hold locks
  expect(
    await until(
      () => observer.ask(faultTexts[observer.dialect].open),
      (ids) => ids.length === 0,
    ),
  ).toEqual([])
  await engine.close({ timeout: 2_000 })
  expect(
    await until(
      () => observer.sessions(),
      (ids) => ids.length === 0,
    ),
  ).toEqual([])
  expect(engine.status()).toMatchObject({ ...atRest, idle: 0 })
}
