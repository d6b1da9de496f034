/** How high everything stands, given how many lines pass below each table. */
import { type Box, step } from './boxes.js'
import type { Area, Places } from './place.js'

/** The height of a frame's label. */
export const label = 30
export const schemaLabel = 45
const margin = 30
const below = 20
const between = 30

/** Tables by the column of the picture that they stand in. */
export interface Slots {
  readonly columns: readonly (readonly number[])[]
  /** Of each table. */
  readonly column: readonly number[]
}

export interface Frame {
  readonly schema: string
  /** The group's number in its schema; `undefined` for the schema itself. */
  readonly group: number | undefined
  readonly left: number
  readonly width: number
  readonly top: number
  readonly bottom: number
}

export interface Rows {
  /** Where each table begins. */
  readonly top: readonly number[]
  /** Where the first line over all tables may lie. */
  readonly start: number
  readonly frames: readonly Frame[]
  readonly height: number
}

export function slotsOf(places: Places, count: number): Slots {
  const columns: number[][] = Array.from({ length: places.width }, () => [])
  const column: number[] = new Array(count).fill(0)
  for (const { groups } of places.areas)
    for (const { left, columns: own } of groups)
      own.forEach((tables, c) => {
        columns[left + c]!.push(...tables)
        for (const table of tables) column[table] = left + c
      })
  return { columns, column }
}

/** In odd columns everything stands half a step lower: lines from the left and from the right never lie on one another. */
export const shift = (column: number): number => (column % 2) * (step / 2)

/** `lines(column, gap)`: how many pass through, where gap 0 is over the first table of the column and gap n below the n-th. */
export function rowsOf(places: Places, boxes: readonly Box[], lines: (column: number, gap: number) => number): Rows {
  const above = Math.max(0, ...Array.from({ length: places.width }, (_, column) => lines(column, 0)))
  const skyline: number[] = new Array(places.width).fill(margin + (above + (above > 0 ? 1 : 0)) * step)
  const passed: number[] = new Array(places.width).fill(0)
  const top: number[] = new Array(boxes.length).fill(0)
  const frames: Frame[] = []
  const several = places.areas.length > 1
  const standing = (table: number, column: number, y: number): number => {
    top[table] = y
    const space = (lines(column, ++passed[column]!) + 1) * step
    return y + boxes[table]!.height + Math.max(space, below)
  }
  const stackGroups = (area: Area, from: number): number => {
    const inner: number[] = new Array(area.width).fill(from)
    const labelled = area.groups.length > 1
    area.groups.forEach(({ left, columns }, group) => {
      const own = left - area.left
      const start = Math.max(...inner.slice(own, own + columns.length))
      const first = Math.ceil((start + (labelled ? label : 0)) / step) * step
      const ends = columns.map((tables, c) => tables.reduce((y, table) => standing(table, left + c, y), first + shift(left + c)))
      const bottom = Math.max(...ends)
      if (labelled) frames.push({ schema: area.schema, group, left, width: columns.length, top: start, bottom })
      inner.fill(bottom + (labelled ? between : 0), own, own + columns.length)
    })
    return Math.max(...inner) - (labelled ? between - step : 0)
  }
  for (const area of places.areas) {
    const start = Math.max(...skyline.slice(area.left, area.left + area.width))
    const bottom = stackGroups(area, start + (several ? schemaLabel : 0))
    if (several)
      frames.push({ schema: area.schema, group: undefined, left: area.left, width: area.width, top: start, bottom: bottom + step })
    skyline.fill(bottom + step + between, area.left, area.left + area.width)
  }
  return { top: top.map(Math.round), start: margin, frames, height: Math.ceil(Math.max(...skyline)) }
}
