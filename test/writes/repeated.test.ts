/** Statements that begin like one that was compiled before, and differ in what its text was kept without. */
import { compile, insertInto, integer, literal, select, table, text, update } from 'quern'

const notes = table('notes', { id: integer().primaryKey(), title: text().notNull(), size: integer() })
const top = select({ n: literal(7) }).cte('top')
const row = (id: number) => ({ id, title: `note ${id}` })
const begin = 'INSERT INTO "notes" ("id", "title") VALUES ($1, $2)'

test('WITH of what RETURNING asks is written once, and only there', () => {
  const plain = () => compile(insertInto(notes).values(row(1)), 'postgres')
  const asking = () =>
    compile(
      insertInto(notes)
        .values(row(2))
        .returning({ n: select({ n: top.n }).from(top).scalar() }),
      'postgres',
    )
  for (let i = 0; i < 2; i++) {
    expect(asking().sql).toMatch(/^WITH "top" .* RETURNING \(SELECT "top"."n" FROM "top"\) AS "n"$/)
    expect(plain()).toEqual({ sql: begin, params: [1, 'note 1'] })
  }
})

test('WITH of what a conflict sets, too', () => {
  const saving = () =>
    compile(
      insertInto(notes)
        .values(row(2))
        .onConflict(notes.id)
        .doUpdate({ size: select({ n: top.n }).from(top).scalar() }),
      'postgres',
    )
  const plain = () => compile(insertInto(notes).values(row(1)).onConflict(notes.id).doUpdate({ size: 3 }), 'postgres')
  for (let i = 0; i < 2; i++) {
    expect(plain()).toEqual({ sql: `${begin} ON CONFLICT ("id") DO UPDATE SET "size" = $3`, params: [1, 'note 1', 3] })
    expect(saving().sql).toMatch(/^WITH "top" /)
  }
})

test('other values, other columns, other dialects, values in place and expressions', () => {
  for (let i = 1; i < 3; i++) {
    expect(compile(insertInto(notes).values(row(i)), 'postgres')).toEqual({ sql: begin, params: [i, `note ${i}`] })
    expect(compile(insertInto(notes).values(row(i)), 'mysql').sql).toBe('INSERT INTO `notes` (`id`, `title`) VALUES (?, ?)')
    expect(compile(insertInto(notes).values(row(i)), 'postgres', { inline: true }).sql).toContain(`VALUES (${i}, 'note ${i}')`)
    expect(compile(insertInto(notes).values({ ...row(i), size: i }), 'postgres').params).toEqual([i, `note ${i}`, i])
    expect(compile(insertInto(notes).values({ id: i, title: literal('a').concat('x') }), 'mysql').sql).toContain('VALUES (?, CONCAT(?, ?))')
    const changed = update(notes).set({ title: 'a', size: i })
    expect(compile(changed.where(notes.id.eq(i)), 'postgres')).toEqual({
      sql: 'UPDATE "notes" SET "title" = $1, "size" = $2 WHERE "notes"."id" = $3',
      params: ['a', i, i],
    })
    const same = notes.id.gt(i)
    expect(compile(changed.where(same, notes.id.lt(i), same), 'postgres')).toEqual({
      sql: 'UPDATE "notes" SET "title" = $1, "size" = $2 WHERE "notes"."id" > $3 AND "notes"."id" < $4 AND "notes"."id" > $3',
      params: ['a', i, i, i],
    })
    expect(
      compile(
        update(notes)
          .set({ size: notes.size.add(i) })
          .where(notes.id.eq(i)),
        'postgres',
      ).sql,
    ).toContain('"size" + $1')
  }
})
