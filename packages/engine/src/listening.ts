import { type Dialect, supports, UnsupportedFeatureError } from '@quern/sql'
import { OptionError } from './options.js'

/** Names of channels are identifiers; PostgreSQL would cut a longer one without a word. */
export function checkChannel(channel: unknown, dialect: Dialect): asserts channel is string {
  if (!supports(dialect, 'notifications'))
    throw new UnsupportedFeatureError(
      dialect,
      'notifications',
      'LISTEN and NOTIFY',
      'ask a table from time to time, or use a message broker',
    )
  const fits = typeof channel === 'string' && channel !== '' && !channel.includes('\0') && new TextEncoder().encode(channel).length <= 63
  if (!fits) throw new OptionError('the name of a channel is a text of 1 to 63 bytes without U+0000')
}
