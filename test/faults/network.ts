import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What becomes of bytes: they pass, wait until the network is whole again, or disappear as behind a firewall that drops packets. */
type Mode = 'pass' | 'freeze' | 'drop'

/** What a network does when the client sends a certain text. */
type Fault = 'freeze' | 'drop' | 'reset'

/** From where bytes come. */
export type Side = 'client' | 'server'

/** A network between a client and its server, with the faults of one. */
export class Network {
  /** The connections that the client has open, and how many there were at once at most. */
  open = 0
  most = 0
  /** Nobody is let in before this many milliseconds have passed. */
  delay = 0
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #pairs = new Set<Pair>()
  #mode: Mode = 'pass'
  #cut: { readonly from: Side; readonly after: number } | undefined
  #latest: Pair | undefined
  #trap: { readonly text: string; readonly fault: Fault; sprung: boolean } | undefined

  private constructor(server: Server, target: { readonly host: string; readonly port: number }) {
    this.#server = server
    this.#target = target
    server.on('connection', (near) => this.#join(near))
  }

  /** A network before the server that a database URL names. */
  static async before(url: string): Promise<Network> {
    const { hostname, port } = new URL(url)
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Network(server, { host: hostname, port: Number(port) })
  }

  /** The same URL by way of this network. */
  url(of: string): string {
    const url = new URL(of)
    url.hostname = '127.0.0.1'
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  /** Bytes wait until `heal`, and nobody is told. */
  freeze(): void {
    this.#set('freeze')
  }

  /** Bytes disappear from now on, and what connects hears nothing; connections that lost bytes stay dead after `heal`. */
  drop(): void {
    this.#set('drop')
  }

  heal(): void {
    this.#set('pass')
  }

  /** The connections there are go nowhere any more, as after a NAT has dropped them; new ones pass. */
  forget(): void {
    for (const pair of this.#pairs) pair.forget()
  }

  /** Resets every connection. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
  }

  /** Waits for a text from any client and then does that to its connection alone, before the server sees it. */
  when(text: string, fault: Fault): void {
    this.#trap = { text, fault, sprung: false }
  }

  /** The next connection is reset when so many bytes have come from one side; they are the last that pass. */
  cutNext(from: Side, after: number): void {
    this.#cut = { from, after }
  }

  /** How many bytes the latest connection has let pass. */
  get passed(): { readonly [From in Side]: number } {
    return this.#latest?.passed ?? { client: 0, server: 0 }
  }

  get sprung(): boolean {
    return this.#trap?.sprung ?? false
  }

  async close(): Promise<void> {
    this.reset()
    await new Promise<unknown>((resolve) => this.#server.close(resolve))
  }

  #set(mode: Mode): void {
    this.#mode = mode
    for (const pair of this.#pairs) pair.set(mode)
  }

  #join(near: Socket): void {
    this.open++
    // those that were closed before this one was opened get their turn to be noticed
    setImmediate(() => setImmediate(() => (this.most = Math.max(this.most, this.open))))
    near.on('error', () => {})
    near.on('close', () => this.open--)
    // read from the first moment on: a socket that nobody reads does not tell that the other side has closed it
    const early: Buffer[] = []
    const keep = (bytes: Buffer) => early.push(bytes)
    near.on('data', keep)
    const timer = setTimeout(() => {
      near.off('data', keep)
      const pair = new Pair(near, connect({ ...this.#target, noDelay: true }), (bytes) => this.#caught(pair, bytes), this.#cut)
      this.#cut = undefined
      this.#latest = pair
      this.#pairs.add(pair)
      pair.set(this.#mode)
      near.on('close', () => this.#pairs.delete(pair))
      for (const bytes of early) near.emit('data', bytes)
    }, this.delay)
    near.on('end', () => near.destroy())
    near.on('close', () => clearTimeout(timer))
  }

  #caught(pair: Pair, bytes: Buffer): boolean {
    const trap = this.#trap
    if (trap === undefined || trap.sprung || !bytes.includes(trap.text)) return false
    trap.sprung = true
    if (trap.fault === 'reset') pair.near.resetAndDestroy()
    else pair.set(trap.fault)
    return true
  }
}

class Pair {
  readonly near: Socket
  readonly far: Socket
  #mode: Mode = 'pass'
  #dead = false
  #waiting: (() => void)[] = []
  readonly passed = { client: 0, server: 0 }
  readonly #cut: { readonly from: Side; readonly after: number } | undefined

  constructor(near: Socket, far: Socket, caught: (bytes: Buffer) => boolean, cut?: { readonly from: Side; readonly after: number }) {
    this.near = near
    this.far = far
    this.#cut = cut
    far.on('error', () => near.destroy())
    near.on('data', (bytes) => {
      if (!caught(bytes)) this.#pass(() => this.#write('client', bytes))
      else if (this.#mode === 'freeze') this.#waiting.push(() => far.write(bytes))
    })
    far.on('data', (bytes) => this.#pass(() => this.#write('server', bytes)))
    far.on('end', () => this.#pass(() => near.end()))
    near.on('close', () => far.destroy())
    far.on('close', () => this.#pass(() => near.destroy()))
  }

  set(mode: Mode): void {
    this.#mode = mode
    if (mode === 'pass') for (const passing of this.#waiting.splice(0)) passing()
  }

  forget(): void {
    this.#dead = true
  }

  #write(from: Side, bytes: Buffer): void {
    const to = from === 'client' ? this.far : this.near
    const left = this.#cut?.from === from ? this.#cut.after - this.passed[from] : Number.POSITIVE_INFINITY
    if (bytes.length < left) {
      this.passed[from] += bytes.length
      to.write(bytes)
      return
    }
    // the last bytes arrive before the end does
    this.#dead = true
    this.passed[from] += left
    to.write(bytes.subarray(0, left), () => {
      if (from === 'server') this.near.destroy()
      else this.near.resetAndDestroy()
      this.far.destroy()
    })
  }

  #pass(passing: () => void): void {
    if (this.#dead) return
    if (this.#mode === 'pass') passing()
    else if (this.#mode === 'freeze') this.#waiting.push(passing)
    else this.#dead = true
  }
}
