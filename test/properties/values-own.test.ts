/** Values of MySQL's own types, and of types that a program makes itself. */
import { createEngine, enumType, metadata, sql, table } from 'quern'
import { dialectOf, freshDatabase, targets } from '../servers/urls.js'
import { mysqlKinds } from './values-kinds-mysql.js'
import { ownKinds } from './values-kinds-own.js'
import { testKinds } from './values-run.js'

for (const target of targets) testKinds(target, [...ownKinds, ...mysqlKinds])

for (const target of targets.filter((name) => ['mysql', 'mariadb'].includes(dialectOf(name)))) {
  test(`${target}: no label that the server would cut`, async () => {
    const database = await freshDatabase(target)
    const engine = createEngine(database.url)
    try {
      const mood = enumType('mood', ['a', 'b '])
      await expect(async () => metadata({ moods: table('moods', { mood: mood() }) }).createAll(engine)).rejects.toThrow(
        'cut the blanks off the end of the label "b "',
      )
      await engine.execute(sql`create table moods (mood enum('a', 'b '))`)
      await engine.execute(sql`insert into moods values ('b ')`)
      expect(await engine.scalar(sql`select hex(mood) from moods`)).toBe('62')
    } finally {
      await engine.close()
      await database.drop()
    }
  })
}
