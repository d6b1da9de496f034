/** DDL statements over schema objects: schemas, views, sequences, enum types, domains. */
import { CompileError, checkOptions, conditions, describe, quoted, type Typed } from '@quern/expression'
import {
  checkLabel,
  checkName,
  type Domain,
  domainNode,
  type EnumType,
  enumNode,
  type ObjectNode,
  objectNode,
  type Schema,
  type Sequence,
  type SequenceOptions,
  type Source,
  sequenceNode,
  sequenceOf,
  type ViewNode,
} from '@quern/schema'
import type { AlterDomainNode, AlterEnumNode, DomainChange, EnumChange } from './ddl-nodes.js'
import { DdlStatement, flags } from './ddl-statement.js'

interface IfExists {
  readonly ifExists?: boolean
}
interface Drop extends IfExists {
  /** Drop what depends on it, too. */
  readonly cascade?: boolean
}
interface IfNotExists {
  readonly ifNotExists?: boolean
}

function nodeOfKind<K extends ObjectNode['kind']>(value: unknown, kind: K, place: string): Extract<ObjectNode, { kind: K }> {
  const node = objectNode(value)
  if (node?.kind !== kind) throw new CompileError(`${place} takes a ${kind}, not ${node ? `a ${node.kind}` : describe(value)}`)
  return node as Extract<ObjectNode, { kind: K }>
}

function drop(object: Exclude<ObjectNode, { kind: 'table' }>, options: Drop, place: string): DdlStatement {
  return DdlStatement.of({ kind: 'dropObject', object, ...flags(place, options, ['ifExists', 'cascade']) })
}

/** `createSchema(schema('audit'))` — `CREATE SCHEMA "audit"`; a database of that name on MySQL and MariaDB. */
export function createSchema(schema: Schema<any>, options: IfNotExists = {}): DdlStatement {
  const object = nodeOfKind(schema, 'schema', 'createSchema()')
  return DdlStatement.of({ kind: 'createSchema', object, ...flags('createSchema()', options, ['ifNotExists']) })
}

/** `dropSchema(schema('audit'), { cascade: true })` — `DROP SCHEMA "audit" CASCADE`; MySQL and MariaDB know no other way than with all it holds. */
export const dropSchema = (schema: Schema<any>, options: Drop = {}): DdlStatement =>
  drop(nodeOfKind(schema, 'schema', 'dropSchema()'), options, 'dropSchema()')

function viewOf(view: unknown, materialized: boolean, place: string): ViewNode {
  const node = nodeOfKind(view, 'view', place)
  if (node.materialized !== materialized)
    throw new CompileError(
      `${place} takes a ${materialized ? 'materialized ' : ''}view; ${node.name} is ${materialized ? 'a plain one' : 'a materialized one'}`,
    )
  return node
}

/** `createView(active, { orReplace: true })` — `CREATE OR REPLACE VIEW "active" ("id") AS SELECT …` */
export function createView(view: Source<any, any>, options: IfNotExists & { readonly orReplace?: boolean } = {}): DdlStatement {
  const object = viewOf(view, false, 'createView()')
  const found = flags('createView()', options, ['ifNotExists', 'orReplace'])
  if (found.ifNotExists && found.orReplace) throw new CompileError('createView() takes ifNotExists or orReplace, not both')
  return DdlStatement.of({ kind: 'createView', object, ...found })
}

/** `dropView(active, { ifExists: true })` — `DROP VIEW IF EXISTS "active"` */
export const dropView = (view: Source<any, any>, options: Drop = {}): DdlStatement =>
  drop(viewOf(view, false, 'dropView()'), options, 'dropView()')

/** `createMaterializedView(totals)` — `CREATE MATERIALIZED VIEW "totals" ("n") AS SELECT … WITH DATA` */
export function createMaterializedView(view: Source<any, any>, options: IfNotExists = {}): DdlStatement {
  const object = viewOf(view, true, 'createMaterializedView()')
  return DdlStatement.of({ kind: 'createView', object, orReplace: false, ...flags('createMaterializedView()', options, ['ifNotExists']) })
}

