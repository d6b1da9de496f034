/** Each line gets a track of its own: in its gap by height, in its channel by width. Channels and gaps are as wide as they need to be. */
import { type Box, step } from './boxes.js'
import type { Places } from './place.js'
import { type Attachment, type Crossing, type Ground, gapHeight, portHeight, type Routes, routesOf, type Trunk } from './route.js'
import { type Rows, rowsOf, type Slots, shift, slotsOf } from './rows.js'

/** Beside a table, for the ends of lines and the edges of frames. */
export const beside = 30

export interface Layout {
  readonly slots: Slots
  readonly rows: Rows
  readonly routes: Routes
  /** Where each column begins, and how wide its tables are. */
  readonly left: readonly number[]
  readonly widths: readonly number[]
  readonly trackOf: ReadonlyMap<Trunk, number>
  readonly heightOf: (attachment: Attachment) => number
  readonly width: number
  readonly height: number
}

export function layoutOf(places: Places, boxes: readonly Box[], own: Pick<Ground, 'references' | 'starts'>): Layout {
  const slots = slotsOf(places, boxes.length)
  let rows = rowsOf(places, boxes, () => 1)
  let routes = routesOf({ ...own, boxes, slots, rows })
  // lines found their ways over gaps of one size; now that it shows where they pass, once more over the gaps as they are
  rows = rowsOf(places, boxes, passing(routes))
  routes = routesOf({ ...own, boxes, slots, rows })
  rows = rowsOf(places, boxes, passing(routes))
  const lanes = lanesOf(routes, { ...own, boxes, slots, rows })
  const heightOf = ({ port, crossing }: Attachment): number => (port ? portHeight(port, rows) : lanes.get(crossing!)!)
  const widths = slots.columns.map((tables) => Math.max(120, ...tables.map((table) => boxes[table]!.width)))
  const trackOf = new Map<Trunk, number>()
  const left: number[] = []
  let x = 0
  for (let channel = 0; channel <= widths.length; channel++) {
    const tracks = tracksOf(
      routes.trunks.filter((trunk) => trunk.channel === channel),
      heightOf,
    )
    const count = Math.max(0, ...tracks.values()) + (tracks.size > 0 ? 1 : 0)
    for (const [trunk, track] of tracks) trackOf.set(trunk, x + beside + step / 2 + track * step)
    x += 2 * beside + count * step
    if (channel < widths.length) {
      left.push(x)
      x += widths[channel]!
    }
  }
  return { slots, rows, routes, left, widths, trackOf, heightOf, width: x, height: rows.height }
}

function passing({ crossings }: Routes): (column: number, gap: number) => number {
  const counts = new Map<string, number>()
  for (const { column, gap } of crossings) counts.set(`${column} ${gap}`, (counts.get(`${column} ${gap}`) ?? 0) + 1)
  return (column, gap) => counts.get(`${column} ${gap}`) ?? 0
}

/** The lines through a gap from the top, in the order of the heights that they come from and go to. */
function lanesOf({ crossings, trunks }: Routes, ground: Ground): Map<Crossing, number> {
  const rough = ({ port, crossing }: Attachment) =>
    port ? portHeight(port, ground.rows) : gapHeight(ground, crossing!.column, crossing!.gap)
  const wish = new Map<Crossing, number[]>()
  for (const { attachments } of trunks)
    for (const { crossing } of attachments)
      if (crossing) {
        const others = attachments.filter((one) => one.crossing !== crossing).map(rough)
        wish.set(crossing, [...(wish.get(crossing) ?? []), ...others])
      }
  const mean = (crossing: Crossing) => {
    const wishes = wish.get(crossing) ?? []
    return wishes.reduce((sum, y) => sum + y, 0) / Math.max(1, wishes.length)
  }
  const gaps = new Map<string, Crossing[]>()
  for (const crossing of crossings) {
    const key = `${crossing.column} ${crossing.gap}`
    gaps.set(key, [...(gaps.get(key) ?? []), crossing])
  }
  const lanes = new Map<Crossing, number>()
  for (const list of gaps.values()) {
    const sorted = list.map((crossing) => [mean(crossing), crossing] as const).sort(([a, one], [b, other]) => a - b || one.net - other.net)
    sorted.forEach(([, crossing], i) => {
      const base = gapHeight(ground, crossing.column, crossing.gap) + (crossing.gap === 0 ? shift(crossing.column) : 0)
      lanes.set(crossing, base + i * step)
    })
  }
  return lanes
}

interface Span {
  readonly trunk: Trunk
  readonly low: number
  readonly high: number
  readonly lefts: readonly number[]
  readonly rights: readonly number[]
}

/** Tracks from the left, in an order with few crossings; lines one over the other share one. */
function tracksOf(trunks: readonly Trunk[], heightOf: (attachment: Attachment) => number): Map<Trunk, number> {
  const spans = trunks.map((trunk): Span => {
    const of = (side: Attachment['from']) => trunk.attachments.filter(({ from }) => from === side).map(heightOf)
    const [lefts, rights] = [of('left'), of('right')]
    return { trunk, lefts, rights, low: Math.min(...lefts, ...rights), high: Math.max(...lefts, ...rights) }
  })
  const tracks = new Map<Trunk, number>()
  const before: { span: Span; track: number }[] = []
  for (const span of ordered(spans)) {
    const near = before.filter(({ span: { low, high } }) => low - step <= span.high && span.low <= high + step)
    const track = Math.max(-1, ...near.map((one) => one.track)) + 1
    before.push({ span, track })
    tracks.set(span.trunk, track)
  }
  return tracks
}

/** How many lines cross where the one stands left of the other. */
const crossed = (left: Span, right: Span): number =>
  right.lefts.filter((y) => y > left.low && y < left.high).length + left.rights.filter((y) => y > right.low && y < right.high).length

/** Takes each out and puts it where it crosses least, until nothing is gained. */
function ordered(spans: readonly Span[]): Span[] {
  const order = [...spans].sort(
    (a, b) => a.rights.length - a.lefts.length - (b.rights.length - b.lefts.length) || a.low - b.low || b.high - a.high,
  )
  for (let round = 0, moved = true; moved && round < 20; round++) {
    moved = false
    for (const span of [...order]) {
      const from = order.indexOf(span)
      const rest = order.filter((one) => one !== span)
      let cost = rest.reduce((sum, one) => sum + crossed(span, one), 0)
      const costs = [cost, ...rest.map((one) => (cost += crossed(one, span) - crossed(span, one)))]
      const least = Math.min(...costs)
      if (least >= costs[from]!) continue
      rest.splice(costs.indexOf(least), 0, span)
      order.splice(0, order.length, ...rest)
      moved = true
    }
  }
  return order
}
