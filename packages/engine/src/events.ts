/** What the engine tells its listeners. None of it holds a bound value or a password. */
export interface EngineEvents {
  query: {
    readonly connection: string
    readonly sql: string
    readonly milliseconds: number
    readonly rowCount: number | undefined
    readonly error: unknown
  }
  connect: { readonly connection: string; readonly milliseconds: number }
  checkout: { readonly connection: string }
  checkin: { readonly connection: string }
  begin: TransactionEvent
  commit: TransactionEvent
  rollback: TransactionEvent
  /** Something that works and should not be so: a slow statement, a connection held for long, statements that were not awaited. */
  warning: EngineWarning
  /** A failure that no caller hears of: an idle connection was lost, a rollback failed. */
  error: { readonly error: unknown }
}
export interface EngineWarning {
  readonly kind: 'slow query' | 'long hold' | 'not awaited'
  readonly message: string
  readonly connection: string
  readonly sql: string | undefined
  readonly milliseconds: number | undefined
}
export interface TransactionEvent {
  readonly connection: string
  /** The savepoint's name, or `undefined` for the transaction itself. */
  readonly savepoint: string | undefined
}

export type EngineEvent = keyof EngineEvents
type Listener<E extends EngineEvent> = (event: EngineEvents[E]) => void

const unheard: { readonly [E in EngineEvent]: boolean } = {
  query: false,
  connect: false,
  checkout: false,
  checkin: false,
  begin: false,
  commit: false,
  rollback: false,
  error: false,
  warning: false,
}
export const eventNames = Object.keys(unheard) as readonly EngineEvent[]

/** Unlike Node's emitter it needs no listener for `error`, and a listener that throws stops nobody. */
export class Events {
  readonly #listeners: { [E in EngineEvent]?: Set<Listener<E>> } = {}
  /** Whether anybody listens; asked three times a statement. */
  readonly heard: { [E in EngineEvent]: boolean } = { ...unheard }

  on<E extends EngineEvent>(event: E, listener: Listener<E>): () => void {
    const all: { [Name in E]?: Set<Listener<E>> } = this.#listeners as any
    const listeners = all[event] ?? new Set()
    all[event] = listeners
    listeners.add(listener)
    this.heard[event] = true
    return () => {
      listeners.delete(listener)
      this.heard[event] = listeners.size > 0
    }
  }

  emit<E extends EngineEvent>(event: E, details: EngineEvents[E]): void {
    const listeners = this.#listeners[event]
    if (listeners === undefined) return
    for (const listener of listeners) {
      try {
        listener(details)
      } catch (error) {
        console.error(`quern: a listener of '${event}' threw`, error)
      }
    }
  }
}
