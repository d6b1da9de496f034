import { Buffer } from 'node:buffer'
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { defaults, type Mysql2Options } from './options.js'

/** As much as Node reads at once. */
const readSize = 65_536

/**
 * A socket on its way to the server that reads into the same buffer again and again. Node else allocates one of 64 KiB for every answer,
 * however small, and sends it through a stream. mysql2 keeps parts of what it is given, so it gets a copy, as long as the answer is. Not for
 * TLS, which takes the bytes from the socket itself.
 */
export function connectedSocket(options: Mysql2Options): Socket {
  const buffer = Buffer.allocUnsafeSlow(readSize)
  const callback = (length: number): boolean => {
    const chunk = Buffer.allocUnsafeSlow(length)
    buffer.copy(chunk, 0, 0, length)
    socket.emit('data', chunk)
    return true
  }
  // known to Node, not to its types
  const reading: SocketConstructorOpts & Pick<ConnectOpts, 'onread'> = { onread: { buffer, callback } }
  const socket = new Socket(reading)
  const host = options.host ?? defaults.host
  if (host.startsWith('/')) return socket.connect(host)
  socket.once('connect', () => socket.setKeepAlive(true, keepAliveAfter))
  return socket.setNoDelay(true).connect(options.port ?? defaults.port, host)
}

/** The system's own first look at a silent peer is after two hours. */
export const keepAliveAfter = 30_000
