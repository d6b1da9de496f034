/** Which tables belong together, by their foreign keys: those within a group refer to each other more than to others. */

import type { Link } from './pack.js'

/** Beyond this many tables a group is no longer taken in at a glance. */
const largest = 14
/** What hangs together and is no more than this is not taken apart. */
const whole = 12

/** Groups of the numbers below `count`; those without any link are in the last one. The same for the same input. */
export function clusters(count: number, links: readonly Link[]): number[][] {
  const between = links.filter(({ a, b }) => a !== b)
  const linked = new Set(between.flatMap(({ a, b }) => [a, b]))
  const groups = components(count, between)
    .filter(([first]) => linked.has(first!))
    .flatMap((component) => (component.length <= whole ? [component] : taken(component, between)))
  const alone = Array.from({ length: count }, (_, i) => i).filter((i) => !linked.has(i))
  return [...groups, ...(alone.length > 0 ? [alone] : [])]
}

/** What is linked, directly or not. */
function components(count: number, links: readonly Link[]): number[][] {
  const root = Array.from({ length: count }, (_, i) => i)
  const find = (i: number): number => {
    while (root[i] !== i) i = root[i] = root[root[i]!]!
    return i
  }
  for (const { a, b } of links) root[Math.max(find(a), find(b))] = Math.min(find(a), find(b))
  const found = new Map<number, number[]>()
  for (let i = 0; i < count; i++) found.set(find(i), [...(found.get(find(i)) ?? []), i])
  return [...found.values()]
}

/** A component taken apart. */
function taken(component: readonly number[], links: readonly Link[]): number[][] {
  const place = new Map(component.map((member, i) => [member, i]))
  const own = links.flatMap(({ a, b }) => (place.has(a) ? [{ a: place.get(a)!, b: place.get(b)! }] : []))
  return withoutSingles(merged(component.length, own), own).map((group) => group.map((i) => component[i]!))
}

/** Joins, again and again, the two groups whose union gains most (modularity), while it gains and stays small. */
function merged(count: number, links: readonly Link[]): number[][] {
  const groups = new Map<number, number[]>(Array.from({ length: count }, (_, i) => [i, [i]]))
  const degree = new Map<number, number>()
  const weights = new Map<number, Map<number, number>>()
  const add = (a: number, b: number, weight: number) => {
    const own = weights.get(a) ?? new Map<number, number>()
    weights.set(a, own.set(b, (own.get(b) ?? 0) + weight))
  }
  for (const { a, b } of links) {
    add(a, b, 1)
    add(b, a, 1)
    for (const end of [a, b]) degree.set(end, (degree.get(end) ?? 0) + 1)
  }
  const total = 2 * links.length
  for (;;) {
    let best: { gain: number; a: number; b: number } | undefined
    for (const [a, own] of weights)
      for (const [b, weight] of own) {
        if (a >= b || groups.get(a)!.length + groups.get(b)!.length > largest) continue
        const gain = weight / total - (degree.get(a)! * degree.get(b)!) / total ** 2
        // what is small is joined first among equals, or groups would grow one by one
        const better = best === undefined ? 1 : gain - best.gain || best.a - a || best.b - b
        if (gain > 0 && better > 0) best = { gain, a, b }
      }
    if (!best) return [...groups.values()].map((group) => group.sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!)
    const { a, b } = best
    groups.set(a, [...groups.get(a)!, ...groups.get(b)!])
    groups.delete(b)
    degree.set(a, degree.get(a)! + degree.get(b)!)
    for (const [other, weight] of weights.get(b)!) {
      weights.get(other)!.delete(b)
      if (other === a) continue
      add(a, other, weight)
      add(other, a, weight)
    }
    weights.delete(b)
  }
}

/** A table that is left over goes to the group that it has most to do with, whatever its size. */
function withoutSingles(groups: readonly number[][], links: readonly Link[]): number[][] {
  const kept = groups.filter((group) => group.length > 1).map((group) => [...group])
  for (const group of groups) {
    if (group.length > 1) continue
    const [single] = group as [number]
    const near = new Set(links.flatMap(({ a, b }) => (a === single ? [b] : b === single ? [a] : [])))
    const shared = kept.map((one) => one.filter((i) => near.has(i)).length)
    const best = shared.indexOf(Math.max(...shared))
    if (best < 0 || shared[best] === 0) kept.push([single])
    else kept[best]!.push(single)
  }
  return kept.map((group) => group.sort((a, b) => a - b))
}
