/** A schema written by hand to be hard to read back: every kind of key, circles, and names that try to become code. */
import type { FreshDatabase } from '../servers/urls.js'

type Dialect = FreshDatabase['dialect']

/** Names that would break out of strings, comments, templates, objects or identifiers, were they not written with care. */
export const hostileNames = (dialect: Dialect): string[] => [
  "quote'; globalThis.hacked = 1; //",
  'double"quote',
  'back`tick ${globalThis.hacked = 1}',
  'back\\slash\\',
  'line\nbreak\r\nand\ttab',
  '*/ globalThis.hacked = 1 /*',
  '__proto__',
  'constructor',
  'a.b.c',
  'class',
  'table',
  'integer',
  't',
  'db',
  'await',
  '$&',
  '--',
  'right\u202eto left',
  'naïve_Größe',
  // MySQL and MariaDB take only characters of the basic plane
  ...(dialect === 'postgres' || dialect === 'sqlite' ? ['🙂'] : []),
]

export const quoted = (dialect: Dialect, name: string): string =>
  dialect === 'postgres' || dialect === 'sqlite' ? `"${name.replaceAll('"', '""')}"` : `\`${name.replaceAll('`', '``')}\``

/** A string literal as the dialect reads it. */
export const literal = (dialect: Dialect, text: string): string => {
  const doubled = text.replaceAll("'", "''")
  return `'${dialect === 'postgres' || dialect === 'sqlite' ? doubled : doubled.replaceAll('\\', '\\\\')}'`
}

export const hostileDefault = "it's \\ `${globalThis.hacked = 1}` \"x\" */ ${2}\n'); globalThis.hacked = 1; ('"

export function awkwardScript(dialect: Dialect): string {
  const q = (name: string) => quoted(dialect, name)
  const names = hostileNames(dialect)
  const late = dialect !== 'sqlite'
  // an INT that is a key numbers nothing on SQLite, and has no name in Quern
  const int = late ? 'int' : 'INTEGER'
  const engine = dialect === 'mysql' || dialect === 'mariadb' ? ' ENGINE = InnoDB' : ''
  const hostileTables = names.map(
    (name, i) =>
      `CREATE TABLE ${q(name)} (${names.map((column) => `${q(column)} varchar(20) DEFAULT ${literal(dialect, hostileDefault.slice(0, 20))}`).join(', ')},
        id ${int} NOT NULL PRIMARY KEY, up int${i === 0 ? '' : `, FOREIGN KEY (up) REFERENCES ${q(names[i - 1]!)} (id)`})${engine};`,
  )
  return [
    `CREATE TABLE pair (a int NOT NULL, b int NOT NULL, c varchar(80) DEFAULT ${literal(dialect, hostileDefault)}, PRIMARY KEY (b, a), CONSTRAINT pair_twice UNIQUE (c, a))${engine};`,
    `CREATE TABLE child (id ${int} NOT NULL PRIMARY KEY, x int, y int, code varchar(10) NOT NULL UNIQUE,
       CONSTRAINT child_pair FOREIGN KEY (x, y) REFERENCES pair (b, a) ON DELETE CASCADE ON UPDATE SET NULL)${engine};`,
    `CREATE TABLE node (id ${int} NOT NULL PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES node (id) ON DELETE SET NULL)${engine};`,
    `CREATE TABLE dept (id ${int} NOT NULL PRIMARY KEY, head int${late ? '' : ' REFERENCES emp (id)'})${engine};`,
    `CREATE TABLE emp (id ${int} NOT NULL PRIMARY KEY, dept int NOT NULL, CONSTRAINT emp_dept FOREIGN KEY (dept) REFERENCES dept (id),
       CONSTRAINT emp_positive CHECK (dept > 0 AND id <> 7))${engine};`,
    ...(late ? ['ALTER TABLE dept ADD CONSTRAINT dept_head FOREIGN KEY (head) REFERENCES emp (id);'] : []),
    'CREATE INDEX child_both ON child (y, code);',
    'CREATE UNIQUE INDEX node_once ON node (parent, id);',
    'CREATE INDEX node_down ON node (id DESC);',
    'CREATE VIEW grown AS SELECT id, code FROM child WHERE x > 3;',
    ...hostileTables,
  ].join('\n')
}
