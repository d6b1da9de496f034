/** How costs grow: one small plot for each curve, both axes logarithmic; flat is what one wants. */
import { formatTime } from './report.mjs'

const width = 960
const panel = { left: 90, right: 760, height: 170, gap: 70 }
const colours = { quern: '#0b6e4f', kysely: '#8fb3d9', raw: '#9a9a9a' }
const ink = '#222222'
const faint = '#777777'

export function plotCurves(suite) {
  const names = [...new Set(suite.cases.map(({ curve }) => curve.name))]
  const parts = [write(20, 34, `${suite.title}: ${suite.unit}`, { size: 16, weight: 600 })]
  names.forEach((name, i) => {
    parts.push(
      ...drawCurve(
        suite.cases.filter(({ curve }) => curve.name === name),
        80 + i * (panel.height + panel.gap),
      ),
    )
  })
  const height = 60 + names.length * (panel.height + panel.gap)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function drawCurve(cases, top) {
  const bottom = top + panel.height
  const lines = new Map()
  for (const { curve, rows } of cases)
    for (const row of rows.filter(({ ns }) => ns)) lines.set(row.library, [...(lines.get(row.library) ?? []), { ...row, n: curve.n }])
  const times = [...lines.values()].flat().map(({ ns }) => ns.median)
  const x = scale(
    cases.map(({ curve }) => curve.n),
    panel.left,
    panel.right,
  )
  const y = scale([Math.min(...times) / 1.3, Math.max(...times) * 1.3], bottom, top)
  const parts = [write(20, top - 12, cases[0].curve.of, { weight: 600 })]
  for (const { curve } of cases) {
    parts.push(
      rule(x(curve.n), top, x(curve.n), bottom),
      write(x(curve.n), bottom + 16, curve.n.toLocaleString('en'), { anchor: 'middle', colour: faint }),
    )
  }
  for (const tick of ticks(times))
    parts.push(
      rule(panel.left, y(tick), panel.right, y(tick)),
      write(panel.left - 8, y(tick) + 4, formatTime(tick), { anchor: 'end', colour: faint }),
    )
  // names one below the other, in the order of their lines
  let free = top
  for (const [library, points] of [...lines].sort(([, a], [, b]) => y(a.at(-1).ns.median) - y(b.at(-1).ns.median))) {
    const path = points.map(({ n, ns }) => `${x(n).toFixed(1)},${y(ns.median).toFixed(1)}`).join(' ')
    parts.push(`<polyline points="${path}" fill="none" stroke="${colours[library]}" stroke-width="2.5"/>`)
    const last = points.at(-1)
    const at = Math.max(y(last.ns.median) + 4, free)
    free = at + 16
    parts.push(
      write(panel.right + 12, at, `${last.label}: ${formatTime(last.ns.median)}`, {
        colour: colours[library],
        weight: 600,
      }),
    )
  }
  return parts
}

function scale(values, from, to) {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))]
  return (value) => from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from)
}

/** 1, 2 and 5 of every decade that is shown. */
function ticks(values) {
  const [low, high] = [Math.min(...values) / 1.3, Math.max(...values) * 1.3]
  const found = []
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++)
    for (const step of [1, 2, 5]) if (step * 10 ** decade >= low && step * 10 ** decade <= high) found.push(step * 10 ** decade)
  return found
}

const escaped = (content) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const rule = (x1, y1, x2, y2) =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#dddddd"/>`
const write = (x, y, content, { size = 12, weight = 400, anchor = 'start', colour = ink } = {}) =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${escaped(content)}</text>`
