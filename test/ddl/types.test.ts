/** Column types on four databases: the catalog's word for each, one value there and back, and the proof of each refusal. */
import { createEngine, type Engine, insertInto, integer, metadata, select, table, UnsupportedFeatureError } from 'quern'
import { rowsOf } from '../reflect/databases.js'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { typeFeatures } from './type-features.js'

const catalog = {
  postgres: "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a'",
  mysql: "SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'a'",
  mariadb: "SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'a'",
  sqlite: "SELECT type FROM pragma_table_info('t') WHERE name = 'a'",
}

for (const target of targets) {
  describe(`types on ${target}`, () => {
    const dialect = dialectOf(target)
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each(typeFeatures.map((row) => [row.feature, row] as const))('%s', async (_, { column, value, made }) => {
      const t = table('t', { id: integer().primaryKey(), a: column() })
      const db = metadata({ t })
      const expected = made[dialect]
      if (typeof expected !== 'string') {
        await expect(db.createAll(engine)).rejects.toThrow(UnsupportedFeatureError)
        if ('probe' in expected) await expect(rowsOf(database, expected.probe)).rejects.toThrow()
        else expect(await rowsOf(database, "SELECT CAST('12x' AS no_such_type)")).toEqual([[12]])
        return
      }
      await db.createAll(engine, { checkFirst: false })
      try {
        expect(await rowsOf(database, catalog[dialect])).toEqual([[expected]])
        await engine.execute(
          insertInto(t).values([
            { id: 1, a: value },
            { id: 2, a: null },
          ]),
        )
        expect(await engine.scalars(select({ a: t.a }).from(t).orderBy(t.id))).toEqual([value, null])
        expect(
          await engine.scalar(
            select({ id: t.id })
              .from(t)
              .where((t.a as never as typeof t.id).eq(value as never)),
          ),
        ).toBe(1)
      } finally {
        await db.dropAll(engine)
      }
    })
  })
}
