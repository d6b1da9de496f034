/** Temporary tables of bulk calls where the server keeps a log for its replicas, or allows only some engines. */
import { createEngine, type Engine, integer, select, sql, table, varchar } from 'quern'
import { startServer, targets } from '../servers/urls.js'
import { numbers } from './wide-table.js'

const logged = table('logged', { id: integer().primaryKey(), a: varchar(50), n: integer() })
const log = ['--log-bin=log', '--server-id=7']
type Case = readonly [family: 'mysql' | 'mariadb', server: string, flags: readonly string[], engines: readonly (string | undefined)[]]
const all: readonly Case[] = [
  ['mariadb', 'a log of statements and rows', [...log, '--binlog-format=MIXED'], [undefined]],
  ['mariadb', 'a log of rows', [...log, '--binlog-format=ROW'], [' ENGINE = MEMORY']],
  ['mysql', 'no tables in memory', ['--disabled-storage-engines=MEMORY'], [' ENGINE = MEMORY', undefined]],
  [
    'mysql',
    'no temporary tables in transactions',
    [...log, '--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--binlog-format=STATEMENT'],
    [' ENGINE = MEMORY', undefined],
  ],
]
const cases = all.filter(([family]) => targets.includes(family))

/** Whether a replica that does what the log says has each temporary table when it is used, and none in the end. */
async function followed(engine: Engine): Promise<string[]> {
  const kept = new Set<string>()
  const wrong: string[] = []
  for (const row of (await engine.execute(sql`show binlog events`)).rows as unknown[][]) {
    const event = String(row[5])
    const name = /quern_staging_\d+/.exec(event)?.[0]
    if (name === undefined || row[2] === 'Annotate_rows') continue
    if (event.includes('CREATE TEMPORARY')) kept.add(name)
    else if (!kept.has(name)) wrong.push(event)
    if (event.includes('DROP TEMPORARY')) kept.delete(name)
  }
  return [...wrong, ...kept]
}

if (cases.length === 0) test('neither MySQL nor MariaDB is asked for', () => expect(targets).not.toContain('mysql'))
else
  test.each(cases)('%s with %s', async (family, _, flags, engines) => {
    const server = await startServer(family, { flags: [...flags] })
    const admin = createEngine(server.url)
    await admin.execute(sql`create database shared`)
    await admin.close()
    const engine = createEngine(`${server.url}shared`)
    try {
      await engine.execute(sql`create table logged (id integer primary key, a varchar(50), n integer)`)
      await engine.bulkInsert(
        logged,
        numbers(400).map((id) => ({ id, a: 'old', n: 0 })),
      )
      const sent: string[] = []
      engine.on('query', ({ sql: text }) => sent.push(text))
      const changes = numbers(300).map((id) => ({ id, a: `new ${id}`, n: id }))
      await engine.transaction(async (tx) => {
        await tx.execute(sql`update logged set n = 7 where id = 399`)
        expect((await tx.bulkUpdate(logged, changes)).rowCount).toBe(300)
      })
      const created = sent.flatMap((text) => /CREATE TEMPORARY TABLE \S+( ENGINE = \w+)?/.exec(text)?.slice(1) ?? [])
      expect(created).toEqual(engines)
      expect(await engine.all(select(logged).where(logged.id.lt(300)).orderBy(logged.id))).toEqual(changes)
      if (flags.includes('--log-bin=log')) expect(await followed(engine)).toEqual([])
    } finally {
      await engine.close()
      await server.stop()
    }
  })
