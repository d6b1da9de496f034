/**
 * A suite as an SVG: per case a bar for each contender on a logarithmic axis of ratios, growing from the base's 1 to the left
 * (faster) or to the right (slower). A thin line on a bar is the spread over rounds, a mark a target.
 */
import { formatIn, formatRatio } from './report.mjs'

const width = 960
const plotLeft = 270
const plotRight = 740
const rowHeight = 22
const barHeight = 13
const colours = { quern: '#0b6e4f', kysely: '#8fb3d9', drizzle: '#d9b38f', raw: '#9a9a9a', knex: '#c9a0dc' }
const ink = '#222222'
const faint = '#777777'
const target = '#c1121f'

export function plot(suite) {
  const { date, node, versions, rounds } = suite.measured
  const x = scaleFor(suite)
  const parts = [
    text(20, 30, suite.title, { size: 17, weight: 600 }),
    text(20, 49, suite.unit, { colour: faint }),
    text(20, 66, `Node ${node}, quern ${versions.quern}; rounds: ${rounds}; ${date}`, { colour: faint }),
    text(20, 83, legend, { colour: faint }),
  ]
  const top = 122
  const bars = []
  let y = top
  for (const of of suite.cases) {
    y += 8
    bars.push(text(20, y, of.title, { weight: 600 }))
    y += 8
    for (const row of of.rows) {
      bars.push(...bar(row, x, y, suite.format))
      y += rowHeight
    }
    y += 12
  }
  const height = y + 8
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    ...axis(x, top - 12, y - 8),
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}

const legend =
  'Bars: relative to the base of each case, logarithmic; to the left is better. Thin line: lowest to highest round. Red marks: targets.'

function bar(row, x, y, format) {
  const middle = y + rowHeight / 2
  const label = text(plotLeft - 12, middle + 4, row.label, { anchor: 'end', weight: row.library === 'quern' ? 600 : 400 })
  if (row.failure) return [label, text(x(1) + 6, middle + 4, 'does not count', { colour: faint })]
  const from = Math.min(x(1), x(row.ratio.median))
  const length = Math.max(Math.abs(x(row.ratio.median) - x(1)), 2)
  const drawn = [
    label,
    `<rect x="${fixed(from)}" y="${fixed(middle - barHeight / 2)}" width="${fixed(length)}" height="${barHeight}" fill="${colours[row.library]}"/>`,
    text(plotRight + 12, middle + 4, formatIn(format)(row.ns.median), { weight: row.library === 'quern' ? 600 : 400 }),
    text(plotRight + 84, middle + 4, row.base ? 'base' : `${formatRatio(row.ratio.median)} x`, { colour: row.base ? faint : ink }),
  ]
  if (!row.base) {
    for (const [stroke, thickness] of [
      ['#ffffff', 3],
      [ink, 1.2],
    ]) {
      drawn.push(line(x(row.ratio.min), middle, x(row.ratio.max), middle, { stroke, width: thickness }))
    }
  }
  if (row.target) {
    for (const limit of limitsOf(row).map(x)) drawn.push(line(limit, middle - 9, limit, middle + 9, { stroke: target, width: 2 }))
    drawn.push(text(plotRight + 142, middle + 4, row.hit ? 'hit' : 'miss', { colour: row.hit ? colours.quern : target }))
  }
  return drawn
}

/** A row's targets as ratios to the base of its case: a time, and a ratio to something else, stand as far from the bar's end as the row is from them. */
function limitsOf({ ns, ratio, beside, target: goal }) {
  if (!goal) return []
  const limit = goal.ratio ?? (goal.ns * ratio.median) / ns.median
  return beside ? [limit, (goal.beside.ratio * ratio.median) / beside.median] : [limit]
}

function axis(x, top, bottom) {
  return x.ticks.flatMap((tick) => [
    line(x(tick), top, x(tick), bottom, { stroke: tick === 1 ? ink : '#dddddd', width: 1 }),
    text(x(tick), top - 4, `${tick} x`, { anchor: 'middle', colour: faint, size: 11 }),
  ])
}

/** A logarithmic scale over all ratios and targets of a suite, with a tick at 1, 2 and 5 of each decade. */
function scaleFor(suite) {
  const rows = suite.cases.flatMap((of) => of.rows).filter((row) => row.ratio)
  const values = [1, ...rows.flatMap(limitsOf), ...rows.flatMap(({ ratio }) => [ratio.median, ratio.min, ratio.max])]
  const low = Math.log10(Math.min(...values)) - 0.05
  const high = Math.log10(Math.max(...values)) + 0.05
  const scale = (ratio) => plotLeft + ((Math.log10(ratio) - low) / (high - low)) * (plotRight - plotLeft)
  const steps = high - low > 2.2 ? [1] : high - low > 1.6 ? [1, 3] : [1, 2, 5]
  const ticks = []
  for (let decade = Math.floor(low); decade <= high; decade++) {
    for (const step of steps) {
      const tick = Number(`${step}e${decade}`)
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick)
    }
  }
  return Object.assign(scale, { ticks })
}

function text(x, y, content, { size, weight, anchor, colour = ink } = {}) {
  const attributes = [size && `font-size="${size}"`, weight && `font-weight="${weight}"`, anchor && `text-anchor="${anchor}"`]
  return `<text x="${fixed(x)}" y="${fixed(y)}" fill="${colour}" ${attributes.filter(Boolean).join(' ')}>${escaped(content)}</text>`
}

function line(x1, y1, x2, y2, { stroke, width: thickness }) {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${stroke}" stroke-width="${thickness}"/>`
}

const fixed = (value) => Number(value.toFixed(1))
const escaped = (content) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
