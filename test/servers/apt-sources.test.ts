import { distributionSources, parseDeb822, parseList, printDeb822 } from './apt-sources.mjs'

const oneLine = `# comment
deb [signed-by=/usr/share/keyrings/d.gpg arch=amd64,arm64] http://mirror.invalid/debian bookworm main contrib # the archive
deb-src http://mirror.invalid/debian bookworm main
deb http://mirror.invalid/debian-security bookworm-security main
deb http://mirror.invalid/debian bookworm-backports main
deb https://vendor.invalid/linux bookworm stable
`

const deb822 = `Types: deb
# a remark
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb-src
URIs: http://mirror.invalid/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://other.invalid/debian
Suites: bookworm
Components: main
`

test('the release’s own sources, without other vendors and backports', () => {
  const own = distributionSources(parseList(oneLine), 'bookworm')
  expect(own.map((stanza) => [stanza.get('uris'), stanza.get('suites'), stanza.get('components')])).toEqual([
    ['http://mirror.invalid/debian', 'bookworm', 'main contrib'],
    ['http://mirror.invalid/debian-security', 'bookworm-security', 'main'],
  ])
  expect(own[0]?.get('signed-by')).toBe('/usr/share/keyrings/d.gpg')
  expect(own[0]?.get('architectures')).toBe('amd64 arm64')
})

test('another suite is taken from the main archive only', () => {
  expect(distributionSources(parseList(oneLine), 'bookworm', 'sid').map((stanza) => [stanza.get('uris'), stanza.get('suites')])).toEqual([
    ['http://mirror.invalid/debian', 'sid'],
  ])
})

test('a key written into the source is kept, disabled and source entries are not', () => {
  const stanzas = parseDeb822(deb822)
  expect(stanzas).toHaveLength(1)
  const printed = printDeb822(distributionSources(stanzas, 'bookworm', 'sid'))
  expect(printed).toContain('suites: sid\n')
  expect(printed).toContain('signed-by: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n')
  expect(printed).toContain('targets: Packages\n')
})

test('no entry of this distribution, no sources', () => {
  expect(distributionSources(parseList('deb https://vendor.invalid/linux bookworm stable'), 'bookworm')).toEqual([])
})
