import { deepStrictEqual, fail, ok } from 'node:assert/strict'

export { deepStrictEqual as same, ok }

/** The failure of `running`, which must come within `milliseconds`; what is no promise has not failed. */
export async function failure(running: unknown, milliseconds = 5000): Promise<Error & { readonly code?: unknown }> {
  const outcome = await soon(
    Promise.resolve(running).then(
      (value) => ({ value }),
      (cause: unknown) => ({ cause }),
    ),
    milliseconds,
  )
  if ('value' in outcome) fail(`It should have failed, and yielded ${JSON.stringify(outcome.value)}`)
  // Not `instanceof`: a library's errors may be of another realm.
  ok(typeof outcome.cause === 'object' && outcome.cause !== null && 'message' in outcome.cause, `Not an error: ${String(outcome.cause)}`)
  return outcome.cause as Error
}

/** What `promise` yields; a promise that never settles is a failure of its own. */
export async function soon<T>(promise: T | Promise<T>, milliseconds = 5000): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing happened within ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Asks again until the answer is yes. */
export async function eventually(question: () => boolean | Promise<boolean>, milliseconds = 5000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await question())) {
    if (Date.now() > end) fail(`It did not become true within ${milliseconds} ms: ${question}`)
    await sleep(20)
  }
}

/** Everything of an error that may reach a log. */
export function shown(error: unknown): string {
  const texts: string[] = []
  for (let cause: unknown = error; typeof cause === 'object' && cause !== null && texts.length < 40; cause = (cause as Error).cause) {
    texts.push(String(cause), String((cause as Error).stack), JSON.stringify(cause), JSON.stringify(Object.values(cause)))
  }
  return texts.join('\n')
}

/** Collects what would have ended the process while `run` runs. */
export async function uncaught(run: () => Promise<void>): Promise<unknown[]> {
  const caught: unknown[] = []
  const catching = (cause: unknown) => void caught.push(cause)
  process.on('uncaughtException', catching)
  process.on('unhandledRejection', catching)
  try {
    await run()
    await sleep(50)
  } finally {
    process.removeListener('uncaughtException', catching)
    process.removeListener('unhandledRejection', catching)
  }
  return caught
}
