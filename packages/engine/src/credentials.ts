/** Who logs in: words, or functions that are asked for every new connection, because tokens expire. */
import { OptionError } from './options.js'

export interface Credentials {
  readonly user?: string
  readonly password?: string
}

export interface CredentialOptions {
  readonly user?: string
  /** A function is called for every new connection; what it yields is neither kept nor shown. */
  readonly password?: string | (() => string | Promise<string>)
  /** The same for the user's name and the password together. */
  readonly credentials?: () => Credentials | Promise<Credentials>
}

export function checkCredentials({ user, password, credentials }: CredentialOptions): void {
  if (user !== undefined && typeof user !== 'string') throw new OptionError('user must be a string')
  if (password !== undefined && typeof password !== 'string' && typeof password !== 'function')
    throw new OptionError('password must be a string or a function that yields one')
  if (credentials === undefined) return
  if (typeof credentials !== 'function') throw new OptionError('credentials must be a function that yields { user, password }')
  if (password !== undefined) throw new OptionError('credentials and password say the same thing twice')
}

/** Asks, and refuses what the protocols would cut: their fields end at NUL. */
export async function credentialsOf(options: CredentialOptions): Promise<Credentials> {
  const { credentials, password } = options
  const asked: unknown = credentials ? await credentials() : { password: typeof password === 'function' ? await password() : password }
  if (typeof asked !== 'object' || asked === null) throw new OptionError('credentials() must yield { user, password }')
  const found = asked as { readonly user?: unknown; readonly password?: unknown }
  const user = found.user ?? options.user
  for (const [name, value] of [
    ['user', user],
    ['password', found.password],
  ] as const) {
    if (value === undefined || value === null) continue
    if (typeof value !== 'string') throw new OptionError(`the function for the ${name} must yield a string`)
    if (value.includes('\0')) throw new OptionError(`the ${name} must not contain the character U+0000`)
  }
  if (found.password === undefined && (credentials !== undefined || typeof password === 'function'))
    throw new OptionError('the function for the password yielded none')
  return {
    ...(user !== undefined && { user: user as string }),
    ...(found.password !== undefined && { password: found.password as string }),
  }
}
