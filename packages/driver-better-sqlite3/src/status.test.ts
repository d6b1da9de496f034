import { sqlite } from '@quern/dialects'
import Database from 'better-sqlite3'
import { BetterSqlite3Connection } from './connection.js'

const asked = (text: string, returnsRows = false) => ({ text, values: [], returnsRows, wide: false, prepare: true })

test('a transaction is seen however it begins and ends, also between two looks', async () => {
  const connection = new BetterSqlite3Connection(new Database(':memory:'), sqlite, {})
  const run = async (text: string, returnsRows = false) => void (await connection.execute(asked(text, returnsRows)))
  const states: string[] = []
  const look = () => states.push(connection.status(), connection.status())
  try {
    await run('CREATE TABLE t (id INTEGER PRIMARY KEY)')
    await run('SELECT 1', true)
    look()
    await run('BEGIN')
    look()
    await run('SELECT 1', true)
    look()
    await run('INSERT INTO t VALUES (1) RETURNING id', true)
    look()
    await run('INSERT OR ROLLBACK INTO t VALUES (1)').catch(() => {})
    look()
    await run('SAVEPOINT s')
    look()
    await run('RELEASE s')
    look()
    await connection.script('BEGIN; SELECT 1')
    look()
    await connection.reset('rollback')
    look()
    for await (const _ of connection.stream(asked('SELECT id FROM t UNION SELECT 7', true), 1)) look()
    expect(states).toEqual(
      ['idle', 'open', 'open', 'open', 'idle', 'open', 'idle', 'open', 'idle', 'idle'].flatMap((state) => [state, state]),
    )
  } finally {
    await connection.close()
  }
})
