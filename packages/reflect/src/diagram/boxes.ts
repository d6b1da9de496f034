/** How large a table is drawn, and where on it lines begin and end. All measures are in pixels; heights are in steps of the grid. */
import type { Drawing, DrawnColumn, DrawnReference, DrawnTable } from './model.js'
import { places, shortened, shown } from './text.js'

/** Lines lie at least this far apart. */
export const step = 10
export const headerHeight = 30
const rowHeight = 20
const character = 7.3
const smallCharacter = 5.6
const padding = 10
const mostName = 40
const mostType = 30

export interface Row {
  /** From the top of the box. */
  readonly top: number
  readonly height: number
  /** PK, FK, UQ. */
  readonly marks: string
  readonly name: string
  readonly type: string
}

export interface Box {
  readonly title: string
  readonly width: number
  readonly height: number
  /** Where names begin, right of the marks. */
  readonly indent: number
  readonly rows: readonly Row[]
}

/** A place on both sides of a box where a line may end. */
export interface Port {
  readonly table: number
  readonly offset: number
}

export interface Boxes {
  readonly boxes: readonly Box[]
  /** Where the line of each reference leaves its table. */
  readonly starts: readonly Port[]
}

const marksOf = ({ primary, foreign, unique }: DrawnColumn): string =>
  [primary && 'PK', foreign && 'FK', unique && 'UQ'].filter((mark) => mark !== false).join(' ')

/** A type is followed by `?` where NULL may stand. */
const typeOf = ({ type, nullable }: DrawnColumn): string => shortened(shown(type), mostType) + (nullable ? '?' : '')

export const titleOf = ({ schema, name, kind }: DrawnTable): string =>
  shortened(kind === 'elsewhere' ? `${shown(schema)}.${shown(name)}` : shown(name), mostName + 8)

export function measure({ tables, references }: Drawing): Boxes {
  const starts: Port[] = new Array(references.length)
  const boxes = tables.map((table, i): Box => {
    const own = references.flatMap((reference, r) => (reference.from === i ? [{ reference, r }] : []))
    const rows = rowsOf(table, own, (r, offset) => {
      starts[r] = { table: i, offset }
    })
    const indent =
      padding + Math.max(0, ...rows.map(({ marks }) => marks.length)) * smallCharacter + (rows.some(({ marks }) => marks !== '') ? 6 : 0)
    const widest = Math.max(0, ...rows.map(({ name, type }) => places(name) + places(type) + 2))
    const title = titleOf(table)
    const width = Math.max(indent + widest * character + padding, places(title) * (character + 0.6) + 2 * padding + 6)
    const last = rows.at(-1)
    return { title, width: Math.ceil(width / step) * step, height: last ? last.top + last.height : headerHeight, indent, rows }
  })
  return { boxes, starts }
}

/** A line leaves from the row of its first column; where several do, the row grows. */
function rowsOf(
  table: DrawnTable,
  own: readonly { readonly reference: DrawnReference; readonly r: number }[],
  start: (r: number, offset: number) => void,
): Row[] {
  let top = headerHeight
  return table.columns.map((column) => {
    const leaving = own.filter(({ reference }) => reference.columns[0] === column.name)
    const height = rowHeight + step * Math.max(0, leaving.length - 1)
    for (const [i, { r }] of leaving.entries()) start(r, top + step * (i + 1))
    const row = { top, height, marks: marksOf(column), name: shortened(shown(column.name), mostName), type: typeOf(column) }
    top += height
    return row
  })
}

/** A line ends at the title, apart from those that may be without end. */
export const endOf = ({ to, optional }: DrawnReference): Port => ({ table: to, offset: optional ? 2 * step : step })
