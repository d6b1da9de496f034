/**
 * Proves that contenders compile to equivalent statements: the PostgreSQL text that is timed is executed on a small SQLite database
 * (`$1::type` becomes `?1`), for several inputs; compared are the rows or, for a change, the whole table afterwards.
 */
import Database from 'better-sqlite3'

export function prove({ call, statement }) {
  const db = new Database(':memory:')
  db.exec(schema)
  const seen = []
  for (let i = 0; i < 40; i += 3) {
    const { sql, params } = statement(call(i))
    const run = db.prepare(sql.replaceAll(/\$(\d+)(::\w+(\(\d+(, ?\d+)?\))?)?/g, '?$1'))
    const values = Object.fromEntries(params.map((value, at) => [at + 1, typeof value === 'boolean' ? Number(value) : value]))
    db.exec('BEGIN')
    if (run.reader) seen.push(run.raw().all(values))
    else seen.push([run.run(values).changes, db.prepare('SELECT id, name, email, age FROM users ORDER BY id').raw().all()])
    db.exec('ROLLBACK')
  }
  return { sql: statement(call(1)).sql, rows: seen }
}

const schema = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, age INTEGER NOT NULL);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, total INTEGER NOT NULL);
  CREATE TABLE items (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL);
  CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price INTEGER NOT NULL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
    INSERT INTO users SELECT i, 'user ' || i, 'user' || i || '@example.org', 18 + i * 7 % 60 FROM n;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
    INSERT INTO orders SELECT i, 1 + i * 13 % 60, i * 37 % 500 FROM n;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
    INSERT INTO items SELECT i, i, 1 + i * 11 % 40, 1 + i % 5 FROM n;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
    INSERT INTO products SELECT i, 'product ' || i, i * 25 FROM n;
`
