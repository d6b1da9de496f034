import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '@quern/engine'
import type { DiagramOptions, DynamicMetadata, Inspector, PrintFilesOptions, PrintOptions, ReflectOptions, Warning } from '@quern/reflect'
import type { Metadata } from '@quern/schema'
import { readConfig } from './config.js'
import { difference } from './difference.js'
import type { Streams } from './run.js'

/** What commands call; the package `quern` has all of it. */
export interface Functions {
  createEngine(url: string): Engine
  inspect(engine: Engine): Promise<Inspector>
  diagram(engine: Engine, options: DiagramOptions): Promise<string>
  reflect(source: Inspector, options: ReflectOptions): Promise<DynamicMetadata>
  printTables(metadata: Metadata<any>, options: PrintOptions): string
  printFiles(metadata: Metadata<any>, options: PrintFilesOptions): Record<string, string>
  warningsOf(metadata: Metadata<any>): readonly Warning[]
}

export interface ReflectFlags {
  readonly out?: string
  readonly schema?: string[]
  readonly only?: string[]
  readonly except?: string[]
  readonly views?: true
  readonly camel?: true
  readonly perSchema?: true
  readonly config?: string
  readonly check?: true
}

/** What the flags and the config file say together; a flag counts more. */
type Wish = Omit<ReflectFlags, 'config' | 'views' | 'camel' | 'perSchema'> &
  Partial<Record<'views' | 'camel' | 'perSchema', boolean>> &
  Pick<PrintOptions, 'columns'>

export async function reflectCommand(url: string, flags: ReflectFlags, functions: Functions, streams: Streams): Promise<number> {
  const { config, ...own } = flags
  const wish = { ...(config === undefined ? {} : await readConfig(config)), ...own } as Wish
  const { out, check, perSchema } = wish
  if (check && out === undefined) throw new Error('--check compares the database with a file; name it with --out')
  if (perSchema && out === undefined) throw new Error('--per-schema writes several files; name their directory with --out')
  const sources = await sourcesOf(url, wish, functions, streams)
  const files = perSchema
    ? Object.entries(sources).map(([name, source]) => [join(out!, name), source] as const)
    : [[out, sources['schema.ts']!] as const]
  if (out === undefined) streams.out(files[0]![1])
  else if (check) return await compareAll(files as [string, string][], streams)
  else {
    if (perSchema) await mkdir(out, { recursive: true })
    for (const [file, source] of files) await writeFile(file!, source)
  }
  return 0
}

async function sourcesOf(url: string, wish: Wish, functions: Functions, streams: Streams): Promise<Record<string, string>> {
  const { schema, only, except, views, camel = false, perSchema, columns } = wish
  const engine = functions.createEngine(url)
  try {
    const inspector = await functions.inspect(engine)
    const filters = { ...(schema && { schema }), ...(only && { only }), ...(except && { except }), ...(views && { views }) }
    const db = await functions.reflect(inspector, filters)
    for (const { message } of functions.warningsOf(db)) streams.error(`warning: ${message}\n`)
    const options = { camel, dialect: engine.dialect.name, ...(columns && { columns }) }
    if (!perSchema) return { 'schema.ts': functions.printTables(db, options) }
    return functions.printFiles(db, {
      ...options,
      ...(inspector.defaultSchema !== undefined && { defaultSchema: inspector.defaultSchema }),
    })
  } finally {
    await engine.close()
  }
}

async function compareAll(files: readonly (readonly [string, string])[], streams: Streams): Promise<number> {
  let code = 0
  for (const [file, source] of files) code = Math.max(code, await compare(file, source, files.length > 1, streams))
  return code
}

/** Of several files, one that is not there yet is a difference like any other. */
async function compare(file: string, source: string, isOneOfMany: boolean, streams: Streams): Promise<number> {
  const before = await readFile(file, 'utf8').catch((error) => {
    if (isOneOfMany && error.code === 'ENOENT') return ''
    throw error
  })
  const lines = difference(before, source)
  if (lines.length === 0) return 0
  streams.error(`${file} no longer matches the database (- file, + database):\n${lines.map((line) => `${line}\n`).join('')}`)
  return 1
}
