/** Where tables stand: those of a group in a few columns, groups as blocks on the columns of their schema, schemas as blocks on those of the picture. */
import { arrange, heightOf } from './arrange.js'
import type { Box } from './boxes.js'
import { clusters } from './clusters.js'
import type { Drawing } from './model.js'
import { type Link, pack } from './pack.js'

/** What a frame takes of the height, with its label and the space below. */
const frame = 60

export interface Group {
  readonly left: number
  /** Tables from the top, column by column. */
  readonly columns: readonly (readonly number[])[]
}
export interface Area {
  readonly schema: string
  readonly left: number
  readonly width: number
  /** What stands over others comes first. */
  readonly groups: readonly Group[]
}
export interface Places {
  readonly width: number
  /** What stands over others comes first. */
  readonly areas: readonly Area[]
}

export function place(drawing: Drawing, boxes: readonly Box[]): Places {
  const links: Link[] = drawing.references.map(({ from, to }) => ({ a: from, b: to }))
  const areas = [...new Set(drawing.tables.map(({ schema }) => schema))].map((schema) => {
    const members = drawing.tables.flatMap((table, i) => (table.schema === schema ? [i] : []))
    const groups = groupsOf(members, links).map((group) => ({ members: group, columns: arrange(group, boxes, links) }))
    const blocks = groups.map(({ members, columns }) => ({
      members,
      width: columns.length,
      height: Math.max(...columns.map((column) => heightOf(column, boxes))) + frame,
    }))
    return { schema, members, groups, packed: pack(blocks, links) }
  })
  const whole = pack(
    areas.map(({ packed: { width, height }, members }) => ({ width, height: height + frame, members })),
    links,
  )
  return {
    width: whole.width,
    areas: whole.order.map((i) => {
      const { schema, groups, packed } = areas[i]!
      const left = whole.left[i]!
      return {
        schema,
        left,
        width: packed.width,
        groups: packed.order.map((g) => ({ left: left + packed.left[g]!, columns: groups[g]!.columns })),
      }
    }),
  }
}

/** The groups of one schema, by the numbers that tables have in the drawing. */
function groupsOf(members: readonly number[], links: readonly Link[]): number[][] {
  const places = new Map(members.map((member, i) => [member, i]))
  const own = links.flatMap(({ a, b }) => {
    const [from, to] = [places.get(a), places.get(b)]
    return from === undefined || to === undefined ? [] : [{ a: from, b: to }]
  })
  return clusters(members.length, own).map((group) => group.map((i) => members[i]!))
}
