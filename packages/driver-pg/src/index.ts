export { pgDriverFor } from './driver.js'
export type { PgOptions, TlsOption, TlsOptions } from './options.js'
