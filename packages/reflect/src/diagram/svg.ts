/** The picture as SVG: no scripts, nothing from elsewhere, and names only where they are text. */
import { type Boxes, headerHeight, measure, step } from './boxes.js'
import type { Drawing, DrawnReference, DrawnTable } from './model.js'
import { place } from './place.js'
import type { Attachment, Net, Trunk } from './route.js'
import { type Frame, label, schemaLabel } from './rows.js'
import { shortened, shown, xml } from './text.js'
import { type Layout, layoutOf } from './tracks.js'

/** Dark enough for white text, and told apart side by side. */
const palette = [
  '#2563eb',
  '#c2410c',
  '#15803d',
  '#9333ea',
  '#b91c1c',
  '#0e7490',
  '#a16207',
  '#be185d',
  '#4d7c0f',
  '#5b21b6',
  '#0f766e',
  '#92400e',
]
const plainHeader = '#475569'
const legendHeight = 40
const leastWidth = 640

const style = `text{font-family:"DejaVu Sans Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:12px;fill:#1e293b;white-space:pre}
.title{font-size:13px;font-weight:bold;fill:#fff}.type{fill:#64748b}.mark{font-size:9px;font-weight:bold;fill:#64748b}
.schema{font-size:28px;font-weight:bold;fill:#334155}.group{font-size:15px;font-weight:bold;fill:#94a3b8}.legend{font-size:11px;fill:#64748b}
.net{stroke-width:1.4}.net path{fill:none}.net:hover{stroke-width:3}.net .dot{stroke:none}.net .hole{fill:#fff}`

