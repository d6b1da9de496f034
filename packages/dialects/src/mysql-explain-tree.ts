/** EXPLAIN FORMAT=TREE and EXPLAIN ANALYZE of MySQL: a line for each step, four more spaces for each level. */
import { type PlanNode, planNode } from '@quern/sql'

interface Line {
  readonly depth: number
  text: string
}

export function readTree(text: string): readonly PlanNode[] {
  const lines: Line[] = []
  for (const line of text.split('\n')) {
    const match = /^( *)-> (.*)$/.exec(line)
    if (match) lines.push({ depth: match[1]!.length, text: match[2]! })
    else if (line.trim() !== '' && lines.length > 0) lines.at(-1)!.text += `\n${line}`
    else if (line.trim() !== '') lines.push({ depth: 0, text: line.trim() })
  }
  return nodes(lines, 0, lines.length)
}

/** The steps of the lines from `from` to `to`: each of the least depth with those below it. */
function nodes(lines: readonly Line[], from: number, to: number): PlanNode[] {
  const found: PlanNode[] = []
  for (let start = from; start < to; ) {
    let end = start + 1
    while (end < to && lines[end]!.depth > lines[start]!.depth) end++
    found.push({ ...lineNode(lines[start]!.text), children: nodes(lines, start + 1, end) })
    start = end
  }
  return found
}

const figures =
  /^(.*?)(?: {2}\(cost=(?:[\d.e+-]+\.\.)?([\d.e+-]+) rows=([\d.e+-]+)\))?(?: {1,2}\((?:actual time=[\d.e+-]+\.\.([\d.e+-]+) rows=([\d.e+-]+) loops=(\d+)|(never executed))\))?$/s

function lineNode(line: string): PlanNode {
  const [, words = line, cost, rows, time, each, times, never] = figures.exec(line) ?? []
  const loops = never ? 0 : number(times)
  return {
    ...stepOf(words),
    rows: number(rows),
    cost: number(cost),
    loops,
    actualRows: never ? 0 : total(each, loops),
    time: never ? 0 : total(time, loops),
    raw: line,
  }
}

const access = /^(.*?(?:scan|lookup|search|Update|Insert|Delete)) (?:on|into|from) (<.*?>|\S+)(?: using ([^\s,]+))?(.*)$/s

/** What the words of one step say. */
export function stepOf(words: string): PlanNode {
  const match = access.exec(words)
  if (match) {
    const [, operation, relation, index, rest = ''] = match
    const fullScan = operation === 'Table scan' && !relation!.startsWith('<')
    const condition = rest.trim().replace(/^over /, '')
    return planNode(operation!, { relation: relation!, index, fullScan, condition: condition || undefined })
  }
  const insert = /^(Insert|Replace) into (\S+)$/.exec(words)
  if (insert) return planNode(insert[1]!, { relation: insert[2]! })
  const colon = /^([A-Z][^:(]*): (.+)$/s.exec(words)
  return colon ? planNode(colon[1]!, { condition: colon[2]! }) : planNode(words)
}

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))
const total = (each: string | undefined, loops: number | undefined): number | undefined =>
  each === undefined || loops === undefined ? undefined : Number(each) * loops
