import type { TransactionOptions } from '@quern/sql'
import { UnsupportedFeatureError } from '@quern/sql/errors'
import type { DriverConnection } from './driver.js'
import { ConnectionLostError } from './errors.js'
import { type Context, control, rollbackLimit } from './execute.js'
import { checkTransactionOptions, OptionError, type RetriedOptions } from './options.js'
import type { Lease } from './pool-slot.js'
import { type Family, Transaction } from './transaction.js'
import { observed } from './watch.js'

/** Begins a transaction on a connection that the caller has to itself. `release` is called once, when it has ended. */
export async function begin(
  context: Context,
  lease: Lease<DriverConnection>,
  given: RetriedOptions,
  explicit: boolean,
  release: () => Promise<void> | undefined | void,
): Promise<Transaction> {
  checkTransactionOptions(given)
  if (context.reads && given.readOnly === false) throw new OptionError('a reader has no transactions that write; take them from the engine')
  if (given.verify && lease.connection.dialect.outcome === undefined)
    throw new UnsupportedFeatureError(
      lease.connection.dialect,
      'transactionOutcome',
      'asking what became of a transaction',
      'write a row of its own in it, and look for that after a CommitUnknownError',
    )
  const isolation = given.isolation ?? context.isolation
  const options: TransactionOptions = isolation === undefined ? given : { ...given, isolation }
  const family: Family = { savepoints: 0, idle: undefined }
  const { connection } = lease
  const texts = connection.dialect.transaction.begin(options)
  try {
    // By hand BEGIN is a call that can fail; of a callback the statement that goes out with it fails instead, and so does the whole call.
    if (!explicit && texts.length === 1 && connection.beginWithNext !== undefined && !told(context))
      connection.beginWithNext(texts[0]! + context.comment)
    else for (const text of texts) await control(context, lease, text)
  } catch (error) {
    await undo(context, lease, options, texts.length, error)
    throw error
  }
  const end = async () => {
    await endSession(context, lease, options)
    await release()
  }
  const transaction = new Transaction({
    context,
    lease,
    parent: undefined,
    savepointName: undefined,
    explicit,
    family,
    verify: given.verify === true,
    release: end,
  })
  const { idle } = context
  if (idle !== undefined) family.idle = idle.start(() => transaction.expire(idle.limit))
  return transaction
}

/** Whoever looks is told of BEGIN when it is done, and how long it took. */
const told = (context: Context): boolean => observed(context) || context.events.heard('begin')

/** After a BEGIN that failed: what came before it, as MySQL's SET TRANSACTION, must not reach the next transaction. */
async function undo(
  context: Context,
  lease: Lease<DriverConnection>,
  options: TransactionOptions,
  sent: number,
  error: unknown,
): Promise<void> {
  const { connection } = lease
  if (error instanceof ConnectionLostError || connection.lost !== undefined) lease.health = 'lost'
  else if (connection.status() !== 'idle') lease.health = 'doubtful'
  else if (connection.dialect.transaction.end(options).length > 0) await endSession(context, lease, options)
  else if (sent > 1) lease.health = 'doubtful'
}

/** Undoes what `begin(options)` changed in the session; a session where that fails is not used again. */
async function endSession(context: Context, lease: Lease<DriverConnection>, options: TransactionOptions): Promise<void> {
  const { connection } = lease
  if (lease.health !== 'sound' || connection.lost !== undefined) return
  try {
    for (const text of connection.dialect.transaction.end(options)) await control(context, lease, text, rollbackLimit(context))
  } catch (error) {
    lease.health = 'doubtful'
    context.events.emit('error', { error })
  }
}
