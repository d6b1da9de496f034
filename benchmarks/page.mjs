/** From results to the part of `docs/benchmarks.md` between its two marks. */
import { cellsOf, formatIn, formatRatio } from './report.mjs'

/** `pictures` says which file shows a suite. */
export function markdown({ machine, suites, types }, pictures) {
  const lines = [`${machine}.`, ...commonLines(suites), ...targetLines(suites, types)]
  for (const suite of suites) lines.push(...suiteLines(suite, commonOf(suites), pictures(suite.name)))
  if (types) lines.push(...typeLines(types))
  return lines.join('\n')
}

/** What all suites were measured with; what differs stands with the suite. */
function commonOf(suites) {
  const [first, ...others] = suites.map(({ measured }) => ({ Node: measured.node, ...measured.versions }))
  return Object.fromEntries(Object.entries(first).filter(([name, version]) => others.every((other) => other[name] === version)))
}

function commonLines(suites) {
  const names = Object.entries(commonOf(suites)).map((pair) => pair.join(' '))
  return [
    `${names.join(', ')}. Times are medians over rounds, lowest and highest in parentheses; ratios are medians of the rounds' own. The load is that of the machine, of which the run itself is 1.`,
  ]
}

function targetLines(suites, types) {
  const rows = suites.flatMap((suite) =>
    suite.cases.flatMap((of) =>
      of.rows
        .filter((row) => row.target && !row.failure)
        .map((row) => {
          const [label, , , , limit, verdict] = cellsOf(row, suite.format)
          const inTime = row.target.ns !== undefined
          const ratios = [row.ratio, ...(row.beside ? [row.beside] : [])].map(({ median }) => `${formatRatio(median)} x`)
          const value = inTime ? formatIn(suite.format)(row.ns.median) : ratios.join(', ')
          return `| ${suite.title} | ${of.title} | ${label} | ${value} | ${limit.replace('target ', '')} | ${verdict} |`
        }),
    ),
  )
  const counted = (types?.rows ?? [])
    .filter(({ target }) => target)
    .map(
      (row) =>
        `| Type checking | ${row.tables} tables | ${row.compiler} | ${row.ratio} x | ≤ ${row.target} x | ${row.hit ? 'hit' : 'MISS'} |`,
    )
  const all = [...rows, ...counted]
  const hits = all.filter((row) => row.endsWith(' hit |')).length
  return [
    '',
    '## Targets',
    '',
    `${hits} of ${all.length} reached.`,
    '',
    '| suite | case | | measured | target | |',
    '|---|---|---|---|---|---|',
    ...all,
  ]
}

function suiteLines(suite, common, picture) {
  const { date, node, versions, rounds, load } = suite.measured
  const own = Object.entries({ Node: node, ...versions }).filter(([name, version]) => common[name] !== version)
  const lines = [
    '',
    `## ${suite.title}`,
    '',
    `${suite.format === 'bytes' ? 'Bytes' : 'Time'} ${suite.unit}.`,
    `Measured on ${date}${own.length > 0 ? ` with ${own.map((pair) => pair.join(' ')).join(', ')}` : ''}; rounds: ${rounds}; load before ${load.before.toFixed(2)}, after ${load.after.toFixed(2)}.`,
    '',
    `![${suite.title}](${picture})`,
  ]
  for (const of of suite.cases) {
    const measure = suite.format === 'bytes' ? 'size' : 'time'
    lines.push('', `**${of.title}**`, '')
    if (of.measured) lines.push(`Measured again: quern ${of.measured.versions.quern}; rounds: ${of.measured.rounds}.`, '')
    lines.push(`| | ${measure} | | ratio to the base | target | |`, '|---|---|---|---|---|---|')
    for (const row of of.rows) lines.push(`| ${cellsOf(row, suite.format).join(' | ').replace('target ', '')} |`)
  }
  return lines
}

/** Counts do not depend on the machine; seconds do. */
function typeLines({ date, rows }) {
  const shown = ({ instantiations, seconds }) => `${instantiations.toLocaleString('en')} (${seconds} s)`
  return [
    '',
    '## Type checking',
    '',
    `60 mixed queries: the compiler's type instantiations, and the seconds of its check. Counted on ${date}.`,
    '',
    '| | tables | Quern | Kysely | Drizzle 0.45 | Drizzle 1.0 rc | Quern to Kysely | target | |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => {
      const counts = ['quern', 'kysely', 'drizzle', 'drizzle-next'].map((name) => shown(row[name]))
      const goal = row.target ? [`≤ ${row.target} x`, row.hit ? 'hit' : 'MISS'] : ['', '']
      return `| ${[row.compiler, row.tables, ...counts, `${row.ratio} x`, ...goal].join(' | ')} |`
    }),
  ]
}
