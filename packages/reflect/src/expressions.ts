/**
 * Whether two expressions are the same, which the server itself says: it brings both into the one form that it gives them. A comparison is
 * run once to find out what has to be asked, and once more with the answers.
 */
import { ConnectionLostError, type Executor } from '@quern/engine'
import type { Catalog } from './catalog.js'
import { withoutParentheses } from './defaults.js'

/** What an expression is over. */
export type ExpressionPlace =
  /** A row of a table that is there. */
  | { readonly kind: 'row'; readonly schema: string; readonly table: string }
  /** Nothing: a default of this type. */
  | { readonly kind: 'value'; readonly type: string }
  /** A value of this type, called `value`. */
  | { readonly kind: 'domain'; readonly type: string }
  /** It is a SELECT of a view with these columns. */
  | { readonly kind: 'query'; readonly columns: readonly string[] }

interface Question {
  readonly place: ExpressionPlace
  readonly texts: Set<string>
}

export class Expressions {
  readonly #catalog: Catalog
  readonly #known = new Map<string, string | undefined>()
  #open = new Map<string, Question>()

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** `undefined` where the server cannot tell; `false` until it was asked. */
  same(place: ExpressionPlace, declared: string, actual: string): boolean | undefined {
    const [a, b] = [this.#plain(declared), this.#plain(actual)]
    if (a === b) return true
    const key = JSON.stringify(place)
    const [one, other] = [this.#read(key, place, a), this.#read(key, place, b)]
    if (one === 'open' || other === 'open') return false
    // what only one of them is taken for cannot be what the other is; a default has to fit the declared type, too
    if (other === undefined && (one === undefined || place.kind !== 'value')) return undefined
    return one === other
  }

  /** Asks what was not known; `false` where nothing was open. */
  async ask(db: Executor): Promise<boolean> {
    const open = [...this.#open]
    this.#open = new Map()
    for (const [key, { place, texts }] of open) {
      const list = [...texts]
      const found = await this.#catalog.canonical(db, place, list)
      for (const [i, text] of list.entries()) this.#known.set(JSON.stringify([key, text]), found[i])
    }
    return open.length > 0
  }

  #plain(text: string): string {
    return withoutParentheses(text, this.#catalog.backslashEscapes)
  }

  #read(key: string, place: ExpressionPlace, text: string): string | undefined | 'open' {
    const own = JSON.stringify([key, text])
    if (this.#known.has(own)) return this.#known.get(own)
    let question = this.#open.get(key)
    if (!question) this.#open.set(key, (question = { place, texts: new Set() }))
    question.texts.add(text)
    return 'open'
  }
}

/** What the server says no to is not known; a connection that is gone is an error. */
export function refused(error: unknown): undefined {
  if (error instanceof ConnectionLostError) throw error
}

/** All at once, and one by one where one of them is refused. */
export async function together(
  texts: readonly string[],
  ask: (texts: readonly string[]) => Promise<readonly (string | undefined)[]>,
): Promise<readonly (string | undefined)[]> {
  const found = await ask(texts).catch(refused)
  if (found || texts.length === 1) return found ?? [undefined]
  const all: (string | undefined)[] = []
  for (const text of texts) all.push((await ask([text]).catch(refused))?.[0])
  return all
}

/** Work whose failure leaves the transaction around it usable. */
export function apart<T>(db: Executor, work: (db: Executor) => Promise<T>): Promise<T> {
  const inside = db as Executor & { savepoint?: (work: (db: Executor) => Promise<T>) => Promise<T> }
  return inside.savepoint ? inside.savepoint(work) : work(db)
}

/** Does the work and takes it back. */
export async function takenBack<T>(db: Executor, work: (db: Executor) => Promise<T>): Promise<T> {
  let found: { readonly value: T } | undefined
  const undo = new Error('taken back')
  await db
    .transaction(async (tx) => {
      found = { value: await work(tx) }
      throw undo
    })
    .catch((error) => {
      if (error !== undo) throw error
    })
  return found!.value
}
