/** What each dialect does with the rows of the spec table, as the page of the docs shows it. */

import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import type { Dialect } from '@quern/sql'
import { expectedOn, type Spec } from '@quern/testkit'
import { compile, type Runnable } from 'quern'

const dialects: readonly Dialect[] = [postgres, mysql, mariadb, sqlite]
const begin = '<!-- from test/spec -->'
const end = '<!-- end -->'

const refuses = (row: Spec, dialect: Dialect): boolean => 'unsupported' in expectedOn(row, dialect)

function refusalOf(row: Spec, dialect: Dialect): string {
  try {
    compile(row.statement as Runnable<any>, dialect.name)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error(`${row.name} compiles on ${dialect.title}`)
}

/** The generated part of the page: a table of what runs, and the sentences of what does not. */
export function matrix(rows: readonly Spec[]): string {
  const head = `| | ${dialects.map((dialect) => dialect.title).join(' | ')} |\n|---|${dialects.map(() => '---').join('|')}|`
  const lines = rows.map((row) => `| ${row.name} | ${dialects.map((dialect) => (refuses(row, dialect) ? 'refused' : 'yes')).join(' | ')} |`)
  const sentences = rows.flatMap((row) => dialects.filter((dialect) => refuses(row, dialect)).map((dialect) => refusalOf(row, dialect)))
  return `${begin}\n\n${head}\n${lines.join('\n')}\n\nThe refusals, word for word:\n\n${[...new Set(sentences)].map((sentence) => `- ${sentence}`).join('\n')}\n\n${end}`
}

/** The page with its generated part replaced. */
export function withMatrix(page: string, rows: readonly Spec[]): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`)
  return page.slice(0, from) + matrix(rows) + page.slice(to + end.length)
}
