/** Enum types, domains and sequences as they are declared and as they are. */
import { actualTypeKey } from './compare-columns.js'
import type { Comparison } from './comparison.js'
import type { Declared, DeclaredDomain } from './declared.js'
import { withoutParentheses } from './defaults.js'
import type { DomainDetails, EnumDetails, NamedDetails, QualifiedName, SequenceDetails } from './details.js'
import { changed, extra, missing, notCompared, objectPlace } from './difference.js'

export function compareObjects(run: Comparison, declared: Declared, actual: NamedDetails): void {
  const { namedTypes } = run.dialect.objects
  if (namedTypes) {
    compareAll(run, 'enum', declared.enums, actual.enums, compareEnum)
    compareAll(run, 'domain', declared.domains, actual.domains, compareDomain)
  }
  // those of identity and serial columns come and go with them
  const own = actual.sequences.filter(({ identity }) => !identity)
  compareAll(run, 'sequence', declared.sequences, own, compareSequence, ({ ownedBy }) => ownedBy !== null)
}

function compareAll<D extends QualifiedName, A extends QualifiedName>(
  run: Comparison,
  kind: 'enum' | 'domain' | 'sequence',
  declared: readonly D[],
  actual: readonly A[],
  compare: (run: Comparison, declared: D, actual: A) => void,
  ignores: (actual: A) => boolean = () => false,
): void {
  const there = new Map(actual.map((one) => [run.placeKey(one), one]))
  for (const one of declared) {
    const own = there.get(run.placeKey(one))
    there.delete(run.placeKey(one))
    if (run.lost.has(one.schema)) continue
    if (own) compare(run, one, own)
    else missing(run, objectPlace(kind, one, run.shown))
  }
  for (const one of there.values()) if (run.own.has(one.schema) && !ignores(one)) extra(run, objectPlace(kind, one, run.shown))
}

const labelText = (labels: readonly string[]): string => labels.map((label) => JSON.stringify(label)).join(', ')

function compareEnum(run: Comparison, declared: EnumDetails, actual: EnumDetails): void {
  const [a, b] = [labelText(declared.labels), labelText(actual.labels)]
  if (a !== b) changed(run, objectPlace('enum labels', actual, run.shown), 'has the labels', a, b)
}

function compareDomain(run: Comparison, declared: DeclaredDomain, actual: DomainDetails): void {
  const place = objectPlace('domain', actual, run.shown)
  if (declared.typeKey !== actualTypeKey(run, actual)) changed(run, place, 'is of the type', declared.type, actual.type)
  if (declared.nullable !== actual.nullable)
    changed(run, place, 'is', declared.nullable ? 'nullable' : 'NOT NULL', actual.nullable ? 'nullable' : 'NOT NULL')
  compareText(run, place, 'has the default', declared.default, actual.default, { kind: 'value', type: declared.type })
  const condition = ({ checks }: DomainDetails): string | null => {
    const texts = checks.map(({ expression }) => withoutParentheses(expression, run.inspector.catalog.backslashEscapes))
    return texts.length < 2 ? (texts[0] ?? null) : texts.map((one) => `(${one})`).join(' AND ')
  }
  compareText(run, place, 'has the check', condition(declared), condition(actual), { kind: 'domain', type: declared.type })
}

function compareText(
  run: Comparison,
  place: Parameters<typeof changed>[1],
  said: string,
  a: string | null,
  b: string | null,
  over: Parameters<Comparison['same']>[0],
): void {
  const same = a === null || b === null ? a === b : run.same(over, a, b)
  if (same === undefined) notCompared(run, place, a!, b)
  else if (!same) changed(run, place, said, a ?? undefined, b ?? undefined)
}

function sequenceText({ type, start, increment, min, max, cache, cycle }: SequenceDetails): string {
  return `AS ${type} START ${start} INCREMENT ${increment} MINVALUE ${min} MAXVALUE ${max} CACHE ${cache}${cycle ? ' CYCLE' : ''}`
}

function compareSequence(run: Comparison, declared: SequenceDetails, actual: SequenceDetails): void {
  const owner = ({ ownedBy }: SequenceDetails) =>
    ownedBy ? ` OWNED BY ${run.placeKey({ schema: ownedBy.schema, name: ownedBy.table })}.${ownedBy.column}` : ''
  const [a, b] = [sequenceText(declared) + owner(declared), sequenceText(actual) + owner(actual)]
  if (a !== b) changed(run, objectPlace('sequence', actual, run.shown), 'is', a, b)
}
