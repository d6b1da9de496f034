/** Blocks of whole columns, stacked so that the picture has the shape of a screen and what is linked is near. */

/** Roughly what a column takes, with the lines beside it. */
export const columnWidth = 330
/** Width to height of what fills a screen. */
const aspect = 1.5

export interface Block {
  /** In columns. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  readonly members: readonly number[]
}
export interface Packed {
  readonly width: number
  readonly height: number
  /** Blocks by number; what stands over others comes first. */
  readonly order: readonly number[]
  /** The first column of each block. */
  readonly left: readonly number[]
}
export interface Link {
  readonly a: number
  readonly b: number
}

/** The larger, the smaller a picture of this size is shown on a screen. */
export const extent = (width: number, height: number): number => Math.max(width / aspect, height)

/** Tries all widths that make sense and keeps the one that is shown largest. */
export function pack(blocks: readonly Block[], links: readonly Link[]): Packed {
  const pulls = pullsOf(blocks, links)
  const order = orderOf(blocks, pulls)
  const narrowest = Math.max(1, ...blocks.map(({ width }) => width))
  const widest = Math.max(
    narrowest,
    Math.min(
      blocks.reduce((sum, { width }) => sum + width, 0),
      60,
    ),
  )
  let best: Packed | undefined
  for (let width = narrowest; width <= widest; width++) {
    const packed = stack(blocks, order, pulls, width)
    if (!best || sizeOf(packed) < sizeOf(best)) best = packed
    if (width * columnWidth > aspect * packed.height * 2) break
  }
  return best!
}
const sizeOf = ({ width, height }: Packed): number => extent(width * columnWidth, height)

/** How many links there are between each two blocks. */
function pullsOf(blocks: readonly Block[], links: readonly Link[]): ReadonlyMap<number, number>[] {
  const block = new Map(blocks.flatMap(({ members }, i) => members.map((member) => [member, i] as const)))
  const pulls = blocks.map(() => new Map<number, number>())
  for (const { a, b } of links) {
    const [from, to] = [block.get(a), block.get(b)]
    if (from === undefined || to === undefined || from === to) continue
    pulls[from]!.set(to, (pulls[from]!.get(to) ?? 0) + 1)
    pulls[to]!.set(from, (pulls[to]!.get(from) ?? 0) + 1)
  }
  return pulls
}

/** The largest first, then always what is linked most with those before. */
function orderOf(blocks: readonly Block[], pulls: readonly ReadonlyMap<number, number>[]): number[] {
  const left = new Set(blocks.keys())
  const order: number[] = []
  const size = (i: number) => blocks[i]!.width * blocks[i]!.height
  const pull = (i: number) => order.reduce((sum, other) => sum + (pulls[i]!.get(other) ?? 0), 0)
  while (left.size > 0) {
    const next = [...left].reduce((best, i) => ((pull(i) - pull(best) || size(i) - size(best)) > 0 ? i : best))
    left.delete(next)
    order.push(next)
  }
  return order
}

function stack(blocks: readonly Block[], order: readonly number[], pulls: readonly ReadonlyMap<number, number>[], width: number): Packed {
  const skyline: number[] = new Array(width).fill(0)
  const left: number[] = new Array(blocks.length).fill(0)
  const top: number[] = new Array(blocks.length).fill(0)
  const placed: number[] = []
  const centre = (i: number, x = left[i]!, y = top[i]!) => [(x + blocks[i]!.width / 2) * columnWidth, y + blocks[i]!.height / 2] as const
  for (const i of order) {
    const block = blocks[i]!
    let best: { x: number; y: number; cost: number } | undefined
    for (let x = 0; x + block.width <= width; x++) {
      const under = skyline.slice(x, x + block.width)
      const y = Math.max(...under)
      const wasted = under.reduce((sum, bottom) => sum + y - bottom, 0)
      const [cx, cy] = centre(i, x, y)
      const far = placed.reduce((sum, other) => {
        const [ox, oy] = centre(other)
        return sum + (pulls[i]!.get(other) ?? 0) * (Math.abs(cx - ox) + Math.abs(cy - oy))
      }, 0)
      const pull = placed.reduce((sum, other) => sum + (pulls[i]!.get(other) ?? 0), 0)
      const cost = y + block.height + wasted * 0.5 + (pull === 0 ? 0 : (0.4 * far) / pull)
      if (!best || cost < best.cost) best = { x, y, cost }
    }
    left[i] = best!.x
    top[i] = best!.y
    skyline.fill(best!.y + block.height, best!.x, best!.x + block.width)
    placed.push(i)
  }
  // the skyline only grows, so the order of placing is an order of stacking
  return { width, height: Math.max(...skyline), order, left }
}
