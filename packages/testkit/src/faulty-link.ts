import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A network between the driver and its server that can fail. */
export class FaultyLink {
  readonly port: number
  /** How many connections have been made through it, and how many of them are still open on the driver's side. */
  made = 0
  open = 0
  /** Cuts every connection after this many bytes from the server. */
  cutAfter = Number.POSITIVE_INFINITY
  private readonly server: Server
  private readonly pairs = new Set<readonly [Socket, Socket]>()

  private constructor(server: Server) {
    this.server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Without a target it accepts connections and says nothing, as a server behind a broken firewall does. */
  static async to(target: { readonly host: string; readonly port: number } | undefined): Promise<FaultyLink> {
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const link = new FaultyLink(server)
    server.on('connection', (near) => link.join(near, target))
    return link
  }

  private join(near: Socket, target: { readonly host: string; readonly port: number } | undefined): void {
    this.made++
    this.open++
    near.on('error', () => {})
    near.on('close', () => this.open--)
    if (!target) return void near.resume()
    const far = connect(target.port, target.host)
    far.on('error', () => near.destroy())
    const pair = [near, far] as const
    this.pairs.add(pair)
    let passed = 0
    far.on('data', (bytes) => {
      passed += bytes.length
      if (passed >= this.cutAfter) this.cut()
      else near.write(bytes)
    })
    near.on('data', (bytes) => far.write(bytes))
    near.on('close', () => {
      far.destroy()
      this.pairs.delete(pair)
    })
    far.on('close', () => near.destroy())
  }

  /** Nothing passes any more, and nobody is told. */
  freeze(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.pause()
  }

  thaw(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resume()
  }

  /** Resets every connection. */
  cut(): void {
    for (const [near, far] of this.pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<unknown>((resolve) => this.server.close(resolve))
  }
}