export function svgOf(drawing: Drawing): string {
  const measured = measure(drawing)
  const layout = layoutOf(place(drawing, measured.boxes), measured.boxes, { references: drawing.references, starts: measured.starts })
  const colours = coloursOf(drawing)
  const width = Math.max(leastWidth, layout.width)
  const height = layout.height + legendHeight
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${drawing.tables.length} tables, ${drawing.references.length} foreign keys</title>`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...layout.rows.frames.filter(({ group }) => group === undefined).map((frame) => frameOf(frame, layout, drawing)),
    ...layout.rows.frames.filter(({ group }) => group !== undefined).map((frame) => frameOf(frame, layout, drawing)),
    ...layout.routes.nets.map((net, n) => netOf(net, n, layout, drawing, colours)),
    ...drawing.tables.map((table, i) => tableOf(table, i, layout, measured, colours)),
    legend(layout.height),
    '</svg>\n',
  ].join('\n')
}

/** Tables that others refer to have colours, and lines that of the table they lead to: neighbours in the list never the same. */
function coloursOf({ tables, references }: Drawing): string[] {
  const counts = tables.map(() => 0)
  for (const { to } of references) counts[to]!++
  const ranked = tables.flatMap((_, i) => (counts[i]! > 0 ? [i] : [])).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const colours = tables.map(() => plainHeader)
  ranked.forEach((table, rank) => {
    colours[table] = palette[rank % palette.length]!
  })
  return colours
}

function frameOf({ schema, group, left, width, top, bottom }: Frame, layout: Layout, drawing: Drawing): string {
  const out = group === undefined ? 24 : 18
  const x = layout.left[left]! - out
  const end = layout.left[left + width - 1]! + layout.widths[left + width - 1]! + out
  const own = drawing.tables.flatMap((table, i) => {
    const y = layout.rows.top[i]!
    const column = layout.slots.column[i]!
    return table.schema === schema && column >= left && column < left + width && y >= top && y < bottom ? [i] : []
  })
  const text = group === undefined ? shown(schema) : heartOf(own, drawing)
  const size = group === undefined ? 17.2 : 9.4
  const fits = Math.floor((layout.widths[left]! - 4) / size)
  const shape = group === undefined ? 'rx="12" fill="#f1f5f9" stroke="#cbd5e1"' : 'rx="8" fill="#fff" fill-opacity="0.75" stroke="#e2e8f0"'
  return `<g class="frame"><rect x="${x}" y="${top}" width="${end - x}" height="${bottom - top}" ${shape}/><text class="${group === undefined ? 'schema' : 'group'}" x="${layout.left[left]!}" y="${top + (group === undefined ? schemaLabel : label) - step}">${xml(shortened(text, fits))}</text></g>`
}

/** The table that most of the group's foreign keys touch gives it its name. */
function heartOf(own: readonly number[], { tables, references }: Drawing): string {
  const members = new Set(own)
  const touched = (i: number) =>
    references.filter(({ from, to }) => members.has(from) && members.has(to) && (from === i || to === i)).length
  const heart = own.reduce((best, i) => (touched(i) > touched(best) ? i : best), own[0]!)
  if (touched(heart) === 0)
    return references.some(({ from, to }) => members.has(from) || members.has(to)) ? 'others' : 'without foreign keys'
  return shown(tables[heart]!.name)
}

function tableOf(
  table: DrawnTable,
  i: number,
  { left, slots, rows, widths }: Layout,
  { boxes }: Boxes,
  colours: readonly string[],
): string {
  const box = boxes[i]!
  const [x, y, width] = [left[slots.column[i]!]!, rows.top[i]!, widths[slots.column[i]!]!]
  const dashed = table.kind === 'table' || table.kind === 'elsewhere' ? '' : ' stroke-dasharray="5 3"'
  const colour = colours[i]!
  const corner = 'a5 5 0 0 1'
  const head = `M${x} ${y + headerHeight}v${5 - headerHeight}${corner} 5 -5h${width - 10}${corner} 5 5v${headerHeight - 5}z`
  const kind = table.kind === 'table' ? '' : table.kind === 'elsewhere' ? ' (not in this picture)' : ` (${table.kind})`
  const lines = box.rows.map(({ top, height, marks, name, type }, r) => {
    const middle = y + top + height / 2 + 4
    const full = table.columns[r]!
    return [
      `<g class="column"><title>${xml(`${full.name} ${full.type}${full.nullable ? '' : ' NOT NULL'}`)}</title>`,
      r === 0 ? '' : `<path d="M${x + 1} ${y + top}h${width - 2}" stroke="#f1f5f9"/>`,
      marks === '' ? '' : `<text class="mark" x="${x + 8}" y="${middle}">${marks}</text>`,
      `<text x="${x + box.indent}" y="${middle}">${xml(name)}</text>`,
      `<text class="type" x="${x + width - 10}" y="${middle}" text-anchor="end">${xml(type)}</text></g>`,
    ].join('')
  })
  return [
    `<g class="table"><title>${xml(`${table.schema}.${table.name}${kind}`)}</title>`,
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${box.height}" rx="5" fill="#fff" stroke="${colour}"${dashed}/>`,
    `<path d="${head}" fill="${colour}"${table.kind === 'elsewhere' ? ' fill-opacity="0.6"' : ''}/>`,
    `<text class="title" x="${x + width / 2}" y="${y + headerHeight / 2 + 5}" text-anchor="middle">${xml(box.title)}</text>`,
    ...lines,
    '</g>',
  ].join('\n')
}

/** Lines that lead to one table; where one begins, it says what it is. */
function netOf(net: Net, n: number, layout: Layout, drawing: Drawing, colours: readonly string[]): string {
  const to = drawing.tables[net.to]!
  const parts = layout.routes.trunks.filter((trunk) => trunk.net === n).map((trunk) => trunkOf(trunk, layout, drawing, net.optional))
  return [
    `<g class="net" stroke="${colours[net.to]}" fill="${colours[net.to]}"><title>${xml(`→ ${to.schema}.${to.name}`)}</title>`,
    ...parts,
    '</g>',
  ].join('\n')
}

