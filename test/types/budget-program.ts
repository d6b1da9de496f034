/** The program whose type instantiations are counted: 500 tables of 12 columns, and statements over them with right and wrong ones mixed. */

const columns = (i: number): string => `
  id: integer().primaryKey().identity(), tenantId: integer().notNull(), name: text().notNull(), title: varchar(100), amount: numeric(12, 2), count: bigint(), rate: doublePrecision(),
  active: boolean().notNull().default(true), note: text(), parentId: integer()${i === 0 ? '' : `.references(() => t${i - 1}.id)`}, createdAt: timestamptz().notNull(), data: json<{ tags: string[] }>(),`

export const schemaSource = (tables: number): string =>
  Array.from({ length: tables }, (_, i) => `export const t${i} = table('t${i}', {${columns(i)}\n})`).join('\n')

const names = 'bigint, boolean, doublePrecision, integer, json, numeric, table, text, timestamptz, varchar'
export const schemaProgram = (tables: number): string => `import { ${names} } from 'quern'\n${schemaSource(tables)}\n`

/** One join of four tables with nullability, conditions of several families, GROUP BY, aggregates and HAVING. */
const right = ([a, b, c, d]: readonly string[], n: number): string => `
const r${n} = await ex.all(select({ id: ${a}.id, name: ${a}.name, title: ${b}.title, n: count(${c}.id), top: max(${d}.amount), rate: coalesce(avg(${d}.rate), 0) })
  .from(${a}).join(${b}, ${b}.parentId.eq(${a}.id)).leftJoin(${c}, ${c}.parentId.eq(${b}.id)).leftJoin(${d}, and(${d}.parentId.eq(${c}.id), ${d}.active))
  .where(${a}.active, ${a}.name.like('x%'), or(${b}.title.isNull(), ${b}.count.gt(${a}.id)), ${a}.createdAt.lt(since))
  .groupBy(${a}.id, ${b}.title).having(count(${c}.id).gt(${n})).orderBy(${a}.name.asc()).limit(10))
const c${n}: { id: number; name: string; title: string | null; n: number; top: string | null; rate: number }[] = r${n}`

const wrong = ([a, b, c, d]: readonly string[], n: number): string => {
  const cases = [
    `// @ts-expect-error not in FROM\nawait ex.all(select({ id: ${a}.id }).from(${a}).join(${b}, ${b}.parentId.eq(${a}.id)).where(${d}.active))`,
    `// @ts-expect-error not grouped\nawait ex.all(select({ id: ${a}.id, name: ${b}.name, n: count() }).from(${a}).join(${b}, ${b}.parentId.eq(${a}.id)).groupBy(${a}.id))`,
    `// @ts-expect-error text against a number\nselect(${a}).where(${a}.name.eq(${c}.amount))`,
    `// @ts-expect-error an aggregate in WHERE\nselect({ n: count() }).from(${a}).where(count(${a}.id).gt(1))`,
    `// @ts-expect-error two keys\nselect(${a}.id, ${b}.id)`,
  ]
  return cases[n % cases.length]!
}

/** `joins` four-table joins over a schema of `tables`, and as many wrong statements. */
export function joinProgram(tables: number, joins: number): string {
  const four = (n: number): string[] => [0, 1, 2, 3].map((k) => `t${(n * 7 + k * 13) % tables}`)
  const statements = Array.from({ length: joins }, (_, n) => `${right(four(n), n)}\n${wrong(four(n), n)}`)
  return `import { and, avg, coalesce, count, max, or, select, ${names} } from 'quern'
import type { Executor } from 'quern'
${schemaSource(tables)}
declare const ex: Executor
declare const since: Date
${statements.join('\n')}
export {}
`
}
