// A stranger's first program: checked against the published types with `strict`, run on the tarballs.
import { insertSchema } from '@quern/zod'
import { createEngine, insertInto, integer, metadata, type Row, select, type Transaction, table, text } from 'quern'

const authors = table('authors', { id: integer().primaryKey(), name: text().notNull() })
const books = table('books', {
  id: integer().primaryKey(),
  title: text().notNull(),
  year: integer(),
  authorId: integer()
    .notNull()
    .references(() => authors.id),
})
const db = metadata({ authors, books })

const engine = createEngine('sqlite://')
await db.createAll(engine)

const add = async (tx: Transaction) => {
  await tx.execute(
    insertInto(authors).values([
      { id: 1, name: 'Ada' },
      { id: 2, name: 'Grace' },
    ]),
  )
  await tx.execute(insertInto(books).values({ id: 1, title: 'Notes', year: 1843, authorId: 1 }))
}
await engine.transaction(add)
await engine
  .transaction(async (tx) => {
    await tx.execute(insertInto(authors).values({ id: 3, name: 'nobody' }))
    throw new Error('rolled back')
  })
  .catch((error: Error) => console.log(error.message))

const shelf = select({ author: authors.name, title: books.title, year: books.year })
  .from(authors)
  .leftJoin(books, books.authorId.eq(authors.id))
  .orderBy(authors.id.asc())
for (const row of await engine.all(shelf)) {
  const typed: { author: string; title: string | null; year: number | null } = row
  // @ts-expect-error an outer join makes the title nullable
  const title: string = row.title
  console.log(JSON.stringify({ ...typed, title }))
}
const first: Row<typeof authors> | undefined = (await engine.all(select(authors).where(authors.name.eq('Ada'))))[0]
console.log(first?.id, first?.name)
const author: { id: number; name: string } = insertSchema(authors, { name: (s) => s.min(2) }).parse({ id: 4, name: 'Barbara' })
const { error } = insertSchema(authors).safeParse({ ...author, id: 0.5 })
console.log(author.name, error?.issues[0]?.path)
await engine.close()
