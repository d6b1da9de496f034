/** Constraints and indexes as they are declared and as they are. */
import type { Found } from './build-table.js'
import { quotedText } from './compare-columns.js'
import type { Comparison } from './comparison.js'
import type { DeclaredTable } from './declared.js'
import type {
  CheckDetails,
  DeferrableDetails,
  ExclusionDetails,
  ForeignKeyDetails,
  IndexDetails,
  IndexKeyDetails,
  PrimaryKeyDetails,
  UniqueDetails,
} from './details.js'
import { changed, extra, missing, notCompared, placesIn, tableTitle } from './difference.js'

type Answer = boolean | undefined
interface Named {
  readonly name: string | null
}
/** How one kind of constraint is compared. */
interface Kind<T extends Named> {
  readonly kind: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion constraint' | 'index'
  same(declared: T, actual: T): Answer
  describe(one: T): string
  /** What is there without having been declared, and without that being a difference. */
  ignores?(actual: T): boolean
}

export function compareKeys(run: Comparison, declared: DeclaredTable, actual: Found): void {
  const kinds = kindsFor(run, declared, actual)
  const optional = (one: PrimaryKeyDetails | undefined) => (one ? [one] : [])
  compareAll(run, actual, optional(declared.primaryKey), optional(actual.primaryKey), kinds.primaryKey)
  compareAll(run, actual, declared.uniques, actual.uniques, kinds.unique)
  compareAll(run, actual, declared.foreignKeys, actual.foreignKeys, kinds.foreignKey)
  compareAll(run, actual, declared.checks, actual.checks, kinds.check)
  compareAll(run, actual, declared.exclusions, actual.exclusions, kinds.exclusion)
  compareAll(run, actual, declared.indexes, actual.indexes, kinds.index)
  compareComments(run, declared, actual)
}

/**
 * What has a name belongs to its namesake; what has none, to whatever is the same. A name that is not declared is the database's own to choose.
 */
function compareAll<T extends Named>(run: Comparison, { table }: Found, declared: readonly T[], actual: readonly T[], kind: Kind<T>): void {
  const left = new Set(actual)
  const open: T[] = []
  const place = (name: string | null | undefined) => placesIn(table, run).part(kind.kind, name ?? undefined)
  const isRenamed = (one: T, other: T) => one.name !== null && other.name !== null && run.nameKey(one.name) !== run.nameKey(other.name)
  // a table has one primary key, whatever it is called
  const isNamesake = (one: T, other: T) =>
    kind.kind === 'primary key' || (one.name !== null && other.name !== null && !isRenamed(one, other))
  for (const one of declared) {
    const own = [...left].find((other) => isNamesake(one, other))
    if (!own) {
      open.push(one)
      continue
    }
    left.delete(own)
    const same = kind.same(one, own)
    if (same === undefined) notCompared(run, place(own.name), kind.describe(one), kind.describe(own))
    else if (!same) changed(run, place(own.name), 'is', kind.describe(one), kind.describe(own))
    else if (isRenamed(one, own)) changed(run, place(own.name), 'has the name', one.name!, own.name!)
  }
  for (const one of open) {
    const alike = [...left].filter((other) => (one.name === null || other.name === null || kind.kind !== 'index') && kind.same(one, other))
    const own = alike.find((other) => one.name === null || other.name === null) ?? alike[0]
    if (own) {
      left.delete(own)
      if (isRenamed(one, own)) changed(run, place(own.name), 'has the name', one.name!, own.name!)
      continue
    }
    const unknown = one.name === null ? [...left].find((other) => kind.same(one, other) === undefined) : undefined
    if (unknown) {
      left.delete(unknown)
      notCompared(run, place(unknown.name), kind.describe(one), kind.describe(unknown))
    } else missing(run, place(one.name), kind.describe(one))
  }
  for (const other of left) if (!kind.ignores?.(other)) extra(run, place(other.name), kind.describe(other))
}

const listOf = (names: readonly string[]): string => `(${names.join(', ')})`
const deferred = (words: DeferrableDetails): string => (words === null ? '' : ` ${words.toUpperCase()}`)
const included = (names: readonly string[]): string => (names.length === 0 ? '' : ` INCLUDE ${listOf(names)}`)

/** All that have to hold; one that cannot be told leaves the whole untold, unless another is false. */
function every(answers: Iterable<Answer>): Answer {
  let found: Answer = true
  for (const answer of answers) {
    if (answer === false) return false
    if (answer === undefined) found = undefined
  }
  return found
}

