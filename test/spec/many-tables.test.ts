/** Statements of many tables look for theirs in another way than those of few: what is refused is the same. */
import { compile, exists, integer, select, table } from 'quern'

const named = (name: string) => table(name, { id: integer().primaryKey(), parent: integer() })
const all = Array.from({ length: 40 }, (_, i) => named(`t${i}`))
const [first, stranger] = [all[0]!, named('stranger')]

function joined(tables: readonly any[]): any {
  let statement: any = select({ id: first.id }).from(first)
  for (const [i, one] of tables.entries()) if (i > 0) statement = statement.join(one, one.parent.eq(first.id))
  return statement
}
const textOf = (statement: object) => compile(statement, 'postgres').sql

test('forty tables, each by its name', () => {
  const sql = textOf(joined(all).where(all[39]!.id.eq(1)))
  for (let i = 1; i < 40; i++) expect(sql).toContain(` INNER JOIN "t${i}" ON "t${i}"."parent" = "t0"."id"`)
  expect(sql).toMatch(/WHERE "t39"."id" = \$1$/)
})

test('a table twice, under its own name or as another one of it', () => {
  expect(() => textOf(joined([...all, all[20]]))).toThrow('t20 is in FROM twice')
  expect(() => textOf(joined([...all, named('t20')]))).toThrow(/t20/)
})

test('a table that is not there, and one that only has the name', () => {
  expect(() => textOf(joined(all).where(stranger.id.eq(1)))).toThrow('stranger is not in FROM')
  expect(() => textOf(joined(all).where(named('t7').id.eq(1)))).toThrow(/t7/)
})

test('tables around a subquery', () => {
  const inner = select({ id: stranger.id }).from(stranger).where(stranger.parent.eq(all[33]!.id))
  expect(textOf(joined(all).where(exists(inner)))).toContain('"stranger"."parent" = "t33"."id"')
})
