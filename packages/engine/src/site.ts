import { QuernError } from '@quern/expression'

/**
 * Where in the program the call was made. A failure that a timer or the network brings has only the engine's own frames, because a promise
 * that several wait for ends the chain; but whoever awaits the call is known at the moment it fails. So this costs nothing until then.
 */
export function located(error: unknown): unknown {
  if (!(error instanceof QuernError) || typeof error.stack !== 'string') return error
  const here = framesOf(new Error('here').stack)
  const missing = here.filter((frame) => !isOwn(frame) && !error.stack!.includes(frame))
  if (missing.length > 0) error.stack = [error.stack, ...missing].join('\n')
  return error
}

/** The program's own frames above the current call, as they stand in a stack. */
export function programFrames(): string {
  return deepStack(() => framesOf(new Error('here').stack))
    .filter((frame) => !isOwn(frame))
    .slice(0, 8)
    .join('\n')
}

/** Deeper than usual for errors that are made below several calls of our own; `0` stays none. */
export function deepStack<T>(make: () => T): T {
  const limit = Error.stackTraceLimit
  if (!(limit > 0 && limit < deep)) return make()
  Error.stackTraceLimit = deep
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}
const deep = 30

const framesOf = (stack: string | undefined): string[] => (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))

/** The engine's own folder; empty where a program was bundled into a file with it. Looked for when the first call fails. */
let folder: string | undefined

function ownFolder(): string | undefined {
  if (folder !== undefined) return folder
  const here = framesOf(new Error('here').stack)[0]
  if (here === undefined) return undefined
  folder = /((?:file:\/\/)?[^()]*[\\/](?:@quern|packages)[\\/]engine[\\/](?:src|dist)[\\/])/.exec(here)?.[1] ?? ''
  return folder
}

/** The engine's own frames say nothing about the program. */
const isOwn = (frame: string): boolean => {
  const own = ownFolder()
  return (own !== undefined && own !== '' && frame.includes(own)) || /\(node:|at new Promise|\(<anonymous>\)/.test(frame)
}
