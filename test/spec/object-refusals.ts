/** What dialects lack of schema objects and of ALTER TABLE: SQL by hand that the server rejects, or what it does instead. */

/** What only PostgreSQL has. */
const lacking = {
  dropSchemaRestrict: { probe: 'DROP SCHEMA nothing RESTRICT' },
  enumTypes: { probe: "CREATE TYPE e AS ENUM ('a')" },
  domains: { probe: 'CREATE DOMAIN d AS int CHECK (VALUE > 0)' },
  sequenceOwner: { probe: 'CREATE SEQUENCE s OWNED BY t.a' },
  materializedViews: { probe: 'CREATE MATERIALIZED VIEW m AS SELECT a FROM t' },
  objectComments: { probe: "COMMENT ON VIEW v IS 'x'" },
  truncateContinueIdentity: { probe: 'TRUNCATE TABLE t CONTINUE IDENTITY' },
  alterColumnUsing: { probe: 'ALTER TABLE t ALTER COLUMN a TYPE bigint USING (a + 1)' },
  renameConstraint: { probe: 'ALTER TABLE t RENAME CONSTRAINT c TO d' },
}
const ignoredCascade = {
  reason: 'the word is accepted and ignored: a view of the table stays behind, broken',
  before: 'CREATE TABLE casc (a int); CREATE VIEW casc_view AS SELECT a FROM casc; DROP TABLE casc CASCADE',
  shows: "SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'casc_view'",
  yields: 'casc_view',
}
const viewIfNotExists = { probe: 'CREATE VIEW IF NOT EXISTS v AS SELECT a FROM t' }
const sequences = { probe: 'CREATE SEQUENCE s' }
const sequenceType = { probe: 'CREATE SEQUENCE s AS smallint' }
const alterIfExists = { probe: 'ALTER TABLE t DROP COLUMN IF EXISTS nothing' }

/** The words are taken by newer servers, without the engine that would store the rows. */
const unstored = {
  reason: 'nothing is stored: a row that came later shows at once',
  before: 'CREATE /*!90500 MATERIALIZED */ VIEW kept_rows AS SELECT a FROM t; INSERT INTO t VALUES (77)',
  shows: 'SELECT a FROM kept_rows WHERE a = 77',
  yields: 77,
}

export const objectProofs = {
  postgres: { viewIfNotExists },
  mysql: {
    ...lacking,
    materializedViews: unstored,
    dropCascade: ignoredCascade,
    sequences,
    sequenceType,
    viewIfNotExists: { ...viewIfNotExists, since: 9 },
    alterIfExists,
  },
  mariadb: { ...lacking, dropCascade: ignoredCascade, sequenceType: { ...sequenceType, since: 12 } },
  sqlite: {
    ...lacking,
    schemas: { probe: 'CREATE SCHEMA s' },
    sequences,
    sequenceType,
    replaceView: { probe: 'CREATE OR REPLACE VIEW v AS SELECT a FROM t' },
    truncate: { probe: 'TRUNCATE TABLE t' },
    dropCascade: { probe: 'DROP TABLE t CASCADE' },
    alterColumn: { probe: 'ALTER TABLE t ALTER COLUMN a TYPE bigint' },
    alterIfExists,
    alterConstraints: { probe: 'ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)' },
    setSchema: { probe: 'ALTER TABLE t SET SCHEMA other' },
    addColumnKey: { probe: 'ALTER TABLE t ADD COLUMN k int UNIQUE' },
  },
}
