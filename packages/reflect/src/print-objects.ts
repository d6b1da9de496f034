/** Enum types, domains, sequences and views as source. */
import { CompileError, isExpression, type RawNode, statementNode, typed } from '@quern/expression'
import type { DomainNode, EnumNode, NamedObject, SequenceNode, ViewNode } from '@quern/schema'
import { list } from './print-imports.js'
import { printType, type TypeContext } from './print-type.js'
import { printExpression, printSql, printValue, type ValueContext, wholeText } from './print-values.js'
import { objectLiteral, propertyKey, stringLiteral } from './source-text.js'

export interface ObjectContext extends TypeContext, ValueContext {
  /** The referenced column of a sequence's owner: `users.id`. */
  readonly columnOf: (column: object) => string
}

/** `enumType`, or `schema('audit').enumType`. */
export const maker = (name: string, schema: string | undefined, { imports }: Pick<ObjectContext, 'imports'>): string =>
  schema === undefined ? imports.use(name) : `${imports.use('schema')}(${stringLiteral(schema)}).${name}`

export function printObject(node: NamedObject, context: ObjectContext): string {
  if (node.kind === 'enum') return printEnum(node, context)
  return node.kind === 'domain' ? printDomain(node, context) : printSequence(node, context)
}

function printEnum({ name, schema, labels }: EnumNode, context: ObjectContext): string {
  return list(`${maker('enumType', schema, context)}(${stringLiteral(name)}, [`, labels.map(stringLiteral), '])', '')
}

function printDomain(node: DomainNode, context: ObjectContext): string {
  const what = `the domain ${node.name}`
  const condition = node.check?.condition(typed<object>({ kind: 'none' } as never))
  const options = objectLiteral({
    notNull: node.notNull ? 'true' : undefined,
    default: node.default && printValue(node.default.value, context, what),
    check: condition && `() => ${printExpression(condition, context, what, '<boolean>')}`,
    checkName: node.check?.name === undefined ? undefined : stringLiteral(node.check.name),
  })
  const args = [stringLiteral(node.name), printType(node.type, context), ...(options === undefined ? [] : [options])]
  return `${maker('domain', node.schema, context)}(${args.join(', ')})`
}

function printSequence(node: SequenceNode, context: ObjectContext): string {
  const { name, schema, as, ownedBy } = node
  const owner = ownedBy && context.columnOf(ownedBy())
  if (owner !== undefined) context.imports.use('type AnyColumn')
  const options = objectLiteral({
    as: as === 'bigint' ? undefined : stringLiteral(as),
    start: wholeText(node.start),
    increment: wholeText(node.increment),
    min: wholeText(node.min),
    max: wholeText(node.max),
    cache: wholeText(node.cache),
    cycle: node.cycle ? 'true' : undefined,
    // the column may draw from the sequence, and its type would be looked for in a circle
    ownedBy: owner === undefined ? undefined : `(): AnyColumn => ${owner}`,
  })
  return `${maker('sequence', schema, context)}(${stringLiteral(name)}${options === undefined ? '' : `, ${options}`})`
}

export function printView(node: ViewNode, context: ObjectContext): string {
  const statement = statementNode(node.statement) as RawNode
  const { template } = statement
  if (statement.kind !== 'raw' || template.values.length > 0 || !node.withData || isExpression(node.using))
    throw new CompileError(`the view ${node.name} is a statement of a program, which cannot be printed as source`)
  const columns = node.columns.map(({ node: column }) => `  ${propertyKey(column.key)}: ${printType(column.type, context)},\n`)
  const text = printSql(template.texts.join(''), context.imports)
  const make = maker(node.materialized ? 'materializedView' : 'view', node.schema, context)
  return `${make}(${stringLiteral(node.name)}, ${text}.returns({\n${columns.join('')}}))`
}
