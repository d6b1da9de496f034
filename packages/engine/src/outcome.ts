import { ask } from './execute.js'
import type { Executor } from './executor.js'

/** The pauses between two questions, in milliseconds; each is twice the one before. */
const first = 10
const longest = 500

/**
 * What became of the transaction that the token names. The server that lost its client may still be at work on it, or not be back yet, so
 * it is asked again for `patience` milliseconds.
 */
export async function outcomeOf(engine: Executor, token: string, patience: number): Promise<'committed' | 'aborted' | undefined> {
  const { context } = engine
  const end = performance.now() + patience
  for (let pause = first; ; pause = Math.min(longest, pause * 2)) {
    const said = await engine
      .lend(undefined, ({ connection }) => ask(context, connection, connection.dialect.outcome!.of(token)), context.statementTimeout)
      .catch(() => 'in progress')
    if (said === 'committed' || said === 'aborted') return said
    if (said === null || performance.now() + pause > end) return undefined
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
