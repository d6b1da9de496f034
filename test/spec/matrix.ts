/** What each dialect does with the rows of the spec table, as the page of the docs shows it. */

import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import type { Dialect, Feature } from '@quern/sql'
import { expectedOn, type Spec } from '@quern/testkit'
import { compile, type Runnable } from 'quern'
import type { Meaning } from './functions-table.js'

const dialects: readonly Dialect[] = [postgres, mysql, mariadb, sqlite]

/** A row of a table of the page: who refuses it, and the statement that is refused. */
interface Cells {
  readonly name: string
  readonly statement: object
  refuses(dialect: Dialect): Feature | undefined
  /** Whether what the oldest version refuses was answered by a newer server. */
  readonly newer: boolean
}
export const cellsOf = (row: Spec): Cells => ({
  ...row,
  newer: false,
  refuses: (dialect) => {
    const expected = expectedOn(row, dialect)
    return 'unsupported' in expected ? expected.unsupported : undefined
  },
})
export const cellsOfMeaning = ({ name, statement, refuses }: Meaning): Cells => ({
  name,
  statement,
  newer: true,
  refuses: (dialect) => refuses[dialect.name],
})

function cell(row: Cells, dialect: Dialect): string {
  const feature = row.refuses(dialect)
  if (feature === undefined) return 'yes'
  const since = dialect.features[feature]
  return typeof since === 'boolean' || !row.newer ? 'refused' : `from ${since[1] === 0 ? since[0] : `${since[0]}.${since[1]}`}`
}

function refusalOf(row: Cells, dialect: Dialect): string {
  try {
    compile(row.statement as Runnable<any>, dialect.name)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error(`${row.name} compiles on ${dialect.title}`)
}

/** A generated part of the page: a table of what runs, and the sentences of what does not. */
function matrix(rows: readonly Cells[]): string {
  const head = `| | ${dialects.map((dialect) => dialect.title).join(' | ')} |\n|---|${dialects.map(() => '---').join('|')}|`
  const lines = rows.map((row) => `| ${row.name} | ${dialects.map((dialect) => cell(row, dialect)).join(' | ')} |`)
  const sentences = rows.flatMap((row) =>
    dialects.filter((dialect) => row.refuses(dialect) !== undefined).map((dialect) => refusalOf(row, dialect)),
  )
  return `\n\n${head}\n${lines.join('\n')}\n\nThe refusals, word for word:\n\n${[...new Set(sentences)].map((sentence) => `- ${sentence}`).join('\n')}\n\n`
}

/** The page with one generated part replaced. */
export function withMatrix(page: string, part: string, rows: readonly Cells[]): string {
  const [begin, end] = [`<!-- from ${part} -->`, '<!-- end -->']
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`)
  return page.slice(0, from) + begin + matrix(rows) + page.slice(to)
}
