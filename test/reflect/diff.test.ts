/** `diff` and `verify`: nothing where the database is what is declared, and exactly what was changed where it was changed. */
import {
  type ColumnDef,
  createEngine,
  diff,
  type Engine,
  integer,
  type Metadata,
  metadata,
  reflect,
  table,
  UnsupportedFeatureError,
} from 'quern'
import { expectedOn, objectFeatures } from '../ddl/object-features.js'
import { declaredFor, tableFeatures } from '../ddl/table-features.js'
import { typeFeatures } from '../ddl/type-features.js'
import { wholeSchema } from '../ddl/whole-schema.js'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { loadSchema, runScript, runStatements, samples } from './databases.js'
import { featuresOf } from './features.js'

const messages = async (db: Metadata<any>, engine: Engine): Promise<string[]> => (await diff(db, engine)).map(({ message }) => message)

/** False where the dialect, or the version of its server, lacks what is declared. */
async function made(db: Metadata<any>, engine: Engine): Promise<boolean> {
  try {
    await db.createAll(engine, { checkFirst: false })
    return true
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) return false
    throw error
  }
}

for (const target of targets) {
  describe(`on ${target}`, () => {
    const dialect = dialectOf(target)
    const databases: FreshDatabase[] = []
    const engines: Engine[] = []

    async function open(): Promise<{ database: FreshDatabase; engine: Engine }> {
      const database = await freshDatabase(target)
      databases.push(database)
      const engine = createEngine(database.url)
      engines.push(engine)
      return { database, engine }
    }
    afterAll(async () => {
      for (const engine of engines) await engine.close()
      for (const database of databases) await database.drop()
    })

    test('25 tables are what they were created as', async () => {
      const { engine } = await open()
      const { db } = wholeSchema(dialect)
      await db.createAll(engine)
      expect(await messages(db, engine)).toEqual([])
    })

    test.each(samples)('%s is what reflection made of it', async (sample) => {
      const { engine, database } = await open()
      await loadSchema(sample, database)
      expect(await messages(await reflect(engine, { views: true }), engine)).toEqual([])
    })

    test('every feature of a table is what it was created as', async () => {
      const { engine } = await open()
      const found: Record<string, string[]> = {}
      for (const row of tableFeatures) {
        const db = metadata(declaredFor(row, dialect))
        if (!(await made(db, engine))) continue
        const told = await messages(db, engine)
        if (told.length > 0) found[row.feature] = told
        await db.dropAll(engine)
      }
      expect(found).toEqual({})
    })

    test('every type is what it was created as', async () => {
      const { engine } = await open()
      const columns: Record<string, ColumnDef<any, any, any>> = { id: integer().primaryKey() }
      for (const [i, { column, made: on }] of typeFeatures.entries()) if (typeof on[dialect] === 'string') columns[`c${i}`] = column()
      expect(Object.keys(columns).length).toBeGreaterThan(30)
      const db = metadata({ t: table('t', columns) })
      await db.createAll(engine)
      expect(await messages(db, engine)).toEqual([])
      expect(await messages(await reflect(engine), engine)).toEqual([])
    })

    test('every object is what reflection made of it', async () => {
      const { engine } = await open()
      const found: Record<string, string[]> = {}
      for (const row of objectFeatures) {
        if (expectedOn(row, dialect) !== 'yes') continue
        const types = dialect === 'postgres' ? row.types : undefined
        for (const statement of [...(types ? [types.create] : []), ...(row.before ?? []), ...row.statements])
          await engine.execute(statement)
        const told = await messages(await reflect(engine, { views: true }), engine)
        if (told.length > 0) found[row.feature] = told
        for (const statement of [...(row.after ?? []), ...(types ? [types.drop] : [])]) await engine.execute(statement)
      }
      expect(found).toEqual({})
    })

    test('every feature of the database is what reflection made of it', async () => {
      const { engine, database } = await open()
      const { script } = featuresOf[dialect]
      if (dialect === 'postgres' || dialect === 'sqlite') await runScript(database, script.join('\n;\n'))
      else await runStatements(database, script)
      expect(await messages(await reflect(engine, { views: true }), engine)).toEqual([])
    })
  })
}
