/** Names and patterns of names: `*` stands for any text, `?` for one character. A name that is spelled out always means itself. */

const special = /[\\^$.|+()[\]{}]/g

export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set(patterns)
  const wild = patterns
    .filter((pattern) => /[*?]/.test(pattern))
    .map((pattern) => new RegExp(`^${pattern.replace(special, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su'))
  return (name) => exact.has(name) || wild.some((pattern) => pattern.test(name))
}