function kindsFor(run: Comparison, declared: DeclaredTable, actual: Found) {
  const { table } = actual
  const row = { kind: 'row', schema: table.schema, table: table.name } as const
  const text = (a: string | null, b: string | null): Answer => (a === null || b === null ? a === b : run.same(row, a, b))
  const names = (a: readonly string[], b: readonly string[]): boolean =>
    a.length === b.length && a.every((name, i) => run.nameKey(name) === run.nameKey(b[i]!))
  const key = (a: IndexKeyDetails, b: IndexKeyDetails): Answer => {
    if ((a.column === null) !== (b.column === null)) return false
    const plain =
      a.descending === b.descending &&
      a.nulls === b.nulls &&
      opclass(run, a) === opclass(run, b) &&
      run.sameName(keyCollation(run, a, declared), keyCollation(run, b, declared)) &&
      a.length === b.length
    if (!plain) return false
    return a.column !== null
      ? run.nameKey(a.column) === run.nameKey(b.column!)
      : b.expression === null
        ? undefined
        : text(a.expression, b.expression)
  }
  const keys = (a: readonly IndexKeyDetails[], b: readonly IndexKeyDetails[]): Answer =>
    a.length === b.length && every(a.map((one, i) => key(one, b[i]!)))
  const primaryKey: Kind<PrimaryKeyDetails> = {
    kind: 'primary key',
    same: (a, b) => names(a.columns, b.columns) && names(a.include, b.include) && a.deferrable === b.deferrable,
    describe: ({ columns, include, deferrable }) => listOf(columns) + included(include) + deferred(deferrable),
  }
  const unique: Kind<UniqueDetails> = {
    kind: 'unique',
    same: (a, b) => primaryKey.same(a, b) && a.nullsNotDistinct === b.nullsNotDistinct,
    describe: (one) => `${one.nullsNotDistinct ? 'NULLS NOT DISTINCT ' : ''}${primaryKey.describe(one)}`,
  }
  const foreignKey: Kind<ForeignKeyDetails> = {
    kind: 'foreign key',
    same: (a, b) => sameForeignKey(run, a, b, names),
    describe: (one) => foreignKeyText(run, one),
  }
  const check: Kind<CheckDetails> = {
    kind: 'check',
    same: (a, b) => {
      const isPlain = a.enforced === b.enforced && a.noInherit === b.noInherit && (b.valid || !a.valid || !b.enforced)
      return isPlain && (b.expression === null ? undefined : text(a.expression, b.expression))
    },
    describe: ({ expression, enforced, noInherit, valid }) =>
      `CHECK (${expression ?? '?'})${noInherit ? ' NO INHERIT' : ''}${!enforced ? ' NOT ENFORCED' : valid ? '' : ' NOT VALID'}`,
    ignores: ({ inherited }) => inherited && declared.table.inherits.length > 0,
  }
  const exclusion: Kind<ExclusionDetails> = {
    kind: 'exclusion constraint',
    same: (a, b) =>
      every([
        a.method === b.method && names(a.include, b.include) && a.deferrable === b.deferrable,
        names(
          a.keys.map(({ operator }) => operator),
          b.keys.map(({ operator }) => operator),
        ),
        keys(a.keys, b.keys),
        text(a.predicate, b.predicate),
      ]),
    describe: ({ method, keys: of, include, predicate, deferrable }) =>
      `USING ${method} (${of.map((one) => `${keyText(one)} WITH ${one.operator}`).join(', ')})${included(include)}${where(predicate)}${deferred(deferrable)}`,
  }
  const index: Kind<IndexDetails> = {
    kind: 'index',
    same: (a, b) =>
      every([
        a.unique === b.unique && a.type === b.type && a.nullsNotDistinct === b.nullsNotDistinct && a.visible === b.visible && b.valid,
        run.hasMethods ? a.method === b.method : true,
        names(a.include, b.include),
        parameters(a.with) === parameters(b.with),
        keys(a.keys, b.keys),
        text(a.predicate, b.predicate),
      ]),
    describe: (one) => indexText(run, one),
    // it also stays behind when its key is dropped
    ignores: (one) => isOfForeignKey(run, one, [...actual.foreignKeys, ...declared.foreignKeys]),
  }
  return { primaryKey, unique, foreignKey, check, exclusion, index }
}

const where = (predicate: string | null): string => (predicate === null ? '' : ` WHERE ${predicate}`)
export const parameters = (texts: Readonly<Record<string, string>>): string =>
  Object.entries(texts)
    .map(([name, value]) => `${name.toLowerCase()} = ${value}`)
    .sort()
    .join(', ')

/** The usual class of the type says nothing. */
const opclass = ({ usual }: Comparison, { opclass: name }: IndexKeyDetails): string | null =>
  name === null || usual.opclasses.includes(name) ? null : name

