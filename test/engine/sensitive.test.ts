/** Values of columns marked `.sensitive()` in no echo, no error and no event, whatever is switched on. */
import { createEngine, type DatabaseError, type Engine, InvalidValueError, UniqueViolationError } from 'quern'
import { everythingShown, expectHidden } from '../newcomer/complaint.js'
import { js } from '../newcomer/tables.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const { insertInto, literal, metadata, prepare, select, table, text, update, varchar } = js
const accounts = table('accounts', {
  id: varchar(9).primaryKey(),
  name: varchar(50),
  secret: varchar(200).unique().sensitive(),
  coded: text()
    .codec({ encode: (value: string) => `${value}!`, decode: (stored: string) => stored.slice(0, -1) })
    .sensitive(),
})
const db = metadata({ accounts })
const hush = 'Zq7#kW!x-hush-9@Lm'
const other = 'pP3$other-Secret_88w'

for (const target of targets) {
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    const lines: string[] = []
    const events: unknown[] = []

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url, { echo: (line: string) => lines.push(line) })
      engine.on('query', (event) => events.push(event))
      await db.createAll(engine)
      await engine.execute(insertInto(accounts).values({ id: '1', name: 'Ada', secret: hush, coded: other }))
      await engine.execute(insertInto(accounts).values({ id: '2', name: 'Bob', secret: `${hush}-2`, coded: null }))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })
    beforeEach(() => {
      lines.length = 0
      events.length = 0
    })

    /** What the call fails with, after a look that nothing shows a secret anywhere. */
    async function failing(work: () => Promise<unknown>): Promise<DatabaseError> {
      const error = (await work().then(
        () => undefined,
        (cause) => cause,
      )) as DatabaseError
      expectHidden(hush, error, lines.join('\n'), ...events)
      expectHidden(other, error, lines.join('\n'), ...events)
      return error
    }

    test('a value that is stored', async () => {
      await failing(() => engine.execute(insertInto(accounts).values({ id: '3', name: 'Cy', secret: other, coded: hush })))
      expect(lines.join('\n')).toContain('<hidden>')
      expect(lines.join('\n')).toContain('"Cy"')
      await failing(() => engine.bulkInsert(accounts, [{ id: '4', name: 'Di', secret: null, coded: other }]))
      await failing(() => engine.execute(update(accounts).set({ coded: hush }).where(accounts.id.eq('4'))))
    })

    test('a value that is compared, of its own type or of another', async () => {
      const byText = prepare({ wanted: text() }, ($: any) => select(accounts.id).from(accounts).where(accounts.secret.eq($.wanted)))
      expect(await engine.scalars(select(accounts.id).from(accounts).where(accounts.secret.eq(hush)))).toEqual(['1'])
      expect(
        await engine.scalars(
          select(accounts.id)
            .from(accounts)
            .where(accounts.secret.in([hush, other]))
            .orderBy(accounts.id),
        ),
      ).toContain('1')
      expect(
        await engine.scalars(
          select(accounts.id)
            .from(accounts)
            .where(accounts.secret.eq(literal(hush, text()))),
        ),
      ).toEqual(['1'])
      expect(await engine.scalars(byText, { wanted: hush })).toEqual(['1'])
      expect(await engine.scalars(select(accounts.id).from(accounts).where(accounts.secret.startsWith(hush)).orderBy(accounts.id))).toEqual(
        ['1', '2'],
      )
      await failing(async () => {})
      expect(lines).toHaveLength(5)
    })

    test('a value that the server quotes', async () => {
      const bound = await failing(() => engine.execute(insertInto(accounts).values({ id: '9', name: 'Eve', secret: hush })))
      expect(bound).toBeInstanceOf(UniqueViolationError)
      expect(bound.params).toContain('Eve')
      expect(bound.params).toContain('<hidden>')
      // the value is in no parameter: both rows get one that the server computes
      const unbound = await failing(() =>
        engine
          .execute(
            update(accounts)
              .set({ secret: js.coalesce(accounts.name, accounts.secret).concat('x') })
              .allRows(),
          )
          .then(() =>
            engine.execute(
              update(accounts)
                .set({ secret: literal(hush, text()) })
                .allRows(),
            ),
          ),
      )
      expect(unbound).toBeInstanceOf(UniqueViolationError)
      expect(everythingShown(unbound)).not.toContain('hush')
    })

    test('a value that is refused', async () => {
      const error = await failing(() => engine.execute(insertInto(accounts).values({ id: '9', secret: `${hush}\ud800` })))
      expect(error).toBeInstanceOf(InvalidValueError)
    })
  })
}
