/** From samples to figures, and from figures to a table for the terminal. */
import { median } from './cases/measure.mjs'

/** Times are medians over rounds. A ratio is the median of each round's ratio to the base, so that a slow spell hits both sides. */
export function summarise(jobs, look) {
  const suites = new Map()
  for (const { suite, case: of, contenders } of jobs) {
    const base = contenders.find((contender) => contender.id === of.base)
    const baseSamples = look(suite, of, base).samples
    const rows = contenders.map((contender) => {
      const { samples, memory, failure, sql } = look(suite, of, contender)
      const row = { id: contender.id, library: contender.library, label: contender.label, base: contender === base }
      if (failure) return { ...row, failure }
      const ratios = samples.map((sample, round) => sample / baseSamples[round])
      const measured = {
        ...row,
        ns: spread(samples),
        ratio: spread(ratios),
        ...(memory !== undefined && { memory: Math.round(memory) }),
        ...(sql && { sql }),
      }
      if (!contender.target) return measured
      const { target } = contender
      const value = target.ns ? measured.ns.median : measured.ratio.median
      const small = target.memory === undefined || memory <= target.memory
      const hit = small && value <= (target.ns ?? target.ratio)
      if (!target.beside) return { ...measured, target, hit }
      const other = look(suite, of, contenders.find(({ id }) => id === target.beside.id) ?? base).samples
      const beside = spread(samples.map((sample, round) => sample / other[round]))
      return { ...measured, beside, target, hit: hit && beside.median <= target.beside.ratio }
    })
    if (!suites.has(suite.name))
      suites.set(suite.name, {
        name: suite.name,
        title: suite.title,
        unit: suite.unit,
        ...(suite.format && { format: suite.format }),
        cases: [],
      })
    suites.get(suite.name).cases.push({ name: of.name, title: of.title, ...(of.curve && { curve: of.curve }), rows })
  }
  return [...suites.values()]
}

function spread(samples) {
  return { median: round(median(samples)), min: round(Math.min(...samples)), max: round(Math.max(...samples)) }
}

/** Three digits are more than the method gives. */
const round = (value) => Number(value.toPrecision(3))

export function table(results) {
  const lines = []
  for (const suite of results.suites) {
    lines.push(suite.title, `  ${suite.unit}`)
    for (const of of suite.cases) {
      lines.push('', `  ${of.title}`)
      const cells = of.rows.map((row) => cellsOf(row, suite.format))
      const widths = cells.reduce((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), [])
      for (const row of cells) {
        const padded = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        lines.push(`    ${padded.join('  ')}`.trimEnd())
      }
    }
    lines.push('')
  }
  return lines.join('\n')
}

/** What has become slower: Quern's ratios that are more than a tenth above the committed ones, in building, compiling and reading rows. */
export function regressions(results, last) {
  const lines = []
  for (const suite of results.suites) {
    const before = last.suites.find(({ name }) => name === suite.name)
    for (const of of suite.cases.filter(({ name }) => suite.name === 'compile' || name === 'all' || name === 'thousand')) {
      const known = before?.cases.find(({ name }) => name === of.name)
      for (const row of of.rows.filter(({ library, ratio }) => library === 'quern' && ratio)) {
        const was = known?.rows.find(({ id }) => id === row.id)?.ratio?.median
        if (was && row.ratio.median > was * 1.1)
          lines.push(
            `SLOWER  ${suite.name}/${of.name}/${row.id}: ${formatRatio(row.ratio.median)} x, and ${formatRatio(was)} x in docs/benchmarks/results.json`,
          )
      }
    }
  }
  return lines
}

export function cellsOf(row, format) {
  if (row.failure) return [row.label, 'does not count', '', '', '', '']
  const { ns, ratio, beside, target, memory } = row
  const show = format === 'bytes' ? formatBytes : formatTime
  const limit = target && (target.ns ? show(target.ns) : `${target.ratio} x`)
  return [
    memory === undefined ? row.label : `${row.label} (${memory} MiB)`,
    show(ns.median),
    `(${show(ns.min)} – ${show(ns.max)})`,
    row.base ? 'base' : ratios(ratio) + (beside ? `; ${ratios(beside)} of ${target.beside.label}` : ''),
    target ? `target ≤ ${[limit, ...furtherLimits(target)].join(', ')}` : '',
    target ? (row.hit ? 'hit' : 'MISS') : '',
  ]
}

const ratios = ({ median, min, max }) => `${formatRatio(median)} x (${formatRatio(min)}–${formatRatio(max)})`
const furtherLimits = ({ memory, beside, then }) => [
  ...(memory ? [`${memory} MiB`] : []),
  ...(beside ? [`${beside.ratio} x of ${beside.label}`] : []),
  ...(then ? [`then ${then} x`] : []),
]

/** Three digits, also where they end in zeros. */
const digits = (value) => (value < 1000 ? value.toPrecision(3) : value.toFixed(0))
export const formatRatio = (ratio) => (ratio < 0.1 ? ratio.toFixed(3) : digits(ratio))
export const formatTime = (ns) => {
  if (ns < 1000) return `${digits(ns)} ns`
  if (ns < 1e6) return `${digits(ns / 1000)} µs`
  return ns < 1e9 ? `${digits(ns / 1e6)} ms` : `${digits(ns / 1e9)} s`
}
const formatBytes = (bytes) => `${digits(bytes / 1000)} kB`
export const formatIn = (format) => (format === 'bytes' ? formatBytes : formatTime)