/** The column's own collation says nothing. */
function keyCollation({ usual, nameKey }: Comparison, { column, collation }: IndexKeyDetails, { columns }: DeclaredTable): string | null {
  if (collation === null || column === null) return collation
  const own = columns.find(({ name }) => nameKey(name) === nameKey(column))?.collation ?? usual.collation
  return own?.toLowerCase() === collation.toLowerCase() ? null : collation
}

function keyText({ column, expression, descending, nulls, opclass: of, collation, length }: IndexKeyDetails): string {
  const words = [
    `${column ?? `(${expression ?? '?'})`}${length === null ? '' : `(${length})`}`,
    ...(collation === null ? [] : [`COLLATE ${collation}`]),
    ...(of === null ? [] : [of]),
    ...(descending ? ['DESC'] : []),
    ...(nulls === null ? [] : [`NULLS ${nulls.toUpperCase()}`]),
  ]
  return words.join(' ')
}

function indexText({ hasMethods }: Comparison, one: IndexDetails): string {
  const { unique, type, method, keys, include, nullsNotDistinct, with: given, predicate, visible, valid } = one
  const words = [unique ? 'UNIQUE ' : '', type ? `${type.toUpperCase()} ` : '', hasMethods && method !== 'btree' ? `USING ${method} ` : '']
  const more = [
    included(include),
    nullsNotDistinct ? ' NULLS NOT DISTINCT' : '',
    parameters(given) === '' ? '' : ` WITH (${parameters(given)})`,
    where(predicate),
    visible ? '' : ' INVISIBLE',
    valid ? '' : ' (not valid)',
  ]
  return `${words.join('')}(${keys.map(keyText).join(', ')})${more.join('')}`
}

/** MySQL gives a foreign key an index of its own, called like the key or like its first column. */
function isOfForeignKey({ inspector: { catalog } }: Comparison, index: IndexDetails, keys: readonly ForeignKeyDetails[]): boolean {
  const isPlain = index.keys.every(({ column, descending, length }) => column !== null && !descending && length === null)
  if (index.unique || !isPlain || !catalog.uniqueIndexIsConstraint) return false
  return keys.some(
    (key) =>
      key.columns.join('\0') === index.columns.join('\0') && (catalog.indexOfForeignKey(index, key) || index.name === key.columns[0]),
  )
}

function sameForeignKey(
  run: Comparison,
  a: ForeignKeyDetails,
  b: ForeignKeyDetails,
  names: (a: readonly string[], b: readonly string[]) => boolean,
): boolean {
  const { action } = run
  const target = (one: ForeignKeyDetails) => run.placeKey({ schema: one.referencedSchema, name: one.referencedTable })
  return (
    names(a.columns, b.columns) &&
    target(a) === target(b) &&
    names(a.referencedColumns, b.referencedColumns) &&
    action(a.onDelete) === action(b.onDelete) &&
    action(a.onUpdate) === action(b.onUpdate) &&
    names(a.onDeleteColumns, b.onDeleteColumns) &&
    a.match === b.match &&
    a.deferrable === b.deferrable &&
    (b.valid || !a.valid)
  )
}

function foreignKeyText(run: Comparison, one: ForeignKeyDetails): string {
  const target = tableTitle({ schema: one.referencedSchema, name: one.referencedTable }, run.shown)
  const { plainAction } = run.inspector.catalog
  const some = one.onDeleteColumns.length === 0 ? '' : ` ${listOf(one.onDeleteColumns)}`
  const words = [
    `${listOf(one.columns)} REFERENCES ${target} ${listOf(one.referencedColumns)}`,
    one.match === 'full' ? ' MATCH FULL' : '',
    run.action(one.onDelete) === run.action(plainAction) ? '' : ` ON DELETE ${one.onDelete.toUpperCase()}${some}`,
    run.action(one.onUpdate) === run.action(plainAction) ? '' : ` ON UPDATE ${one.onUpdate.toUpperCase()}`,
    deferred(one.deferrable),
    one.valid ? '' : ' NOT VALID',
  ]
  return words.join('')
}

function compareComments(run: Comparison, declared: DeclaredTable, actual: Found): void {
  if (!run.comments) return
  for (const index of declared.indexes) {
    const own = actual.indexes.find(({ name }) => run.nameKey(name) === run.nameKey(index.name))
    if (!own || own.comment === index.comment) continue
    const place = placesIn(actual.table, run).part('comment', index.name, 'index')
    changed(run, place, 'has the comment', quotedText(index.comment), quotedText(own.comment))
  }
}
