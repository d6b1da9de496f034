import { type Dialect, supports } from '@quern/sql'
import { UnsupportedFeatureError } from '@quern/sql/errors'
import { OptionError } from './options.js'

/** Names and values that say who asks. */
export type Tags = Readonly<Record<string, string>>

/**
 * The comment that carries them (https://google.github.io/sqlcommenter/), or nothing without any. Whatever could end the comment, look
 * like a hint or like a placeholder is percent-encoded, so it is safe by construction.
 */
export function commentOf(tags: Tags, dialect: Dialect): string {
  const parts = Object.keys(tags)
    .sort()
    .map((name) => `${encoded(name, 'name')}='${encoded(tags[name], name)}'`)
  if (parts.length === 0) return ''
  if (!supports(dialect, 'queryTags')) {
    throw new UnsupportedFeatureError(
      dialect,
      'queryTags',
      'query tags: what carries values is prepared, and each comment would be another prepared statement',
      'leave tags out; sessions are told apart by their program_name',
    )
  }
  return ` /*${parts.join(',')}*/`
}

function encoded(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '' || !isWellFormed(value))
    throw new OptionError(`tags take names and texts that are not empty; ${JSON.stringify(what)} is none`)
  return encodeURIComponent(value).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)
