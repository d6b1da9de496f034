/**
 * What the types cost: 60 mixed queries on 20, 100 and 300 tables of 12 columns, in Quern and in Kysely, under two compilers. The count of
 * instantiations does not depend on the machine. And what a mistake looks like: the lines of the compiler's message.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const compilerIn = (file, name) => join(dirname(createRequire(file).resolve(`${name}/package.json`)), 'bin/tsc')
const sizes = [20, 100, 300]
const queries = 60
const target = 0.3

const quernTable = (i) => `const t${i} = table('t${i}', {
  id: integer().primaryKey().identity(), tenantId: integer().notNull(), name: text().notNull(), title: varchar(100), amount: numeric(12, 2), count: bigint(), rate: doublePrecision(),
  active: boolean().notNull().default(true), note: text(), parentId: integer(), createdAt: timestamptz().notNull(), data: json<{ tags: string[] }>(),
})`
const kyselyTable = (i) => `interface T${i} {
  id: Generated<number>; tenantId: number; name: string; title: string | null; amount: string | null; count: bigint | null; rate: number | null
  active: Generated<boolean>; note: string | null; parentId: number | null; createdAt: Date; data: { tags: string[] } | null
}`

const drizzleTable = (i) => `const t${i} = pgTable('t${i}', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(), tenantId: integer().notNull(), name: text().notNull(), title: varchar({ length: 100 }), amount: numeric({ precision: 12, scale: 2 }),
  count: bigint({ mode: 'bigint' }), rate: doublePrecision(), active: boolean().notNull().default(true), note: text(), parentId: integer(), createdAt: timestamp({ withTimezone: true }).notNull(),
  data: json().$type<{ tags: string[] }>(),
})`

/** The same ten kinds of statement in all, over tables that differ from one to the next. */
const quernQuery = (n, [a, b, c]) =>
  [
    `await ex.all(select(${a}).where(${a}.id.eq(1)))`,
    `await ex.all(select({ id: ${a}.id, name: ${a}.name, title: ${b}.title }).from(${a}).join(${b}, ${b}.parentId.eq(${a}.id)).where(${a}.active).orderBy(${a}.name.asc()).limit(10))`,
    `await ex.all(select({ id: ${a}.id, title: ${b}.title, note: ${c}.note }).from(${a}).leftJoin(${b}, ${b}.parentId.eq(${a}.id)).leftJoin(${c}, ${c}.parentId.eq(${b}.id)).where(or(${b}.title.isNull(), ${a}.name.like('x%'))))`,
    `await ex.all(select({ tenant: ${a}.tenantId, n: count(${a}.id), top: max(${a}.rate) }).from(${a}).groupBy(${a}.tenantId).having(count(${a}.id).gt(3)))`,
    `await ex.all(select({ id: ${a}.id }).from(${a}).where(exists(select({ one: ${b}.id }).from(${b}).where(${b}.parentId.eq(${a}.id)))))`,
    `await ex.all(select({ id: ${a}.id }).from(${a}).where(${a}.id.in(select({ id: ${b}.parentId }).from(${b}).where(${b}.active))))`,
    `await ex.all(insertInto(${a}).values({ tenantId: 1, name: 'x', createdAt: since }).returning(${a}.id))`,
    `await ex.execute(update(${a}).set({ name: 'y', note: null }).where(${a}.id.eq(1)))`,
    `await ex.execute(deleteFrom(${a}).where(${a}.tenantId.eq(1), ${a}.createdAt.lt(since)))`,
    `{ const c${n} = select({ parent: ${b}.parentId, n: count() }).from(${b}).groupBy(${b}.parentId).cte('c')
  await ex.all(select({ name: ${a}.name, n: c${n}.n }).from(${a}).join(c${n}, c${n}.parent.eq(${a}.id))) }`,
  ][n % 10]
