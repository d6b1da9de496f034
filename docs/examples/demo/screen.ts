/** How the demo prints: headings, SQL laid out by clauses, rows as tables, a progress bar. Nothing here is about Quern. */
import { styleText } from 'node:util'

const { stdout } = process
const plain = !stdout.isTTY || 'NO_COLOR' in process.env
const width = 100
const rowsShown = 8

type Style = Parameters<typeof styleText>[0]
const styled = (style: Style, text: string): string => (plain || text === '' ? text : styleText(style, text))

export const print = (text = ''): void => console.log(text)

export function heading(text: string): void {
  print(`\n${styled('bold', text)}\n${styled('dim', '─'.repeat(Math.min(width, text.length)))}`)
}

export const milliseconds = (time: number): string => `${time.toFixed(1)} ms`
export const counted = (count: number, unit: string): string => `${grouped(count)} ${unit}${count === 1 ? '' : 's'}`
export const grouped = (count: number): string => Math.round(count).toLocaleString('en')

/** Source text, with a margin; the printer's lines are wider than ours. */
export function code(text: string): void {
  for (const line of text.trimEnd().split('\n')) {
    const [first, ...more] = wrapped(line, width - 6)
    print(`  ${first}`.trimEnd())
    for (const part of more) print(`      ${part}`)
  }
}

export function sqlText(text: string, params: readonly unknown[] = []): void {
  // definitions come laid out already
  const lines = text.includes('\n') ? text.split('\n') : layOut(text, width - 2)
  for (const line of lines) print(`  ${line.replace(keyword, (words) => styled('cyan', words))}`)
  if (params.length > 0) print(styled('dim', `  -- values: ${params.map((value) => JSON.stringify(value)).join(', ')}`))
}

const clause =
  'WITH|SELECT|FROM|INNER|LEFT|RIGHT|FULL|CROSS|WHERE|GROUP|HAVING|ORDER|LIMIT|OFFSET|UNION|INSERT|UPDATE|DELETE|SET|VALUES|RETURNING'
