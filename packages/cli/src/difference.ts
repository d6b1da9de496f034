/** Two texts line by line, as short as it helps. */

const shownLines = 40
/** Beyond this many pairs of lines the two are told apart as blocks. */
const largest = 4_000_000

/** Lines that are only in `before`, with `-`, and only in `after`, with `+`; empty where the texts are equal. */
export function difference(before: string, after: string): string[] {
  if (before === after) return []
  const [a, b] = [before.split(/\r?\n/), after.split(/\r?\n/)]
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const lines = changes(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return lines.length <= shownLines ? lines : [...lines.slice(0, shownLines), `… and ${lines.length - shownLines} further lines`]
}

function changes(a: readonly string[], b: readonly string[]): string[] {
  const removed = (line: string) => `- ${line}`
  const added = (line: string) => `+ ${line}`
  if (a.length * b.length > largest) return [...a.map(removed), ...b.map(added)]
  const common = lengths(a, b)
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++
      j++
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) lines.push(removed(a[i++]!))
    else lines.push(added(b[j++]!))
  }
  return lines
}

/** `[i][j]`: how many lines the rests from `i` and `j` on have in common, in their order. */
function lengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!)
    }
  }
  return table
}
