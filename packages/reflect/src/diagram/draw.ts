/** From what an inspector reads to a picture. */
import type { DiagramOptions } from '../diagram.js'
import { type Filters, findTables } from '../found.js'
import type { Inspector } from '../inspector.js'
import { mermaidOf } from './mermaid.js'
import { drawingOf } from './model.js'
import { svgOf } from './svg.js'

const formats = { svg: svgOf, mermaid: mermaidOf }

export async function draw(
  inspector: Inspector,
  filters: Filters,
  format: NonNullable<DiagramOptions['format']>,
  keysOnly: boolean,
): Promise<string> {
  return formats[format](drawingOf(await findTables(inspector, filters), keysOnly))
}