const kyselyQuery = (n, [a, b, c]) =>
  [
    `await db.selectFrom('${a}').selectAll().where('id', '=', 1).execute()`,
    `await db.selectFrom('${a}').innerJoin('${b}', '${b}.parentId', '${a}.id').select(['${a}.id', '${a}.name', '${b}.title']).where('${a}.active', '=', true).orderBy('${a}.name').limit(10).execute()`,
    `await db.selectFrom('${a}').leftJoin('${b}', '${b}.parentId', '${a}.id').leftJoin('${c}', '${c}.parentId', '${b}.id').select(['${a}.id', '${b}.title', '${c}.note']).where((eb) => eb.or([eb('${b}.title', 'is', null), eb('${a}.name', 'like', 'x%')])).execute()`,
    `await db.selectFrom('${a}').select((eb) => ['tenantId as tenant', eb.fn.count('id').as('n'), eb.fn.max('rate').as('top')]).groupBy('tenantId').having((eb) => eb.fn.count('id'), '>', 3).execute()`,
    `await db.selectFrom('${a}').select('id').where((eb) => eb.exists(eb.selectFrom('${b}').select('${b}.id as one').whereRef('${b}.parentId', '=', '${a}.id'))).execute()`,
    `await db.selectFrom('${a}').select('id').where('id', 'in', (eb) => eb.selectFrom('${b}').select('${b}.parentId').where('${b}.active', '=', true)).execute()`,
    `await db.insertInto('${a}').values({ tenantId: 1, name: 'x', createdAt: since }).returning('id').execute()`,
    `await db.updateTable('${a}').set({ name: 'y', note: null }).where('id', '=', 1).execute()`,
    `await db.deleteFrom('${a}').where('tenantId', '=', 1).where('createdAt', '<', since).execute()`,
    `await db.with('c', (w) => w.selectFrom('${b}').select((eb) => ['parentId as parent', eb.fn.countAll().as('n')]).groupBy('parentId')).selectFrom('${a}').innerJoin('c', 'c.parent', '${a}.id').select(['${a}.name', 'c.n']).execute()`,
  ][n % 10]

const drizzleQuery = (n, [a, b, c]) =>
  [
    `await db.select().from(${a}).where(eq(${a}.id, 1))`,
    `await db.select({ id: ${a}.id, name: ${a}.name, title: ${b}.title }).from(${a}).innerJoin(${b}, eq(${b}.parentId, ${a}.id)).where(eq(${a}.active, true)).orderBy(asc(${a}.name)).limit(10)`,
    `await db.select({ id: ${a}.id, title: ${b}.title, note: ${c}.note }).from(${a}).leftJoin(${b}, eq(${b}.parentId, ${a}.id)).leftJoin(${c}, eq(${c}.parentId, ${b}.id)).where(or(isNull(${b}.title), like(${a}.name, 'x%')))`,
    `await db.select({ tenant: ${a}.tenantId, n: count(${a}.id), top: max(${a}.rate) }).from(${a}).groupBy(${a}.tenantId).having(gt(count(${a}.id), 3))`,
    `await db.select({ id: ${a}.id }).from(${a}).where(exists(db.select({ one: ${b}.id }).from(${b}).where(eq(${b}.parentId, ${a}.id))))`,
    `await db.select({ id: ${a}.id }).from(${a}).where(inArray(${a}.id, db.select({ id: ${b}.parentId }).from(${b}).where(eq(${b}.active, true))))`,
    `await db.insert(${a}).values({ tenantId: 1, name: 'x', createdAt: since }).returning({ id: ${a}.id })`,
    `await db.update(${a}).set({ name: 'y', note: null }).where(eq(${a}.id, 1))`,
    `await db.delete(${a}).where(and(eq(${a}.tenantId, 1), lt(${a}.createdAt, since)))`,
    `{ const c${n} = db.$with('c').as(db.select({ parent: ${b}.parentId, n: count().as('n') }).from(${b}).groupBy(${b}.parentId))
  await db.with(c${n}).select({ name: ${a}.name, n: c${n}.n }).from(${a}).innerJoin(c${n}, eq(c${n}.parent, ${a}.id)) }`,
  ][n % 10]

const all = (tables, make) => Array.from({ length: tables }, (_, i) => make(i)).join('\n')
const three = (tables, n) => [0, 1, 2].map((k) => `t${(n * 7 + k * 13) % tables}`)
const statements = (tables, make) => Array.from({ length: queries }, (_, n) => make(n, three(tables, n))).join('\n')
const imports =
  'bigint, boolean, count, deleteFrom, doublePrecision, exists, insertInto, integer, json, max, numeric, or, select, table, text, timestamptz, update, varchar'
const quern = (tables) => `import { ${imports} } from 'quern'
import type { Executor } from 'quern'
${all(tables, quernTable)}
declare const ex: Executor
declare const since: Date
`
const kysely = (tables) => `import type { Generated, Kysely } from 'kysely'
${all(tables, kyselyTable)}
interface Database { ${all(tables, (i) => `t${i}: T${i}`)} }
declare const db: Kysely<Database>
declare const since: Date
`
const drizzle = (library) => (tables) =>
  `import { and, asc, count, eq, exists, gt, inArray, isNull, like, lt, max, or } from '${library}'
import { bigint, boolean, doublePrecision, integer, json, numeric, pgTable, text, timestamp, varchar } from '${library}/pg-core'
import type { NodePgDatabase } from '${library}/node-postgres'
${all(tables, drizzleTable)}
declare const db: NodePgDatabase
declare const since: Date
`
const contenders = {
  quern: { source: quern, query: quernQuery },
  kysely: { source: kysely, query: kyselyQuery },
  drizzle: { source: drizzle('drizzle-orm'), query: drizzleQuery },
  'drizzle-next': { source: drizzle('drizzle-orm-next'), query: drizzleQuery },
}

