/** How waiting for one's turn ended. */
export type Turn = 'mine' | 'late' | 'stopped'

interface Waiter {
  readonly owner: object
  readonly end: (turn: Turn) => void
}

/**
 * The connections of this process that want to write to one file. SQLite lets one of them write at a time and tells the others that it is
 * busy, in no order: whoever asks again at the right moment is next. Here they stand in line, and none has to ask.
 */
export class Writers {
  #holder: object | undefined
  readonly #line: Waiter[] = []

  /** Whether another one writes, so that whoever wants to has to stand in line. */
  taken(owner: object): boolean {
    return this.#holder !== undefined && this.#holder !== owner
  }

  /** There is a promise only where there is a line. Who comes out of it `late` has waited for `patience` milliseconds in vain. */
  take(owner: object, patience: number): Turn | Promise<Turn> {
    if (!this.taken(owner)) {
      this.#holder = owner
      return 'mine'
    }
    return new Promise((resolve) => {
      const end = (turn: Turn) => {
        clearTimeout(timer)
        resolve(turn)
      }
      const waiter = { owner, end }
      const timer = setTimeout(() => this.#drop(waiter, 'late'), patience)
      this.#line.push(waiter)
    })
  }

  /** Gives the turn to who waits longest. */
  leave(owner: object): void {
    if (this.#holder !== owner) return
    const next = this.#line.shift()
    this.#holder = next?.owner
    next?.end('mine')
  }

  /** Takes one out of the line who no longer wants to write. */
  stop(owner: object): void {
    const waiter = this.#line.find((one) => one.owner === owner)
    if (waiter) this.#drop(waiter, 'stopped')
  }

  #drop(waiter: Waiter, turn: Turn): void {
    const at = this.#line.indexOf(waiter)
    if (at < 0) return
    this.#line.splice(at, 1)
    waiter.end(turn)
  }
}

const files = new Map<string, { readonly writers: Writers; connections: number }>()

/** The line before a file, by its real path; `leaveFile` is called when the connection is closed. */
export function enterFile(path: string): Writers {
  const file = files.get(path) ?? { writers: new Writers(), connections: 0 }
  file.connections++
  files.set(path, file)
  return file.writers
}

export function leaveFile(path: string): void {
  const file = files.get(path)
  if (file !== undefined && --file.connections === 0) files.delete(path)
}
