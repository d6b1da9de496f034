/** From samples to figures, and from figures to a table for the terminal. */
import { median } from './cases/measure.mjs'

/** Times are medians over rounds. A ratio is the median of each round's ratio to the base, so that a slow spell hits both sides. */
export function summarise(jobs, look) {
  const suites = new Map()
  for (const { suite, case: of, contenders } of jobs) {
    const base = contenders.find((contender) => contender.id === of.base)
    const baseSamples = look(suite, of, base).samples
    const rows = contenders.map((contender) => {
      const { samples, failure, sql } = look(suite, of, contender)
      const row = { id: contender.id, library: contender.library, label: contender.label, base: contender === base }
      if (failure) return { ...row, failure }
      const ratios = samples.map((sample, round) => sample / baseSamples[round])
      const measured = { ...row, ns: spread(samples), ratio: spread(ratios), ...(sql && { sql }) }
      if (!contender.target) return measured
      const value = contender.target.ns ? measured.ns.median : measured.ratio.median
      return { ...measured, target: contender.target, hit: value <= (contender.target.ns ?? contender.target.ratio) }
    })
    if (!suites.has(suite.name)) suites.set(suite.name, { name: suite.name, title: suite.title, unit: suite.unit, cases: [] })
    suites.get(suite.name).cases.push({ name: of.name, title: of.title, rows })
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
      const cells = of.rows.map(cellsOf)
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

/** The same for `docs/benchmarks.md`. */
export function markdown(results) {
  const { machine, load, node, versions, rounds, date } = results
  const names = Object.entries(versions).map((pair) => pair.join(' '))
  const lines = [
    `${date}; ${machine}; Node ${node.version} (${node.origin}); ${names.join(', ')}. Median of ${rounds} rounds, lowest and highest in parentheses.`,
    `Load of the machine before the run ${load.before.toFixed(2)}, after it ${load.after.toFixed(2)} (the run itself is 1).`,
  ]
  for (const suite of results.suites) {
    lines.push('', `## ${suite.title}`, '', `Time ${suite.unit}.`)
    if (suite.measured) {
      const { date: day, node: on, versions: of, rounds: times, load: busy } = suite.measured
      lines.push(
        `Measured by itself on ${day}: Node ${on}; ${Object.entries(of)
          .map((pair) => pair.join(' '))
          .join(', ')}; ${times} rounds; load before ${busy.before.toFixed(2)}, after ${busy.after.toFixed(2)}.`,
      )
    }
    for (const of of suite.cases) {
      lines.push('', `**${of.title}**`, '', '| | time | | ratio to the base | target | |', '|---|---|---|---|---|---|')
      for (const row of of.rows) lines.push(`| ${cellsOf(row).join(' | ').replace('target ', '')} |`)
    }
  }
  return lines.join('\n')
}

function cellsOf(row) {
  if (row.failure) return [row.label, 'does not count', '', '', '', '']
  const { ns, ratio, target } = row
  const goal = target && (target.ns ? `target ≤ ${target.ns} ns` : `target ≤ ${target.ratio} x`)
  return [
    row.label,
    formatTime(ns.median),
    `(${formatTime(ns.min)} – ${formatTime(ns.max)})`,
    row.base ? 'base' : `${formatRatio(ratio.median)} x (${formatRatio(ratio.min)}–${formatRatio(ratio.max)})`,
    goal ?? '',
    target ? (row.hit ? 'hit' : 'MISS') : '',
  ]
}

/** Three digits, also where they end in zeros. */
const digits = (value) => (value < 1000 ? value.toPrecision(3) : value.toFixed(0))
export const formatRatio = (ratio) => (ratio < 0.1 ? ratio.toFixed(3) : digits(ratio))
export const formatTime = (ns) => (ns < 1000 ? `${digits(ns)} ns` : `${digits(ns / 1000)} µs`)
