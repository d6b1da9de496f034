/**
 * The ways of lines: up and down between the columns of tables (channels; channel c is left of column c), and across a column between two of its
 * tables (gaps). So no line meets a table. Lines that end alike, at one table, are one net: they join where they meet.
 */
import { type Box, endOf, type Port, step } from './boxes.js'
import type { DrawnReference } from './model.js'
import { columnWidth } from './pack.js'
import type { Rows, Slots } from './rows.js'

export interface Crossing {
  readonly net: number
  readonly column: number
  readonly gap: number
}
/** A horizontal line that meets a channel: from a table beside it, or across the column beside it. */
export interface Attachment {
  readonly from: 'left' | 'right'
  readonly port: Port | undefined
  readonly crossing: Crossing | undefined
  /** The reference that begins here. */
  readonly reference: number | undefined
}
/** A vertical line in a channel, and what it joins. */
export interface Trunk {
  readonly net: number
  readonly channel: number
  readonly attachments: Attachment[]
}
export interface Net {
  readonly to: number
  readonly optional: boolean
  readonly references: readonly number[]
}
export interface Routes {
  readonly nets: readonly Net[]
  readonly trunks: readonly Trunk[]
  readonly crossings: readonly Crossing[]
}

export interface Ground {
  readonly references: readonly DrawnReference[]
  readonly starts: readonly Port[]
  readonly boxes: readonly Box[]
  readonly slots: Slots
  readonly rows: Rows
}

/** What a line costs besides its length. */
const across = columnWidth + 40
const crowd = 12
const secondEnd = 60
const turn = 10

export function netsOf(references: readonly DrawnReference[]): Net[] {
  const nets = new Map<string, { to: number; optional: boolean; references: number[] }>()
  references.forEach(({ to, optional }, r) => {
    const key = `${to} ${optional}`
    const net = nets.get(key)
    if (net) net.references.push(r)
    else nets.set(key, { to, optional, references: [r] })
  })
  return [...nets.values()].sort((a, b) => a.to - b.to || Number(a.optional) - Number(b.optional))
}

/** The middle of a gap, until it is known where in it each line lies. */
export function gapHeight({ slots, rows, boxes }: Ground, column: number, gap: number): number {
  if (gap === 0) return rows.start
  const table = slots.columns[column]![gap - 1]!
  return rows.top[table]! + boxes[table]!.height + step
}

export function routesOf(ground: Ground): Routes {
  const nets = netsOf(ground.references)
  const trunks: Trunk[] = []
  const crossings = new Map<string, Crossing>()
  const crowds = new Map<string, number>()
  const heights = ground.slots.columns.map((tables, column) =>
    Array.from({ length: tables.length + 1 }, (_, gap) => gapHeight(ground, column, gap)),
  )
  const field: Field = { ground, heights, crowds, crossings }
  nets.forEach((net, n) => {
    const own: Trunk[] = []
    for (const reference of nearestFirst(net, ground)) connect(field, n, reference, own)
    trunks.push(...own)
  })
  return { nets, trunks, crossings: [...crossings.values()] }
}

interface Field {
  readonly ground: Ground
  readonly heights: readonly (readonly number[])[]
  readonly crowds: Map<string, number>
  readonly crossings: Map<string, Crossing>
}

function nearestFirst({ to, references }: Net, { references: all, slots, rows }: Ground): number[] {
  const far = (r: number) => {
    const { from } = all[r]!
    return Math.abs(slots.column[from]! - slots.column[to]!) * across + Math.abs(rows.top[from]! - rows.top[to]!)
  }
  return [...references].sort((a, b) => far(a) - far(b) || a - b)
}

export const portHeight = ({ table, offset }: Port, rows: Rows): number => rows.top[table]! + offset

/** A place that the search came to: in a channel, at a height. */
interface Stop {
  readonly channel: number
  readonly y: number
  readonly cost: number
  /** The least that a way through here can cost in all. */
  readonly least: number
  readonly before: Stop | undefined
  /** How it was entered. */
  readonly gap: { readonly column: number; readonly gap: number } | undefined
  readonly side: 'left' | 'right'
}
interface End {
  readonly cost: number
  readonly stop: Stop
  readonly trunk: Trunk | undefined
}

