/** Domains: a type with conditions of its own, as a column function. */
import {
  CompileError,
  checkOptions,
  conditions,
  type Expr,
  type Family,
  make,
  type nodeOf,
  type Typed,
  typed,
  withDetail,
} from '@quern/expression'
import { ColumnDef, type ColumnFlag, plainOptions } from './columns.js'
import { brandObject, type DomainNode, objectNode } from './objects.js'
import { checkName } from './words.js'

export interface DomainOptions<Value, Fam extends Family> {
  readonly notNull?: boolean
  /** The condition that every value meets: `(value) => value.like('%@%')`. */
  readonly check?: (value: Expr<Value, never, never, 'row', Fam>) => Typed<boolean | null, any, any, 'row', any>
  /** The name of that condition. */
  readonly checkName?: string
  readonly default?: NonNullable<Value> | Typed<any, never, any, 'row', any>
}

/** A column function: `email().unique()`. */
export type Domain<Value, Fam extends Family, Flags extends ColumnFlag> = () => ColumnDef<Value, Fam, Flags>

/** The domain that a column's type came from. */
const byMark = new WeakMap<object, DomainNode>()
export const domainOfMark = (mark: object): DomainNode | undefined => byMark.get(mark)

/**
 * A domain: `const email = domain('email', varchar(255), { check: (value) => value.like('%@%') })`, then `email().notNull()`.
 *
 * `CREATE DOMAIN "email" AS varchar(255) CHECK (VALUE LIKE '%@%')` on PostgreSQL. Elsewhere a column of the domain is a column of the type
 * beneath with the same NOT NULL, DEFAULT and CHECK, which is all that a domain means for a column.
 *
 * @throws CompileError for unknown options, or a check that yields no condition
 */
export function domain<Value, Fam extends Family>(
  name: string,
  base: ColumnDef<Value, Fam>,
  options: DomainOptions<Value, Fam> & {
    readonly notNull: true
    readonly default: NonNullable<Value> | Typed<any, never, any, 'row', any>
  },
): Domain<Exclude<Value, null>, Fam, 'default'>
export function domain<Value, Fam extends Family>(
  name: string,
  base: ColumnDef<Value, Fam>,
  options: DomainOptions<Value, Fam> & { readonly notNull: true },
): Domain<Exclude<Value, null>, Fam, never>
export function domain<Value, Fam extends Family>(
  name: string,
  base: ColumnDef<Value, Fam>,
  options?: DomainOptions<Value, Fam>,
): Domain<Value, Fam, never>
export function domain(name: string, base: ColumnDef<any, any>, options: DomainOptions<any, any> = {}): Domain<any, any, any> {
  return makeDomain(name, undefined, base, options)
}

export function makeDomain(
  name: string,
  schema: string | undefined,
  base: ColumnDef<any, any>,
  options: DomainOptions<any, any>,
): Domain<any, any, any> {
  checkOptions(`domain(${JSON.stringify(name)})`, options, ['notNull', 'check', 'checkName', 'default'])
  if (options.default === null || ('default' in options && options.default === undefined))
    throw new CompileError(`domain ${JSON.stringify(name)}: leave the option default out, or give a value`)
  checkName(name, 'domain')
  if (options.checkName !== undefined) checkName(options.checkName, 'check')
  const { type, notNull, ...rest } = ColumnDef.options(base, name)
  if (type.detail?.domain !== undefined) throw new CompileError(`domain ${JSON.stringify(name)} is made of a domain; make it of a type`)
  if (notNull || rest.default !== undefined || rest.primaryKey || rest.unique || rest.identity || rest.references)
    throw new CompileError(
      `domain ${JSON.stringify(name)}: the type beneath takes no modifiers; write domain(name, text(), { notNull: true })`,
    )
  const node: DomainNode = Object.freeze({
    kind: 'domain',
    name,
    schema,
    type,
    notNull: options.notNull ?? false,
    default: 'default' in options ? Object.freeze({ value: options.default }) : undefined,
    check: options.check && Object.freeze({ name: options.checkName, condition: conditionOf(name, options.check) }),
  })
  const mark = Object.freeze({ name, schema })
  byMark.set(mark, node)
  const own = withDetail(type, { domain: mark })
  const column = { ...plainOptions(own), notNull: node.notNull, default: node.default }
  return brandObject(() => new ColumnDef<any, any, any>(column), node)
}

function conditionOf(name: string, check: (value: any) => unknown): (value: object) => ReturnType<typeof nodeOf> {
  return (value) => {
    const [condition] = conditions([check(value)], `the check of domain ${JSON.stringify(name)}`)
    if (condition === undefined) throw new CompileError(`the check of domain ${JSON.stringify(name)} yields no condition`)
    return condition
  }
}

/** VALUE of a domain's CHECK: a column of a source that is nowhere in FROM. */
export function domainValue(node: DomainNode) {
  const source = { kind: 'table', name: node.name, schema: node.schema, quoted: make.keptText() } as const
  const column = make.column(source, 'value', 'value', node.type, false)
  return { source, column, value: typed<object>(column) }
}

export function domainNode(value: unknown, place: string): DomainNode {
  const node = objectNode(value)
  if (node?.kind !== 'domain') throw new CompileError(`${place} takes a domain made by domain()`)
  return node
}
