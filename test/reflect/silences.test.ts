/** What a database keeps and no declaration says: each is told, by hand-written words, and nothing else is. */
import { createEngine, type Engine, reflect, warningsOf } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { rowsOf, runScript } from './databases.js'

const measured = targets.filter((target) => target.startsWith('postgres'))
// a run of neither has none of it
if (measured.length === 0 && !targets.includes('sqlite')) test('neither PostgreSQL nor SQLite is part of this run', () => undefined)

const partitions = `
CREATE TABLE n (id int PRIMARY KEY);
CREATE TABLE p (a int NOT NULL, b int REFERENCES n (id), c int DEFAULT 1, CONSTRAINT common CHECK (c > 0), UNIQUE (a, b)) PARTITION BY RANGE (a);
CREATE INDEX p_b ON p (b);
CREATE TABLE plain PARTITION OF p FOR VALUES FROM (100) TO (200);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
CREATE TABLE p2 PARTITION OF p (c DEFAULT 2, CONSTRAINT own_check CHECK (b > 0)) FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES IN (1) WITH (fillfactor = 50);
CREATE INDEX own_index ON p1 (c);
ALTER TABLE p1 ADD CONSTRAINT own_unique UNIQUE (c), ADD CONSTRAINT own_key FOREIGN KEY (c) REFERENCES n (id), ALTER b SET NOT NULL;
COMMENT ON COLUMN p1.a IS 'only here';`
const ofPartitions = [
  '"p1.a" has a comment of this partition alone, which is left out',
  '"p1.b" has a NOT NULL of this partition alone, which is left out',
  'foreign key "own_key" of "p1" is of this partition alone, and is left out',
  'unique "own_unique" of "p1" is of this partition alone, and is left out',
  'index "own_index" of "p1" is of this partition alone, and is left out',
  '"p2" is partitioned again; createAll makes a plain partition',
  '"p2.c" has a default of this partition alone, which is left out',
  'check "own_check" of "p2" is of this partition alone, and is left out',
  '"p21" is a partition of the partition "p2", and is left out',
  '"p21" has options of its own, which are left out',
]

const objects = `
CREATE TABLE s (a int, b text STORAGE EXTERNAL, c int);
ALTER TABLE s ALTER a SET STATISTICS 500;
CREATE MATERIALIZED VIEW mv AS SELECT a FROM s;
CREATE UNIQUE INDEX mv_a ON mv (a);
CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int);
CREATE COLLATION col (provider = icu, locale = 'de');
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple);
CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple);
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR CLASS opc FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int);`
// STORAGE in CREATE TABLE is of version 16 and later
const beforeStorage = objects
  .replace('b text STORAGE EXTERNAL', 'b text')
  .replace('CREATE MATERIALIZED', 'ALTER TABLE s ALTER b SET STORAGE EXTERNAL; CREATE MATERIALIZED')
const ofObjects = [
  '"s.a" has a statistics target, storage, compression or options of its own, which are left out',
  '"s.b" has a statistics target, storage, compression or options of its own, which are left out',
  'index "mv_a" of "mv" is on a materialized view, which is declared without indexes; it is left out',
  '"===" is an operator, which is left out',
  '"col" is a collation, which is left out',
  '"opc" is an operator class, which is left out',
  '"tsc" is a text search configuration, which is left out',
  '"tsd" is a text search dictionary, which is left out',
  '"agg" is an aggregate (integer), which is left out',
]

const long = 'l'.repeat(40)
const names = `
CREATE TABLE n (a int CONSTRAINT must NOT NULL, b int NOT NULL, id int PRIMARY KEY, ${long} int NOT NULL, c int, d int);
ALTER TABLE n ADD CONSTRAINT n_c_not_null NOT NULL c NOT VALID;
COMMENT ON CONSTRAINT must ON n IS 'why';
CREATE TABLE ${long}${long.slice(0, 20)} (${long} int NOT NULL, a int NOT NULL NO INHERIT);
CREATE TABLE kid (own int NOT NULL) INHERITS (n);
CREATE DOMAIN dom AS int CONSTRAINT dmust NOT NULL;
CREATE DOMAIN usual AS int NOT NULL;
CREATE TABLE before (a int NOT NULL);
ALTER TABLE before RENAME TO after;`
const ofNames = [
  '"after.a" has a NOT NULL constraint that is called "before_a_not_null"; createAll leaves the name to the server',
  `"${long}${long.slice(0, 20)}.a" has a NOT NULL constraint that is NO INHERIT; createAll makes one that is inherited`,
  '"kid.a" has a NOT NULL constraint that is called "must"; createAll leaves the name to the server',
  '"n.a" has a NOT NULL constraint that is called "must"; createAll leaves the name to the server',
  '"n.a" has a comment on its NOT NULL constraint, which is left out',
  '"n.c" has a NOT NULL constraint that is NOT VALID; createAll makes it valid',
  'domain "dom" of "dom" has a NOT NULL constraint that is called "dmust"; createAll leaves the name to the server',
]

if (targets.includes('sqlite'))
  test('what keys of SQLite say of order and collation', async () => {
    const database = await freshDatabase('sqlite')
    const engine = createEngine(database.url)
    try {
      await runScript(
        database,
        `CREATE TABLE pair (x int NOT NULL, y text COLLATE NOCASE NOT NULL, z text, PRIMARY KEY (x DESC, y), UNIQUE (z COLLATE RTRIM), UNIQUE (y COLLATE NOCASE, z));
        CREATE TABLE bare (x text NOT NULL, y text NOT NULL, PRIMARY KEY (x COLLATE NOCASE, y)) WITHOUT ROWID;
        CREATE TABLE plain (x text NOT NULL PRIMARY KEY, y text COLLATE NOCASE UNIQUE);`,
      )
      expect(
        warningsOf(await reflect(engine))
          .map(({ message }) => message)
          .sort(),
      ).toEqual([
        '"bare" compares a column by another collation than the column has, which is left out',
        '"pair" has a key in descending order, which is left out',
        'unique "z" of "pair" compares a column by another collation than the column has, which is left out',
      ])
    } finally {
      await engine.close()
      await database.drop()
    }
  })

for (const target of measured)
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    beforeEach(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
    })
    afterEach(async () => {
      await engine.close()
      await database.drop()
    })
    const warned = async () => warningsOf(await reflect(engine, { views: true })).map(({ message }) => message)
    const version = async () => Number((await rowsOf(database, "SELECT current_setting('server_version_num')"))[0]![0])

    test('what is said of a partition alone', async () => {
      await runScript(database, partitions)
      expect((await warned()).sort()).toEqual([...ofPartitions].sort())
    })

    test('what users add to columns, to materialized views and to the language of the server', async () => {
      await runScript(database, (await version()) < 160_000 ? beforeStorage : objects)
      expect((await warned()).sort()).toEqual([...ofObjects].sort())
    })

    test('what belongs to an extension is not told one by one', async () => {
      await runScript(database, 'CREATE EXTENSION btree_gist; CREATE EXTENSION citext')
      expect((await warned()).sort()).toEqual([
        '"btree_gist" is an extension, which is left out; create it before createAll',
        '"citext" is an extension, which is left out; create it before createAll',
      ])
    })

    test('names and kinds of NOT NULL', async () => {
      if ((await version()) < 180_000) {
        // they have none before version 18
        expect(await rowsOf(database, "SELECT count(*) FROM pg_catalog.pg_constraint WHERE contype = 'n'")).toEqual([['0']])
        return
      }
      await runScript(database, names)
      expect((await warned()).sort()).toEqual([...ofNames].sort())
    })
  })
