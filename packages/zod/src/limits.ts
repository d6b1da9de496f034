/** What one server cannot keep although the column's type could be read so. A schema made for no dialect refuses only what every one refuses. */
export interface Limits {
  /** NaN and the infinities in floating point columns. */
  readonly nonFinite: boolean
  /** The character U+0000 in text and JSON. */
  readonly nul: boolean
  /** CHAR gives back the blanks that a value ends with. */
  readonly trailingBlanks: boolean
  /** The digits before and after the point of a NUMERIC that was declared without any. */
  readonly wholeDigits: number
  readonly fractionDigits: number
  /** How deep JSON may be nested. */
  readonly jsonDepth: number
  /** UUIDs of the versions 8 and up whose ninth byte is 01 to 80, which MariaDB refuses. */
  readonly lateUuids: boolean
}

const everything: Limits = {
  nonFinite: true,
  nul: true,
  trailingBlanks: true,
  wholeDigits: 131072,
  fractionDigits: 16383,
  jsonDepth: 1000,
  lateUuids: true,
}
const mysql: Limits = { ...everything, nonFinite: false, trailingBlanks: false, wholeDigits: 35, fractionDigits: 30, jsonDepth: 100 }

export const limits = {
  postgres: { ...everything, nul: false, trailingBlanks: false },
  mysql,
  mariadb: { ...mysql, jsonDepth: 31, lateUuids: false },
  sqlite: { ...everything, nonFinite: false, wholeDigits: Number.POSITIVE_INFINITY, fractionDigits: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, Limits>
export type DialectName = keyof typeof limits

/** What at least one of them keeps. */
export const anyLimits: Limits = { ...everything, wholeDigits: Number.POSITIVE_INFINITY, fractionDigits: Number.POSITIVE_INFINITY }
