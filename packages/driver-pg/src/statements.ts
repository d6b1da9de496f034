import type { Wire } from './wire.js'

/**
 * The statements that one connection keeps prepared, by their full text; the server infers the parameters' types from the text
 * alone. The least recently used one is closed when there are too many. Every message goes out together with the statement that
 * needs it, so neither preparing nor closing costs a round trip.
 */
export class Statements {
  private readonly names = new Map<string, string>()
  private readonly limit: number
  private closing: string[] = []
  private count = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** Sends what it takes for `text` to be prepared, and yields the statement's name. `parsed` gets the text when a Parse was sent. */
  prepare(text: string, keep: boolean, wire: Wire, parsed: string[]): string {
    const known = keep ? this.names.get(text) : undefined
    if (known !== undefined) {
      this.touch(text, known)
      return known
    }
    if (text.includes('\0')) throw new TypeError('A statement must not contain the character U+0000.')
    for (const name of this.closing) wire.close({ type: 'S', name })
    this.closing = []
    const name = keep && this.limit > 0 ? this.add(text, wire) : ''
    wire.parse({ name, text })
    parsed.push(text)
    return name
  }

  /** Forgets a statement that the server may not know, or may know differently. Closing an unknown name is no error. */
  drop(text: string): void {
    const name = this.names.get(text)
    if (name === undefined) return
    this.names.delete(text)
    this.closing.push(name)
  }

  private add(text: string, wire: Wire): string {
    if (this.names.size >= this.limit) {
      const [oldest, name] = this.names.entries().next().value!
      this.names.delete(oldest)
      wire.close({ type: 'S', name })
    }
    // Never from the text: the server cuts names at 63 bytes, and two texts must not meet in one name.
    const name = `quern_${++this.count}`
    this.names.set(text, name)
    return name
  }

  private touch(text: string, name: string): void {
    this.names.delete(text)
    this.names.set(text, name)
  }
}
