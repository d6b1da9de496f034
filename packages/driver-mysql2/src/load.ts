import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'

/** The one file that a LOAD DATA may have: our own bytes, sent no faster than the socket takes them. */
export class OfferedFile {
  state: 'offered' | 'open' | 'sent' = 'offered'
  /** Why the source of the bytes failed. */
  broken: unknown
  private readonly name: string
  private readonly bytes: AsyncIterable<Uint8Array>
  private readonly onBroken: () => void
  private file: Readable | undefined
  private interrupt: (cause: Error) => void = () => {}

  constructor(name: string, bytes: AsyncIterable<Uint8Array>, onBroken: () => void) {
    this.name = name
    this.bytes = bytes
    this.onBroken = onBroken
  }

  /** What mysql2 reads when the server asks for `path`; a second request would be for something else. */
  open(path: string): Readable {
    if (path !== this.name || this.state !== 'offered') return refuseFile(path)
    this.state = 'open'
    this.file = Readable.from(this.chunks(), { highWaterMark: 2 })
    return this.file
  }

  /** Ends the file as if its source had failed: the server reads a file to its end, whatever it was asked to stop. */
  cancel(): void {
    this.interrupt(Object.assign(new Error('The copy was cancelled.'), { code: 'ER_QUERY_INTERRUPTED', errno: 1317 }))
  }

  close(): void {
    this.interrupt(new Error('The server no longer reads the file.'))
    this.file?.destroy()
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    const source = this.bytes[Symbol.asyncIterator]()
    try {
      for (;;) {
        const { done, value } = await this.unlessInterrupted(source.next())
        if (done) break
        // An empty chunk would be taken for the end. A copy, because the stream reads ahead and the source may use its piece again.
        if (value.byteLength > 0) yield Buffer.from(value)
      }
      this.state = 'sent'
    } catch (cause) {
      this.state = 'sent'
      this.broken = cause
      this.onBroken()
      throw cause
    } finally {
      void source.return?.()?.catch(() => {})
    }
  }

  /** A source that never yields again must not hold up the end of the copy. */
  private unlessInterrupted<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.interrupt = reject
      work.then(resolve, reject)
    })
  }
}

/** The name that a LOAD DATA LOCAL statement asks for. */
export function fileName(text: string): string {
  const name = /\bLOCAL\s+INFILE\s+'([^'\\]+)'/i.exec(text)?.[1]
  if (name === undefined) throw new TypeError("copyIn takes one LOAD DATA LOCAL INFILE '…' statement.")
  return name
}

/** A server may ask for any file of ours at any time; it gets an error instead of its contents. */
export function refuseFile(path: string): Readable {
  return new Readable({
    read() {
      this.destroy(new Error(`The server asks for the file ${JSON.stringify(path)}, which was not offered to it.`))
    },
  })
}

/** What mysql2 tells of a LOAD DATA that the server has taken. */
export interface LoadHeader {
  readonly affectedRows: number
  readonly serverStatus: number
  readonly warningStatus: number
  /** `Records: 3  Deleted: 0  Skipped: 1  Warnings: 1` */
  readonly info?: string
}

/** A row that was left out, or a value that was changed to fit, is a warning to the server and an error to everybody else. */
export function refuseWarnings({ warningStatus, info = '' }: LoadHeader): void {
  const skipped = Number(/\bSkipped: (\d+)/.exec(info)?.[1] ?? 0)
  if (warningStatus === 0 && skipped === 0) return
  const text = `LOAD DATA left out rows or changed values to make them fit (${info.trim().replace(/\s+/g, ' ')}).`
  throw Object.assign(new Error(text), { code: 'ER_WARN_DATA_OUT_OF_RANGE', errno: 1264, sqlState: '22003' })
}