/** `refreshMaterializedView(totals, { concurrently: true })` — `REFRESH MATERIALIZED VIEW CONCURRENTLY "totals"` */
export function refreshMaterializedView(
  view: Source<any, any>,
  options: { readonly concurrently?: boolean; readonly withData?: boolean } = {},
): DdlStatement {
  const object = viewOf(view, true, 'refreshMaterializedView()')
  const found = flags('refreshMaterializedView()', { withData: true, ...options }, ['concurrently', 'withData'])
  if (found.concurrently && !found.withData)
    throw new CompileError('refreshMaterializedView() concurrently is with data; leave withData out')
  return DdlStatement.of({ kind: 'refreshView', object, ...found })
}

/** `dropMaterializedView(totals)` — `DROP MATERIALIZED VIEW "totals"` */
export const dropMaterializedView = (view: Source<any, any>, options: Drop = {}): DdlStatement =>
  drop(viewOf(view, true, 'dropMaterializedView()'), options, 'dropMaterializedView()')

/** `createSequence(ticket)` — `CREATE SEQUENCE "ticket" AS bigint START WITH 1000` */
export function createSequence(sequence: Sequence<any>, options: IfNotExists = {}): DdlStatement {
  const object = sequenceNode(sequence, 'createSequence()')
  return DdlStatement.of({ kind: 'createSequence', object, owned: true, ...flags('createSequence()', options, ['ifNotExists']) })
}

export interface AlterSequenceOptions extends SequenceOptions {
  /** Count on from this number, or from the start. */
  readonly restart?: number | bigint | true
}

/** `alterSequence(ticket, { increment: 10, restart: 500 })` — `ALTER SEQUENCE "ticket" INCREMENT BY 10 RESTART WITH 500` */
export function alterSequence(sequence: Sequence<any>, changes: AlterSequenceOptions): DdlStatement {
  const object = sequenceNode(sequence, 'alterSequence()')
  if (typeof changes !== 'object' || changes === null)
    throw new CompileError(`the changes of alterSequence() are an object, not ${describe(changes)}`)
  if (Object.values(changes).every((value) => value === undefined)) throw new CompileError('alterSequence() needs something to change')
  const { restart, ...rest } = changes
  const to = sequenceOf(object.name, object.schema, rest)
  if (restart !== undefined && restart !== true && typeof restart !== 'bigint' && !Number.isSafeInteger(restart))
    throw new CompileError(`the option restart of alterSequence() is true or a whole number, not ${describe(restart)}`)
  return DdlStatement.of({
    kind: 'alterSequence',
    object,
    to,
    cycle: rest.cycle,
    as: rest.as !== undefined,
    restart: restart === undefined || restart === true ? restart : BigInt(restart),
  })
}

/** `dropSequence(ticket)` — `DROP SEQUENCE "ticket"` */
export const dropSequence = (sequence: Sequence<any>, options: Drop = {}): DdlStatement =>
  drop(sequenceNode(sequence, 'dropSequence()'), options, 'dropSequence()')

/** `createEnum(mood)` — `CREATE TYPE "mood" AS ENUM ('sad', 'ok')` */
export function createEnum(type: EnumType<any>): DdlStatement {
  return DdlStatement.of({ kind: 'createEnum', object: enumNode(type, 'createEnum()') })
}

/** ALTER TYPE of an enum; each method yields a new statement. */
export class AlterEnum extends DdlStatement {
  /** `ALTER TYPE "mood" ADD VALUE 'happy' AFTER 'ok'` */
  addValue(label: string, place: { readonly before?: string; readonly after?: string } = {}): AlterEnum {
    checkOptions('addValue()', place, ['before', 'after'])
    const { before, after } = place
    if (before !== undefined && after !== undefined) throw new CompileError('addValue() takes before or after, not both')
    const neighbour = before ?? after
    if (neighbour !== undefined) checkLabel(neighbour, label)
    const where = before !== undefined ? 'before' : after !== undefined ? 'after' : undefined
    return this.#with({ change: 'add', label: checkLabel(label, 'addValue()'), place: where, neighbour })
  }

