/** The tables of one group side by side in a few columns, so that their lines are short and seldom pass a column. */
import type { Box } from './boxes.js'
import { columnWidth, extent, type Link } from './pack.js'

/** Below a table, for the lines. */
export const gap = 30
/** How often places are compared at most, for one group and one number of columns. */
const patience = 20_000

type Columns = readonly (readonly number[])[]

export const heightOf = (column: readonly number[], boxes: readonly Box[]): number =>
  column.reduce((sum, i) => sum + boxes[i]!.height + gap, 0)

export function arrange(group: readonly number[], boxes: readonly Box[], links: readonly Link[]): Columns {
  const members = new Set(group)
  const own = links.filter(({ a, b }) => a !== b && members.has(a) && members.has(b))
  const order = own.length === 0 ? group : orderOf(group, own)
  let best: { columns: Columns; cost: number } | undefined
  for (let width = 1; width <= Math.min(group.length, own.length === 0 ? 8 : 5); width++) {
    const start = filled(order, width, boxes)
    const found = own.length === 0 ? start : improved(start, boxes, own)
    const cost = costOf(found, boxes, own)
    if (!best || cost < best.cost) best = { columns: found, cost }
  }
  return best!.columns.filter((column) => column.length > 0)
}

/** Referenced tables before those that refer to them, each beside what it is linked with. */
function orderOf(group: readonly number[], links: readonly Link[]): number[] {
  const degree = (i: number) => links.filter(({ a, b }) => a === i || b === i).length
  const rank = new Map(group.map((i) => [i, 0]))
  // circles end after as many rounds as there are tables
  for (let round = 0, moved = true; moved && round < group.length; round++) {
    moved = false
    for (const { a, b } of links) {
      if (rank.get(a)! > rank.get(b)! || rank.get(b)! + 1 >= group.length) continue
      rank.set(a, rank.get(b)! + 1)
      moved = true
    }
  }
  return [...group].sort((a, b) => rank.get(a)! - rank.get(b)! || degree(b) - degree(a) || a - b)
}

function filled(order: readonly number[], width: number, boxes: readonly Box[]): number[][] {
  const columns: number[][] = Array.from({ length: width }, () => [])
  const most = heightOf(order, boxes) / width
  let [at, height] = [0, 0]
  for (const i of order) {
    const own = boxes[i]!.height + gap
    if (at < width - 1 && columns[at]!.length > 0 && height + own / 2 > most) {
      at++
      height = 0
    }
    columns[at]!.push(i)
    height += own
  }
  return columns
}

/** Long lines, lines past a column, and a shape that fits no screen. */
function costOf(columns: Columns, boxes: readonly Box[], links: readonly Link[]): number {
  const at = new Map<number, readonly [column: number, middle: number]>()
  let tallest = 0
  columns.forEach((column, c) => {
    let top = 0
    for (const i of column) {
      at.set(i, [c, top + boxes[i]!.height / 2])
      top += boxes[i]!.height + gap
    }
    tallest = Math.max(tallest, top)
  })
  let lines = 0
  for (const { a, b } of links) {
    const [ca, ya] = at.get(a)!
    const [cb, yb] = at.get(b)!
    const apart = Math.abs(ca - cb)
    lines += Math.abs(ya - yb) * 0.6 + (apart === 0 ? 140 : apart === 1 ? 60 : apart * 330)
  }
  return lines + extent(columns.length * columnWidth, tallest) * 2.2
}

/** Moves and swaps tables as long as that makes it better. */
function improved(start: Columns, boxes: readonly Box[], links: readonly Link[]): Columns {
  let best = start
  let cost = costOf(best, boxes, links)
  let left = patience
  for (let moved = true; moved && left > 0; ) {
    moved = false
    for (const next of neighbours(best)) {
      if (--left < 0) break
      const found = costOf(next, boxes, links)
      if (found >= cost - 1e-6) continue
      best = next
      cost = found
      moved = true
      break
    }
  }
  return best
}

function* neighbours(columns: Columns): Generator<Columns> {
  const places = columns.flatMap((column, c) => column.map((_, r) => [c, r] as const))
  for (const [c, r] of places)
    for (const [d, s] of places) {
      if (d < c || (d === c && s <= r)) continue
      const next = columns.map((column) => [...column])
      ;[next[c]![r], next[d]![s]] = [next[d]![s]!, next[c]![r]!]
      yield next
    }
  for (const [c, r] of places)
    for (let d = 0; d < columns.length; d++)
      for (let s = 0; s <= columns[d]!.length; s++) {
        if (d === c && (s === r || s === r + 1)) continue
        const next = columns.map((column) => [...column])
        const [table] = next[c]!.splice(r, 1)
        next[d]!.splice(d === c && s > r ? s - 1 : s, 0, table!)
        yield next
      }
}
