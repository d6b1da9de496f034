/** One deb822 paragraph: field names in lower case. */
export type Stanza = Map<string, string>
export function parseList(text: string): Stanza[]
export function parseDeb822(text: string): Stanza[]
export function machineSources(etc?: string): Stanza[]
export function osRelease(file?: string): Map<string, string>
export function distributionSources(sources: readonly Stanza[], codename: string, suite?: string): Stanza[]
export function printDeb822(stanzas: readonly Stanza[]): string
