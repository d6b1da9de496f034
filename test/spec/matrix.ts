/** What each dialect does with the rows of the spec table, as the page of the docs shows it. */

import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import type { Dialect } from '@quern/sql'
import { expectedOn, type Spec } from '@quern/testkit'
import { compile, type Runnable } from 'quern'
import type { Meaning } from './functions-table.js'

const dialects: readonly Dialect[] = [postgres, mysql, mariadb, sqlite]

/** A row of a table of the page: who refuses it, and the statement that is refused. */
interface Cells {
  readonly name: string
  readonly statement: object
  refuses(dialect: Dialect): boolean
}
export const cellsOf = (row: Spec): Cells => ({ ...row, refuses: (dialect) => 'unsupported' in expectedOn(row, dialect) })
export const cellsOfMeaning = ({ name, statement, refuses }: Meaning): Cells => ({
  name,
  statement,
  refuses: (dialect) => refuses[dialect.name] !== undefined,
})

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
  const lines = rows.map((row) => `| ${row.name} | ${dialects.map((dialect) => (row.refuses(dialect) ? 'refused' : 'yes')).join(' | ')} |`)
  const sentences = rows.flatMap((row) => dialects.filter((dialect) => row.refuses(dialect)).map((dialect) => refusalOf(row, dialect)))
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
