/** Who has borrowed a connection, since when, and from where in the program. */
interface Borrower {
  readonly since: number
  readonly trace: Error
}

/** How many of those who have held a connection longest are shown. */
const shown = 3
const frames = 8

/** For leak tracing: the borrowers, who holds longest first. */
export class Borrowers<Slot extends { readonly connection: { readonly id: string } }> {
  /** In the order of borrowing, which a map keeps. */
  readonly #all = new Map<Slot, Borrower>()

  add(slot: Slot, trace: Error): void {
    this.#all.set(slot, { since: performance.now(), trace })
  }

  delete(slot: Slot): void {
    this.#all.delete(slot)
  }

  /** The oldest borrowers, their ages and stacks; empty without any. */
  describe(): string {
    const now = performance.now()
    const oldest = [...this.#all].slice(0, shown)
    const lines = oldest.map(
      ([{ connection }, { since, trace }]) => `  connection ${connection.id}, for ${Math.round(now - since)} ms\n${callers(trace)}`,
    )
    return lines.length === 0 ? '' : `\nlongest in use:\n${lines.join('\n')}`
  }
}

const here = directoryOf(new Error('here').stack?.split('\n')[1] ?? '')

/** The program's own part of the stack, without the engine's frames above it. */
function callers({ stack = '' }: Error): string {
  const all = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const own = all.findIndex((line) => directoryOf(line) !== here)
  return all
    .slice(Math.max(own, 0), Math.max(own, 0) + frames)
    .map((line) => `    ${line.trim()}`)
    .join('\n')
}

/** The folder of a stack's line: what stands between its parenthesis or blank and the last slash. */
function directoryOf(line: string): string {
  const place = /\(([^()]*)\)\s*$/.exec(line)?.[1] ?? line.trim().replace(/^at (async )?/, '')
  return place.slice(0, Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')))
}
