/** What an editor shows for the row types: asked of the compiler's own language server. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(__dirname, '../..')
const uri = pathToFileURL(join(__dirname, 'hover-example.ts')).href
const text = `import { integer, json, table, text, timestamptz, type NewRow, type Patch, type Row } from 'quern'
const users = table('users', {
  id: integer().primaryKey().identity({ always: true }), name: text().notNull(), age: integer(),
  at: timestamptz().notNull().default(new Date()), meta: json<{ a: number }>(),
})
type A = NewRow<typeof users>
type B = Patch<typeof users>
type C = Row<typeof users>
`
interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly items?: readonly unknown[] }
  readonly result?: { readonly contents: { readonly value: string } }
}

class LanguageServer {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, (message: Message) => void>()
  private unread = Buffer.alloc(0)
  private id = 0

  constructor() {
    this.child = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--lsp', '--stdio'], { cwd: root })
    this.child.stdout!.on('data', (chunk: Buffer) => this.read(chunk))
  }

  ask(method: string, params: object): Promise<Message> {
    const id = ++this.id
    this.send({ id, method, params })
    return new Promise((resolve) => this.waiting.set(id, resolve))
  }

  send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
    this.child.stdin!.write(`Content-Length: ${body.length}\r\n\r\n`)
    this.child.stdin!.write(body)
  }

  close(): void {
    this.child.kill()
  }

  private read(chunk: Buffer): void {
    this.unread = Buffer.concat([this.unread, chunk])
    for (let head = this.unread.indexOf('\r\n\r\n'); head >= 0; head = this.unread.indexOf('\r\n\r\n')) {
      const end = head + 4 + Number(/Content-Length: (\d+)/.exec(this.unread.toString('latin1', 0, head))![1])
      if (this.unread.length < end) return
      this.take(JSON.parse(this.unread.toString('utf8', head + 4, end)) as Message)
      this.unread = this.unread.subarray(end)
    }
  }

  private take({ id, method, params, ...rest }: Message): void {
    // it asks for settings, of which there are none
    if (id !== undefined && method !== undefined) this.send({ id, result: params?.items?.map(() => null) ?? null })
    else if (id !== undefined) this.waiting.get(id)?.(rest)
  }
}

test('NewRow, Patch and Row of a table are plain object types when hovered', async () => {
  const server = new LanguageServer()
  try {
    const hover = { textDocument: { hover: { contentFormat: ['plaintext'] } } }
    await server.ask('initialize', { processId: process.pid, rootUri: pathToFileURL(root).href, capabilities: hover })
    server.send({ method: 'initialized', params: {} })
    server.send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'typescript', version: 1, text } } })
    const shown = async (line: number): Promise<string | undefined> => {
      const { result } = await server.ask('textDocument/hover', { textDocument: { uri }, position: { line, character: 5 } })
      return result?.contents.value.replaceAll(/\s+/g, ' ')
    }
    expect(await shown(5)).toBe(
      'type A = { age?: number | null | undefined; at?: Date | undefined; meta?: { a: number; } | null | undefined; name: string; }',
    )
    expect(await shown(6)).toBe(
      'type B = { age?: number | null | undefined; at?: Date | undefined; meta?: { a: number; } | null | undefined; name?: string | undefined; }',
    )
    expect(await shown(7)).toBe('type C = { id: number; name: string; age: number | null; at: Date; meta: { a: number; } | null; }')
  } finally {
    server.close()
  }
}, 60_000)