const isClause = new RegExp(`^(?:${clause})$`)
const keyword = new RegExp(`^ *(?:${clause})\\b(?: (?:BY|ALL|INTO|RECURSIVE|JOIN)\\b)*`)
const pieces = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^']|'')*'|\s+|[(),]|[^\s"'`(),]+/g

/** A new line for each clause, also inside subqueries; lines that are still too long break after a comma. */
function layOut(text: string, room: number): string[] {
  const lines: { depth: number; text: string }[] = [{ depth: 0, text: '' }]
  /** Open parentheses: true where a subquery stands in them. */
  const open: boolean[] = []
  const depth = () => open.filter(Boolean).length
  const breakLine = () => lines.push({ depth: depth(), text: '' })
  const parts = text.match(pieces) ?? []
  parts.forEach((part, i) => {
    const inQuery = open.at(-1) ?? true
    if (part === ')' && open.pop() && inQuery) breakLine()
    if (inQuery && isClause.test(part) && lines.at(-1)!.text.trim() !== '') breakLine()
    lines.at(-1)!.text += part
    if (part === '(') {
      open.push(/^(SELECT|WITH)$/.test(parts[i + 1] ?? ''))
      if (open.at(-1)) breakLine()
    }
  })
  return lines.flatMap(({ depth, text }) => {
    const margin = '  '.repeat(depth)
    return wrapped(text.trim(), room - margin.length - 2).map((line, i) => `${margin}${i === 0 ? '' : '    '}${line}`)
  })
}

/** Breaks where a list or a clause goes on outside of parentheses, else after a comma inside, else at a space: the last one that fits. */
function wrapped(text: string, room: number): string[] {
  if (text.length <= room) return [text]
  const ends = { outside: -1, inside: -1, space: -1 }
  let nesting = 0
  for (let i = 0; i <= room; i++) {
    if (text[i] === '(') nesting++
    else if (text[i] === ')') nesting--
    else if (text[i] === ' ') {
      ends.space = i
      if (text[i - 1] === ',' || keyword.test(text.slice(i + 1))) ends[nesting === 0 ? 'outside' : 'inside'] = i
    }
  }
  const end = Math.max(ends.outside, 0) || Math.max(ends.inside, 0) || ends.space
  return end < 0 ? [text] : [text.slice(0, end), ...wrapped(text.slice(end + 1), room)]
}

/** One statement as it ran, in a log: its time, its text, what went wrong. */
export function statement(text: string, time: number, failure: string): void {
  const [first, ...more] = wrapped(text, width - 14)
  print(`  ${styled('dim', milliseconds(time).padStart(8))}  ${first}`)
  for (const line of more) print(`${' '.repeat(14)}${line}`)
  if (failure !== '') print(`${' '.repeat(14)}${styled('red', failure)}`)
}

/** Rows under their keys; numbers stand to the right, with two decimals where the column has any. */
export function rows(list: readonly object[], shown = rowsShown): void {
  const first = list[0]
  if (first === undefined) {
    print('  no rows')
    return
  }
  const columns = Object.keys(first).map((key) => {
    const values = list.map((row) => (row as Record<string, unknown>)[key])
    const isNumber =
      values.every((value) => typeof value === 'number' || typeof value === 'bigint' || value === null) &&
      values.some((value) => value !== null)
    const decimals = values.some((value) => typeof value === 'number' && !Number.isInteger(value)) ? 2 : 0
    const cells = values.slice(0, shown).map((value) => cut(typeof value === 'number' ? value.toFixed(decimals) : cellOf(value)))
    return { key, isNumber, cells, width: Math.max(key.length, ...cells.map((cell) => cell.length)) }
  })
  const line = (cell: (column: (typeof columns)[number]) => string) =>
    `  ${columns.map((column) => (column.isNumber ? cell(column).padStart(column.width) : cell(column).padEnd(column.width))).join('  ')}`.trimEnd()
  print()
  const head = line(({ key }) => key)
  const rule = line((column) => '─'.repeat(column.width))
  print(`${styled('bold', head)}\n${styled('dim', rule)}`)
  for (let i = 0; i < Math.min(shown, list.length); i++) print(line(({ cells }) => cells[i]!))
  if (list.length > shown) print(styled('dim', `  … ${list.length - shown} more`))
}
const cellOf = (value: unknown): string =>
  value === null ? '' : value instanceof Date ? value.toISOString().slice(0, 16).replace('T', ' ') : String(value)
const cut = (text: string): string => (text.length > 48 ? `${text.slice(0, 47)}…` : text)

export const footer = (text: string): void => print(styled('dim', `  ${text}`))

/** One line that changes where the output is a terminal, a line at each quarter elsewhere. */
export function progress(total: number, unit: string): (done: number) => void {
  const started = performance.now()
  let drawn = 0
  let quarter = 0
  return (done) => {
    const now = performance.now()
    const share = done / total
    const rate = `${grouped((done / (now - started)) * 1000)} ${unit}s/s`
    const figures = `${String(Math.floor(share * 100)).padStart(3)} %  ${grouped(done).padStart(grouped(total).length)} of ${grouped(total)}  ${rate}`
    if (stdout.isTTY) {
      if (done < total && now - drawn < 50) return
      drawn = now
      const filled = Math.round(share * 40)
      stdout.write(
        `\r\x1b[K  ${styled('green', '█'.repeat(filled))}${styled('dim', '░'.repeat(40 - filled))} ${figures}${done < total ? '' : '\n'}`,
      )
    } else if (Math.floor(share * 4) > quarter) {
      quarter = Math.floor(share * 4)
      print(`  ${figures}`)
    }
  }
}

/** After an error in the middle of a progress bar, the message starts on a line of its own. */
export function fail(message: string): void {
  if (stdout.isTTY) stdout.write('\r\x1b[K')
  console.error(`demo: ${message}`)
}
