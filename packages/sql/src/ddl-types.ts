/** What a column's type adds to its column: the name of a domain, the CHECK that stands for a type the dialect does not have. */
import { type ExpressionNode, make, type SqlType, typed } from '@quern/expression'
import { type ColumnInfo, domainOfMark, type TableNode } from '@quern/schema'
import { ddlName } from './codec.js'
import { inDdl } from './ddl-constraint.js'
import type { Dialect } from './dialect.js'
import { Writer } from './writer.js'

/** The type as CREATE TABLE and ALTER TABLE name it. */
export function columnTypeText(type: SqlType, dialect: Dialect): string {
  const domain = type.detail?.domain
  return domain !== undefined && dialect.objects.namedTypes ? qualified(domain, dialect) : ddlName(type, dialect)
}

/** A name with its schema, quoted. */
export function qualified({ name, schema }: { readonly name: string; readonly schema?: string | undefined }, dialect: Dialect): string {
  const out = new Writer(dialect)
  if (schema !== undefined) {
    out.identifier(schema)
    out.text += '.'
  }
  out.identifier(name)
  return out.text
}

/**
 * The conditions that a column's type stands for where the dialect has no such type: the labels of an enum on SQLite, the check of a domain
 * everywhere but on PostgreSQL.
 */
export function typeChecks({ node }: ColumnInfo, dialect: Dialect): ExpressionNode[] {
  const { labels, domain } = node.type.detail ?? {}
  const checks: ExpressionNode[] = []
  if (node.type.name === 'enum' && labels !== undefined && dialect.objects.enumsAreChecks)
    checks.push(
      make.inList(
        node,
        labels.map((label) => make.parameter(label, node.type, node)),
        false,
      ),
    )
  const check = domain && !dialect.objects.namedTypes ? domainOfMark(domain)?.check : undefined
  if (check) checks.push(check.condition(typed<object>(node)))
  return checks
}

/** True where the column's default is its domain's, which the domain itself has: a change of the domain's would not reach a copy of it. */
export function defaultOfDomain({ node, options }: ColumnInfo, dialect: Dialect): boolean {
  const { domain } = node.type.detail ?? {}
  return domain !== undefined && dialect.objects.namedTypes && options.default === domainOfMark(domain)?.default
}

export function writeTypeCheck(condition: ExpressionNode, table: TableNode | undefined, out: Writer): void {
  out.text += 'CHECK ('
  inDdl(condition, table, out)
  out.text += ')'
}
