// @ts-check
/** @typedef {import('./servers.mjs').Target} Target */
/** @typedef {import('./servers.mjs').Dialect} Dialect */
/** @typedef {import('./servers.mjs').ServerName} ServerName */

/** @type {readonly Dialect[]} */
const dialects = ['sqlite', 'postgres', 'mysql', 'mariadb']

/** @type {readonly ServerName[]} */
export const serverNames = ['postgres', 'mysql', 'mariadb', 'postgres15']

/** @param {ServerName} name */
export const urlVariable = (name) => `QUERN_TEST_${name.toUpperCase()}_URL`

/** @type {typeof import('./servers.mjs').dialectOf} */
export const dialectOf = (target) => (target === 'postgres15' ? 'postgres' : target)

/** @param {string | undefined} list */
const words = (list) =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter(Boolean)

/** @type {typeof import('./servers.mjs').activeTargets} */
export function activeTargets(environment = process.env) {
  const all = /** @type {readonly Target[]} */ ([...dialects, 'postgres15'])
  const only = words(environment.QUERN_TEST_ONLY)
  for (const word of only) {
    if (!all.includes(/** @type {Target} */ (word)))
      throw new Error(`QUERN_TEST_ONLY names '${word}'; it takes a list of ${all.join(', ')}`)
  }
  const also = words(environment.QUERN_TEST_POSTGRES_ALSO)
  for (const word of also) {
    if (word !== '15') throw new Error(`QUERN_TEST_POSTGRES_ALSO names '${word}'; it takes 15`)
  }
  const wanted = only.length > 0 ? only : [...dialects, ...also.map((major) => `postgres${major}`)]
  return all.filter((target) => wanted.includes(target))
}
