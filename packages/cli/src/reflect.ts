import { readFile, writeFile } from 'node:fs/promises'
import type { Engine } from '@quern/engine'
import type { DynamicMetadata, PrintOptions, ReflectOptions, Warning } from '@quern/reflect'
import type { Metadata } from '@quern/schema'
import { difference } from './difference.js'
import type { Streams } from './run.js'

/** What commands call; the package `quern` has all of it. */
export interface Functions {
  createEngine(url: string): Engine
  reflect(engine: Engine, options: ReflectOptions): Promise<DynamicMetadata>
  printTables(metadata: Metadata<any>, options: PrintOptions): string
  warningsOf(metadata: Metadata<any>): readonly Warning[]
}

export interface ReflectFlags {
  readonly out?: string
  readonly schema?: string[]
  readonly only?: string[]
  readonly except?: string[]
  readonly views?: true
  readonly camel?: true
  readonly check?: true
}

export async function reflectCommand(url: string, flags: ReflectFlags, functions: Functions, streams: Streams): Promise<number> {
  const { out, camel, check, ...filters } = flags
  if (check && out === undefined) throw new Error('--check compares the database with a file; name it with --out')
  const source = await sourceOf(url, filters, camel === true, functions, streams)
  if (out === undefined) streams.out(source)
  else if (check) return await compare(out, source, streams)
  else await writeFile(out, source)
  return 0
}

async function sourceOf(url: string, filters: ReflectOptions, camel: boolean, functions: Functions, streams: Streams): Promise<string> {
  const engine = functions.createEngine(url)
  try {
    const db = await functions.reflect(engine, filters)
    for (const { message } of functions.warningsOf(db)) streams.error(`warning: ${message}\n`)
    return functions.printTables(db, { camel, dialect: engine.dialect.name })
  } finally {
    await engine.close()
  }
}

async function compare(file: string, source: string, streams: Streams): Promise<number> {
  const lines = difference(await readFile(file, 'utf8'), source)
  if (lines.length === 0) return 0
  streams.error(`${file} no longer matches the database (- file, + database):\n${lines.map((line) => `${line}\n`).join('')}`)
  return 1
}
