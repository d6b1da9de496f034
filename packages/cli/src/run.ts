/** From arguments to calls. What a command does is in the functions it is given; here are only its words. */
import { Command, CommanderError } from 'commander'
import { type DiagramFlags, diagramCommand } from './diagram.js'
import { type Functions, type ReflectFlags, reflectCommand } from './reflect.js'

export type { Functions } from './reflect.js'

export interface Streams {
  out(text: string): void
  error(text: string): void
}

const standard: Streams = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
}

/**
 * Runs the command that the arguments name and yields the exit code. `quern` passes itself as the functions: were they imported, the two
 * packages would import each other.
 */
export async function run(args: readonly string[], functions: Functions, streams: Streams = standard): Promise<number> {
  let code = 0
  const program = new Command('quern')
    .description('Typed tables from existing databases')
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.error })
  program
    .command('reflect')
    .description('write the tables of a database as TypeScript')
    .argument('<url>', 'postgresql://… mysql://… mariadb://… sqlite:///file.db')
    .option('--out <file>', 'the file to write; standard output without it')
    .option('--schema <names>', 'the schemas to read, separated by commas', names)
    .option('--only <tables>', 'only these tables, separated by commas; * stands for any text', names)
    .option('--except <tables>', 'all but these tables, separated by commas', names)
    .option('--views', 'views too')
    .option('--camel', 'keys and constants in camelCase')
    .option('--per-schema', 'one file per schema, in the directory that --out names')
    .option('--config <file>', 'a JSON file with these options, and with types and names of columns')
    .option('--check', 'write nothing; exit 1 where --out no longer matches the database')
    .action(async (url: string, flags: ReflectFlags) => {
      code = await reflectCommand(url, flags, functions, streams)
    })
  program
    .command('diagram')
    .description('draw the tables of a database and what refers to what')
    .argument('<url>', 'postgresql://… mysql://… mariadb://… sqlite:///file.db')
    .option('--out <file>', 'the file to write: .svg, or .mmd for Mermaid; standard output without it')
    .option('--format <format>', 'svg or mermaid, whatever the file is called')
    .option('--schema <names>', 'the schemas to draw, separated by commas', names)
    .option('--only <tables>', 'only these tables, separated by commas; * stands for any text', names)
    .option('--except <tables>', 'all but these tables, separated by commas', names)
    .option('--views', 'views too')
    .option('--keys', 'only the columns of keys')
    .action(async (url: string, flags: DiagramFlags) => {
      await diagramCommand(url, flags, functions, streams)
    })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    // commander has told what is wrong with the arguments
    if (error instanceof CommanderError) return error.exitCode
    streams.error(`quern: ${messageOf(error, args)}\n`)
    return 1
  }
}

const names = (text: string): string[] => text.split(',').filter((name) => name !== '')

/** One sentence; the stack only for those who ask. The password of a URL among the arguments stays out of either. */
function messageOf(error: unknown, args: readonly string[]): string {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  const text = process.env.QUERN_DEBUG && stack ? stack : message.split('\n', 1)[0]!
  return args.flatMap(passwords).reduce((shown, password) => shown.replaceAll(password, '***'), text)
}

function passwords(argument: string): string[] {
  const written = /^[a-z+]+:\/\/[^:@/]*:(.*)@/i.exec(argument)?.[1]
  if (!written) return []
  try {
    return [written, decodeURIComponent(written)]
  } catch {
    return [written]
  }
}
