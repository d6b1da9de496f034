// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {Map<string, string>} Stanza one deb822 paragraph: field names in lower case */

/**
 * One-line format: `deb [signed-by=/x.gpg arch=amd64] <uri> <suite> <components…>`.
 * @param {string} text
 * @returns {Stanza[]}
 */
export function parseList(text) {
  return text.split('\n').flatMap((line) => {
    const match = line.match(/^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/)
    if (!match) return []
    const [, options = '', uri = '', suite = '', components = ''] = match
    const stanza = new Map([
      ['types', 'deb'],
      ['uris', uri],
      ['suites', suite],
      ['components', components.trim()],
    ])
    for (const option of options.split(/\s+/).filter(Boolean)) {
      const [name = '', value = ''] = option.split(/=(.*)/s)
      stanza.set(name === 'arch' ? 'architectures' : name, value.replaceAll(',', ' '))
    }
    return [stanza]
  })
}

/**
 * deb822 format; a field may go on over lines that start with a space, as a key written into `Signed-By` does.
 * @param {string} text
 * @returns {Stanza[]}
 */
export function parseDeb822(text) {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    /** @type {Stanza} */
    const stanza = new Map()
    let field = ''
    for (const line of paragraph.split('\n')) {
      if (line.startsWith('#')) continue
      if (/^\s/.test(line)) stanza.set(field, `${stanza.get(field)}\n${line}`)
      else if (line.includes(':')) {
        field = line.slice(0, line.indexOf(':')).toLowerCase()
        stanza.set(field, line.slice(line.indexOf(':') + 1).trim())
      }
    }
    const wanted = /\bdeb\b(?!-)/.test(stanza.get('types') ?? '') && stanza.get('enabled')?.toLowerCase() !== 'no'
    return wanted && stanza.has('uris') ? [stanza] : []
  })
}

/** The package sources that this machine is set up with. */
export function machineSources(etc = '/etc/apt') {
  const parts = join(etc, 'sources.list.d')
  const files = existsSync(parts)
    ? readdirSync(parts)
        .sort()
        .map((name) => join(parts, name))
    : []
  return [join(etc, 'sources.list'), ...files].flatMap((file) => {
    if (!existsSync(file)) return []
    if (file.endsWith('.list')) return parseList(readFileSync(file, 'utf8'))
    return file.endsWith('.sources') ? parseDeb822(readFileSync(file, 'utf8')) : []
  })
}

/** `/etc/os-release` as a map. */
export function osRelease(file = '/etc/os-release') {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return new Map(
    lines.map((line) => /** @type {const} */ ([line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1).replaceAll('"', '')])),
  )
}

/**
 * The distribution's own sources among `sources`, for the private configuration: those of the release itself, or, given
 * `suite`, its main archive with that suite instead. Other vendors' archives are left out.
 * @param {readonly Stanza[]} sources
 * @param {string} codename
 * @param {string} [suite]
 */
export function distributionSources(sources, codename, suite) {
  const releases = [codename, 'stable', 'testing', 'unstable', 'sid'].filter(Boolean)
  const found = sources.flatMap((stanza) => {
    if (!/\bmain\b/.test(stanza.get('components') ?? '')) return []
    const own = (stanza.get('suites') ?? '')
      .split(/\s+/)
      .filter((name) => releases.includes(name.replace(/(-updates|-security|\/updates)$/, '')))
    if (suite !== undefined) return own.some((name) => releases.includes(name)) ? [new Map([...stanza, ['suites', suite]])] : []
    return own.length > 0 ? [new Map([...stanza, ['suites', own.join(' ')]])] : []
  })
  return suite === undefined ? found : found.slice(0, 1)
}

/**
 * @param {readonly Stanza[]} stanzas
 * Only the package lists are fetched: no translations, icons or file contents.
 */
export const printDeb822 = (stanzas) =>
  stanzas.map((stanza) => [...stanza, ['targets', 'Packages']].map(([name, value]) => `${name}: ${value}\n`).join('')).join('\n')
