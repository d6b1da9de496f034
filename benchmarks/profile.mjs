/** The functions of a `.cpuprofile` in which the time is spent, by self time. */
import { readFileSync } from 'node:fs'

export function printProfile(file, most = 30) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'))
  const places = new Map(nodes.map((node) => [node.id, placeOf(node.callFrame)]))
  const self = new Map()
  let total = 0
  samples.forEach((id, i) => {
    const place = places.get(id)
    if (place.startsWith('(idle)') || place.startsWith('(program)')) return
    self.set(place, (self.get(place) ?? 0) + timeDeltas[i])
    total += timeDeltas[i]
  })
  const sorted = [...self].sort((a, b) => b[1] - a[1]).slice(0, most)
  for (const [place, time] of sorted) console.log(`${((100 * time) / total).toFixed(1).padStart(6)} %  ${place}`)
}

function placeOf({ functionName, url, lineNumber }) {
  const file = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/cases\//, 'cases/')
  return `${functionName || '(anonymous)'}${file ? `  ${file}:${lineNumber + 1}` : ''}`
}