const mistakes = {
  'a misspelt column': `await ex.all(select({ id: t1.id }).from(t1).where(t1.nmae.eq('x')))`,
  'a value of the wrong type': `await ex.all(select({ id: t1.id }).from(t1).where(t1.tenantId.eq('x')))`,
  'a table that is not in FROM': `await ex.all(select({ id: t1.id }).from(t1).where(t2.active))`,
  'a column that is not grouped': `await ex.all(select({ name: t1.name, n: count() }).from(t1).groupBy(t1.tenantId))`,
  'a wrong value in an insert': `await ex.execute(insertInto(t1).values({ tenantId: 'x', name: 'x', createdAt: since }))`,
}

function check(tsc, folder, name, source) {
  const own = join(folder, 'types', name)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'program.mts'), `${source}\nexport {}\n`)
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  writeFileSync(join(own, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.mts'] }))
  const run = spawnSync(
    process.execPath,
    [tsc.path, '-p', own, '--extendedDiagnostics', ...(tsc.single ? ['--singleThreaded'] : []), '--pretty', 'false'],
    {
      encoding: 'utf8',
      cwd: here,
    },
  )
  // What the compiler says comes before what it counts.
  const errors = run.stdout
    .split(/^Files:/m)[0]
    .split('\n')
    .filter((line) => line !== '')
  const seconds = Number(/Check time:\s+([\d.]+)s/.exec(run.stdout)?.[1])
  return { count: Number(/Instantiations:\s+(\d+)/.exec(run.stdout)?.[1]), seconds, errors }
}

/** All programs under one compiler: the counts, and the seconds of the check, of which only the ratio means anything. */
function compare(folder, tsc, tables) {
  const row = { compiler: tsc.title, tables }
  for (const [name, { source, query }] of Object.entries(contenders)) {
    const { count, seconds, errors } = check(tsc, folder, name, source(tables) + statements(tables, query))
    if (errors.length > 0) throw new Error(`the program in ${name} does not compile:\n${errors.slice(0, 10).join('\n')}`)
    row[name] = { instantiations: count, seconds }
  }
  const ratio = row.quern.instantiations / row.kysely.instantiations
  return { ...row, ratio: Number(ratio.toPrecision(3)), ...(tables === 300 && { target, hit: ratio <= target }) }
}

/** Prints the counts, their ratio and the messages; yields what was counted, and what missed its target. */
export function measureTypes(folder, smoke) {
  const compilers = [
    { title: 'TypeScript 7', path: compilerIn(import.meta.url, 'typescript'), single: true },
    { title: 'TypeScript 5.9', path: compilerIn(join(folder, 'package.json'), 'typescript-5'), single: false },
  ]
  const rows = compilers.flatMap((tsc) => (smoke ? sizes.slice(0, 1) : sizes).map((tables) => compare(folder, tsc, tables)))
  console.log(`${queries} mixed queries, type instantiations (seconds of the check):`)
  for (const { compiler, tables, ratio, hit, ...counts } of rows) {
    const shown = ({ instantiations, seconds }) => `${instantiations.toLocaleString('en')} (${seconds} s)`
    const verdict = hit === undefined ? '' : `  target ≤ ${target} x  ${hit ? 'hit' : 'MISS'}`
    const each = Object.keys(contenders).map((name) => `${name} ${shown(counts[name])}`)
    console.log(`  ${compiler}, ${tables} tables: ${each.join(', ')}: ${ratio} x of Kysely${verdict}`)
  }
  const missed = rows.filter(({ hit }) => hit === false).map(({ compiler }) => `instantiations under ${compiler}`)
  for (const [name, source] of smoke ? [] : Object.entries(mistakes)) {
    const { errors } = check(compilers[0], folder, 'mistake', quern(300) + source)
    console.log(`\n${name}:\n${errors.map((line) => `  ${line.replace(/^.*?program\.mts/, '')}`).join('\n')}`)
    if (errors.length === 0 || errors.length > 5) missed.push(name)
  }
  return { rows, missed }
}