function trunkOf(trunk: Trunk, layout: Layout, { tables, references }: Drawing, optional: boolean): string {
  const x = layout.trackOf.get(trunk)!
  const ys = trunk.attachments.map(layout.heightOf)
  const [low, high] = [Math.min(...ys), Math.max(...ys)]
  const round = Math.min(5, (high - low) / 2)
  const parts = [`<path d="M${x} ${low + round}V${high - round}"/>`]
  trunk.attachments.forEach((attachment, a) => {
    const y = ys[a]!
    const begin = beginOf(attachment, layout)
    const back = attachment.from === 'left' ? -round : round
    const bend = y === low ? `H${x + back}Q${x} ${y} ${x} ${y + round}` : y === high ? `H${x + back}Q${x} ${y} ${x} ${y - round}` : `H${x}`
    const line = `<path d="M${begin} ${y}${bend}"/>${y === low || y === high ? '' : `<circle class="dot" cx="${x}" cy="${y}" r="2.8"/>`}`
    const out = attachment.from === 'left' ? 1 : -1
    const reference = attachment.reference === undefined ? undefined : references[attachment.reference]!
    if (reference)
      parts.push(
        `<g class="reference"><title>${xml(sentence(reference, tables))}</title>${line}${startMark(begin, y, out, reference.once)}</g>`,
      )
    else parts.push(line + (attachment.port ? endMark(begin, y, out, optional) : ''))
  })
  return parts.join('')
}

/** At the side of a table, or in the middle of the column that is crossed, where the line from its other side comes. */
function beginOf({ port, crossing, from }: Attachment, { left, widths, slots }: Layout): number {
  const column = port ? slots.column[port.table]! : crossing!.column
  if (!port) return left[column]! + widths[column]! / 2
  return from === 'left' ? left[column]! + widths[column]! : left[column]!
}

const sentence = ({ name, from, to, columns, referencedColumns }: DrawnReference, tables: readonly DrawnTable[]): string => {
  const of = ({ schema, name: table }: DrawnTable, list: readonly string[]) => `${schema}.${table} (${list.join(', ')})`
  return `${of(tables[from]!, columns)} → ${of(tables[to]!, referencedColumns)}${name === null ? '' : `: ${name}`}`
}

/** A ring, as none is allowed, and a foot of three toes, or one bar where there is one at most. */
const startMark = (x: number, y: number, out: 1 | -1, once: boolean): string =>
  once
    ? `<path d="M${x + out * 6} ${y - 4}v8"/><circle class="hole" cx="${x + out * 12}" cy="${y}" r="3"/>`
    : `<path d="M${x} ${y - 4}L${x + out * 9} ${y}L${x} ${y + 4}"/><circle class="hole" cx="${x + out * 12}" cy="${y}" r="3"/>`

const endMark = (x: number, y: number, out: 1 | -1, optional: boolean): string =>
  `<path d="M${x + out * 6} ${y - 4}v8"/>${optional ? `<circle class="hole" cx="${x + out * 12}" cy="${y}" r="3"/>` : `<path d="M${x + out * 10} ${y - 4}v8"/>`}`

function legend(top: number): string {
  const y = top + 12
  const text = (x: number, words: string) => `<text class="legend" x="${x}" y="${y + 4}">${words}</text>`
  const line = (x: number, mark: string) => `<path d="M${x} ${y}h22"/>${mark}`
  return [
    `<g class="key">${text(30, 'PK primary key, FK foreign key, UQ unique, ? may be NULL')}</g>`,
    `<g class="key" transform="translate(0 20)"><g class="net" stroke="${plainHeader}">`,
    line(30, endMark(30, y, 1, false)),
    line(150, endMark(150, y, 1, true)),
    line(270, startMark(270, y, 1, false)),
    `</g>${text(58, 'exactly one')}${text(178, 'one or none')}${text(298, 'any number')}</g>`,
  ].join('')
}
