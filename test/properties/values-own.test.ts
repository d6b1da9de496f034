/** Values of MySQL's own types, and of types that a program makes itself. */
import { blob, compile, createEngine, customType, enumType, metadata, nested, select, sql, table } from 'quern'
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

for (const dialect of ['mysql', 'mariadb'] as const) {
  test(`${dialect}: nested rows hold no column of which nobody knows whether it is text`, () => {
    const nestedOf = (column: any) => compile(select({ rows: nested(select(table('t', { c: column }))) }), dialect).sql
    // a number as text, and bytes as NULL, is what CAST(… AS CHAR) would make of them
    for (const name of ['int', 'varbinary(16)', 'geometry'])
      expect(() => nestedOf(customType(name))).toThrow(
        /no nested columns of .* of which nobody said the values; say them: customType\(".*", \{ as: /,
      )
    expect(nestedOf(customType('varbinary(16)', { as: blob() }))).toContain('HEX(')
    expect(nestedOf(customType('VARCHAR(16)'))).not.toContain('CAST(')
  })
}