  /** `ALTER TYPE "mood" RENAME VALUE 'ok' TO 'fine'` */
  renameValue(label: string, to: string): AlterEnum {
    return this.#with({ change: 'rename', label: checkLabel(label, 'renameValue()'), to: checkLabel(to, 'renameValue()') })
  }

  #with(change: EnumChange): AlterEnum {
    const { object, changes } = this.node as AlterEnumNode
    return new AlterEnum({ kind: 'alterEnum', object, changes: Object.freeze([...changes, change]) } as never)
  }
}

/** `alterEnum(mood).addValue('happy', { after: 'ok' })`; the declaration itself stays what it is. */
export const alterEnum = (type: EnumType<any>): AlterEnum =>
  new AlterEnum({ kind: 'alterEnum', object: enumNode(type, 'alterEnum()'), changes: [] } as never)

/** `dropEnum(mood)` — `DROP TYPE "mood"` */
export const dropEnum = (type: EnumType<any>, options: Drop = {}): DdlStatement => drop(enumNode(type, 'dropEnum()'), options, 'dropEnum()')

/** `createDomain(email)` — `CREATE DOMAIN "email" AS varchar(255) CHECK (…)` */
export function createDomain(domain: Domain<any, any, any>): DdlStatement {
  return DdlStatement.of({ kind: 'createDomain', object: domainNode(domain, 'createDomain()') })
}

/** ALTER DOMAIN; each method yields a new statement. */
export class AlterDomain extends DdlStatement {
  /** `ALTER DOMAIN "email" SET NOT NULL` */
  setNotNull(): AlterDomain {
    return this.#with({ change: 'notNull', on: true })
  }

  /** `ALTER DOMAIN "email" DROP NOT NULL` */
  dropNotNull(): AlterDomain {
    return this.#with({ change: 'notNull', on: false })
  }

  /** `ALTER DOMAIN "email" SET DEFAULT 'nobody'` */
  setDefault(value: unknown): AlterDomain {
    if (value === undefined) throw new CompileError('setDefault(undefined): use dropDefault(), or give a value')
    return this.#with({ change: 'default', value: { value } })
  }

  /** `ALTER DOMAIN "email" DROP DEFAULT` */
  dropDefault(): AlterDomain {
    return this.#with({ change: 'default', value: undefined })
  }

  /** `ALTER DOMAIN "email" ADD CONSTRAINT "has_at" CHECK (VALUE LIKE '%@%')` */
  addCheck(name: string, check: (value: any) => Typed<boolean | null, any, any, 'row', any>): AlterDomain {
    if (typeof check !== 'function') throw new CompileError(`addCheck() takes a function of the value, not ${describe(check)}`)
    const condition = (value: object) => {
      const [found] = conditions([check(value)], 'addCheck()')
      if (found === undefined) throw new CompileError(`addCheck(${quoted(name)}) yields no condition`)
      return found
    }
    return this.#with({ change: 'addCheck', name: checkName(name, 'check'), condition })
  }

  /** `ALTER DOMAIN "email" DROP CONSTRAINT "has_at"` */
  dropCheck(name: string): AlterDomain {
    return this.#with({ change: 'dropCheck', name: checkName(name, 'check') })
  }

  #with(change: DomainChange): AlterDomain {
    const { object, changes } = this.node as AlterDomainNode
    return new AlterDomain({ kind: 'alterDomain', object, changes: Object.freeze([...changes, change]) } as never)
  }
}

/** `alterDomain(email).setNotNull()` — `ALTER DOMAIN "email" SET NOT NULL` */
export const alterDomain = (domain: Domain<any, any, any>): AlterDomain =>
  new AlterDomain({ kind: 'alterDomain', object: domainNode(domain, 'alterDomain()'), changes: [] } as never)

/** `dropDomain(email)` — `DROP DOMAIN "email"` */
export const dropDomain = (domain: Domain<any, any, any>, options: Drop = {}): DdlStatement =>
  drop(domainNode(domain, 'dropDomain()'), options, 'dropDomain()')