/** The cheapest way from a reference's table to its net, or to the table it refers to (A*: each column between costs at least what crossing one does). */
function connect(field: Field, n: number, r: number, own: Trunk[]): void {
  const { ground, heights } = field
  const reference = ground.references[r]!
  const start = ground.starts[r]!
  const end = endOf(reference)
  const endings = [...new Set([...own, ...sidesOf(ground.slots.column[end.table]!)].map(({ channel }) => channel))]
  const remaining = (channel: number) => Math.min(...endings.map((one) => Math.abs(one - channel))) * (across + turn)
  const queue = new Queue()
  for (const { side, channel } of sidesOf(ground.slots.column[reference.from]!)) {
    const y = portHeight(start, ground.rows)
    queue.push({ channel, y, cost: 0, least: remaining(channel), before: undefined, gap: undefined, side })
  }
  const settled = new Set<string>()
  let best: End | undefined
  for (let stop = queue.pop(); stop && (best === undefined || stop.least < best.cost); stop = queue.pop()) {
    const key = stop.gap ? `${stop.channel} ${stop.gap.column} ${stop.gap.gap}` : `${stop.channel} start`
    if (settled.has(key)) continue
    settled.add(key)
    for (const found of endsOf(stop, end, own, ground)) if (!best || found.cost < best.cost) best = found
    for (const side of ['right', 'left'] as const) {
      const column = side === 'left' ? stop.channel : stop.channel - 1
      const channel = side === 'left' ? column + 1 : column
      heights[column]?.forEach((y, gap) => {
        const crowded = (field.crowds.get(`${column} ${gap}`) ?? 0) * crowd
        const cost = stop.cost + Math.abs(stop.y - y) + turn + across + crowded
        const least = cost + remaining(channel)
        if (best === undefined || least < best.cost) queue.push({ channel, y, cost, least, before: stop, gap: { column, gap }, side })
      })
    }
  }
  build(field, n, r, best!, start, end, own)
}

/** The left side of column c faces channel c, from its right; the right side faces channel c + 1. */
const sidesOf = (column: number): readonly { readonly side: 'left' | 'right'; readonly channel: number }[] => [
  { side: 'right', channel: column },
  { side: 'left', channel: column + 1 },
]

function endsOf(stop: Stop, end: Port, own: readonly Trunk[], { slots, rows, ...ground }: Ground): End[] {
  const joined = own
    .filter(({ channel }) => channel === stop.channel)
    .map((trunk) => {
      const ys = trunk.attachments.map((one) => attachmentHeight(one, { slots, rows, ...ground }))
      const apart = Math.max(0, Math.min(...ys) - stop.y, stop.y - Math.max(...ys))
      return { cost: stop.cost + apart + turn, stop, trunk }
    })
  const column = slots.column[end.table]!
  const ended = sidesOf(column).flatMap(({ channel }) => {
    if (channel !== stop.channel) return []
    return [
      { cost: stop.cost + Math.abs(stop.y - portHeight(end, rows)) + turn + (own.length > 0 ? secondEnd : 0), stop, trunk: undefined },
    ]
  })
  return [...joined, ...ended]
}

const attachmentHeight = ({ port, crossing }: Attachment, ground: Ground): number =>
  port ? portHeight(port, ground.rows) : gapHeight(ground, crossing!.column, crossing!.gap)

/** From the end back to the start: a trunk for each channel on the way. */
function build(field: Field, n: number, r: number, { stop: last, trunk: joined }: End, start: Port, end: Port, own: Trunk[]): void {
  let trunk = joined
  if (!trunk) {
    const { side } = sidesOf(field.ground.slots.column[end.table]!).find(({ channel }) => channel === last.channel)!
    trunk = { net: n, channel: last.channel, attachments: [{ from: side, port: end, crossing: undefined, reference: undefined }] }
    own.push(trunk)
  }
  for (let stop: Stop | undefined = last; stop; stop = stop.before) {
    const { gap, side, before } = stop
    if (!gap || !before) {
      trunk.attachments.push({ from: side, port: start, crossing: undefined, reference: r })
      return
    }
    const crossing = crossingOf(field, n, gap.column, gap.gap)
    trunk.attachments.push({ from: side, port: undefined, crossing, reference: undefined })
    const next: Trunk = {
      net: n,
      channel: before.channel,
      attachments: [{ from: side === 'left' ? 'right' : 'left', port: undefined, crossing, reference: undefined }],
    }
    own.push(next)
    trunk = next
  }
}

function crossingOf({ crossings, crowds }: Field, net: number, column: number, gap: number): Crossing {
  const key = `${net} ${column} ${gap}`
  const known = crossings.get(key)
  if (known) return known
  const crossing = { net, column, gap }
  crossings.set(key, crossing)
  crowds.set(`${column} ${gap}`, (crowds.get(`${column} ${gap}`) ?? 0) + 1)
  return crossing
}

/** A binary heap; among equals, what came first leaves first. */
class Queue {
  readonly #heap: { readonly stop: Stop; readonly turn: number }[] = []
  #turns = 0

  push(stop: Stop): void {
    const heap = this.#heap
    heap.push({ stop, turn: this.#turns++ })
    for (let i = heap.length - 1; i > 0; ) {
      const up = (i - 1) >> 1
      if (!this.#before(i, up)) break
      ;[heap[i], heap[up]] = [heap[up]!, heap[i]!]
      i = up
    }
  }

  pop(): Stop | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || !last) return first?.stop
    heap[0] = last
    for (let i = 0; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && this.#before(child, least)) least = child
      if (least === i) return first!.stop
      ;[heap[i], heap[least]] = [heap[least]!, heap[i]!]
      i = least
    }
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!]
    return one.stop.least < other.stop.least || (one.stop.least === other.stop.least && one.turn < other.turn)
  }
}
