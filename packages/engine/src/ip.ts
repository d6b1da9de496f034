/**
 * 4, 6, or 0 for what is no IP address. Node's own answer, asked only about what looks like one: `node:net` takes two milliseconds to load.
 *
 * `isIP('::1')` — 6
 */
export const isIP = (host: string): number => (/^\d|:/.test(host) ? process.getBuiltinModule('node:net').isIP(host) : 0)
