// @ts-check
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/**
 * X.509 certificates made on the fly, of every kind that a client has to tell apart. Written out in DER, because Node reads
 * certificates and does not make them.
 */

/** @typedef {import('node:crypto').KeyObject} KeyObject */
/** @typedef {{ certificate: string, key: string }} Pair as PEM */
/** @typedef {{ name: string, key: KeyObject, certificate: string }} Authority */

/** @param {number} tag @param {...Uint8Array} parts */
function der(tag, ...parts) {
  const body = Buffer.concat(parts)
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 255 ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}
/** @param {...Uint8Array} parts */
const sequence = (...parts) => der(0x30, ...parts)
/** @param {string} hex */
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'))
const yes = der(0x01, Buffer.from([0xff]))
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
/** @param {string} name */
const nameOf = (name) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))
/** @param {Date} date */
const time = (date) =>
  der(
    0x17,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2, 14)}Z`,
    ),
  )
/** @param {string} id @param {boolean} critical @param {Uint8Array} value */
const extension = (id, critical, value) => sequence(oid(id), ...(critical ? [yes] : []), der(0x04, value))
/** @param {string} title @param {Uint8Array} bytes */
const pem = (title, bytes) =>
  `-----BEGIN ${title}-----\n${Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')}\n-----END ${title}-----\n`

/** @param {readonly string[]} names */
const alternatives = (names) =>
  sequence(...names.map((name) => (isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)))))

const day = 86_400_000

/**
 * @param {{ name: string, names?: readonly string[], authority?: boolean, days?: number }} wanted `days` from now; below 0: expired
 * @param {KeyObject} publicKey
 * @param {{ name: string, key: KeyObject }} issuer
 */
function certificate({ name, names = [], authority = false, days = 1 }, publicKey, issuer) {
  const end = Date.now() + days * day
  const start = new Date(Math.min(Date.now(), end) - 2 * day)
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)])
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    nameOf(issuer.name),
    sequence(time(start), time(new Date(end))),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('551d13', true, sequence(...(authority ? [yes] : []))),
        ...(authority ? [extension('551d0f', true, der(0x03, Buffer.from([1, 0x06])))] : []),
        ...(names.length > 0 ? [extension('551d11', false, alternatives(names))] : []),
      ),
    ),
  )
  return pem('CERTIFICATE', sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), sign('sha256', body, issuer.key))))
}

/** @param {string} name @returns {Authority} */
export function makeAuthority(name) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { name, key: privateKey, certificate: certificate({ name, authority: true }, publicKey, { name, key: privateKey }) }
}

/**
 * A certificate for the hosts and addresses in `names`, signed by `authority`.
 * @param {Authority} authority @param {readonly string[]} names @param {number} [days] @returns {Pair}
 */
export function makeCertificate(authority, names, days = 1) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate: certificate({ name: names[0] ?? 'nobody', names, days }, publicKey, authority), key }
}
