import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { DiagramOptions } from '@quern/reflect'
import type { Functions } from './reflect.js'
import type { Streams } from './run.js'

export interface DiagramFlags {
  readonly out?: string
  readonly format?: string
  readonly schema?: string[]
  readonly only?: string[]
  readonly except?: string[]
  readonly views?: true
  readonly keys?: true
}

const formats = { svg: 'svg', mermaid: 'mermaid' } as const
const endings: Readonly<Record<string, DiagramOptions['format']>> = { '.svg': 'svg', '.mmd': 'mermaid', '.mermaid': 'mermaid' }

export async function diagramCommand(url: string, flags: DiagramFlags, functions: Functions, streams: Streams): Promise<void> {
  const { out, format: _, keys, ...filters } = flags
  const options: DiagramOptions = { ...filters, format: formatOf(flags), ...(keys && { keysOnly: true }) }
  const engine = functions.createEngine(url)
  try {
    const picture = await functions.diagram(engine, options)
    if (out === undefined) streams.out(picture)
    else await writeFile(out, picture)
  } finally {
    await engine.close()
  }
}

/** What was said, or what the file's name says; what is not written to a file is a picture. */
function formatOf({ out, format }: DiagramFlags): NonNullable<DiagramOptions['format']> {
  if (format !== undefined) {
    if (Object.hasOwn(formats, format)) return formats[format as keyof typeof formats]
    throw new Error(`--format is svg or mermaid, not ${JSON.stringify(format)}`)
  }
  const found = out === undefined ? 'svg' : endings[extname(out).toLowerCase()]
  if (found === undefined) throw new Error(`${out} ends in neither .svg nor .mmd; say --format svg or --format mermaid`)
  return found
}
