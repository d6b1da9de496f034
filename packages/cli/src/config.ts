/** The config file of `quern reflect`: the same words as its options, and what the program knows better about columns. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const names = z.union([z.string().min(1), z.array(z.string().min(1))]).transform((value) => (typeof value === 'string' ? [value] : value))

const column = z.strictObject({
  /** `json<Meta>()`: a type that `from` exports, or TypeScript in place. */
  json: z.string().min(1).optional(),
  /** A column function that `from` exports. */
  use: z.string().min(1).optional(),
  from: z.string().min(1).optional(),
  mode: z.enum(['number', 'string']).optional(),
  key: z.string().min(1).optional(),
})

const config = z.strictObject({
  schema: names.optional(),
  only: names.optional(),
  except: names.optional(),
  views: z.boolean().optional(),
  camel: z.boolean().optional(),
  perSchema: z.boolean().optional(),
  out: z.string().min(1).optional(),
  columns: z.record(z.string(), column).optional(),
})
export type Config = z.infer<typeof config>

/**
 * Reads and checks a config file.
 *
 * `await readConfig('quern.json')` — `{ camel: true, columns: { 'orders.meta': { json: 'Meta', from: './types.js' } } }`
 *
 * @throws Error that names the file and the key
 */
export async function readConfig(file: string): Promise<Config> {
  const found = config.safeParse(parsed(file, await readFile(file, 'utf8')))
  if (found.success) return found.data
  const [issue] = found.error.issues
  const place = issue!.path
    .map((key, i) => (/^[A-Za-z_]\w*$/.test(String(key)) ? `${i === 0 ? '' : '.'}${String(key)}` : `[${JSON.stringify(key)}]`))
    .join('')
  throw new Error(`${file}: ${place === '' ? '' : `${place}: `}${issue!.message}`)
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${file} is no JSON: ${(cause as Error).message}`, { cause })
  }
}
