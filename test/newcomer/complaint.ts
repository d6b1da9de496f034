/** What every refusal of bad input must be: one clear sentence of a known class, soon, and without a secret. */
import { inspect } from 'node:util'
import { QuernError } from 'quern'

/** Nobody waits longer than this to be told of a mistake. */
const patience = 10_000

/** The error that `work` throws or rejects with. */
export async function complaintOf(work: () => unknown): Promise<Error> {
  let timer: NodeJS.Timeout | undefined
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing was said within ${patience} ms`)), patience)
  })
  const outcome = (async () => await work())().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  try {
    const settled = await Promise.race([outcome, guard])
    if (!('error' in settled)) throw new Error(`nothing was refused; it yielded ${inspect(settled.value)}`)
    return settled.error as Error
  } finally {
    clearTimeout(timer)
  }
}

type Kind = abstract new (...args: any[]) => Error

/** One sentence on one line of at most 250 characters, from exactly this class. */
export function expectSentence(error: Error, kind: Kind, sentence: string | RegExp): void {
  if (typeof sentence === 'string') expect(error.message).toBe(sentence)
  else expect(error.message).toMatch(sentence)
  expect([error.name, error.constructor]).toEqual([kind.name, kind])
  expect(error).toBeInstanceOf(QuernError)
  expect(error.message).not.toMatch(/[\r\n\0]/)
  expect(error.message.length).toBeLessThanOrEqual(250)
  // nothing after a full stop, and no second beginning after another mark
  expect(error.message).not.toMatch(/\.["')]?\s|[!?]["')]?\s+[A-Z]|\[object /)
}

/** Every way in which a thing ends up in a terminal or a log. */
export function everythingShown(thing: unknown): string {
  const shown = [inspect(thing, { depth: 10 }), inspect(thing, { depth: 10, showHidden: true, maxStringLength: null }), String(thing)]
  shown.push(JSON.stringify(thing) ?? '')
  for (let cause = thing, depth = 0; cause instanceof Object && 'message' in cause && depth < 10; depth++) {
    const error = cause as Error
    shown.push(
      String(error.message),
      String(error.stack),
      inspect(error, { depth: 10 }),
      JSON.stringify(error),
      JSON.stringify({ ...error }),
    )
    if ('errors' in error) for (const one of error.errors as Error[]) shown.push(String(one.message), String(one.stack))
    cause = error.cause
  }
  return shown.join('\n')
}

/** The secret as it is, as a URL has it, and every piece of eight characters of both. */
export function piecesOf(secret: string): string[] {
  const pieces = new Set<string>()
  for (const text of [secret, encodeURIComponent(secret)]) {
    pieces.add(text)
    for (let i = 0; i + 8 <= text.length; i++) pieces.add(text.slice(i, i + 8))
  }
  return [...pieces]
}

export function expectHidden(secret: string, ...things: unknown[]): void {
  expect(secret.length).toBeGreaterThanOrEqual(8)
  for (const thing of things) {
    const shown = typeof thing === 'string' ? thing : everythingShown(thing)
    expect(piecesOf(secret).filter((piece) => shown.includes(piece))).toEqual([])
  }
}
