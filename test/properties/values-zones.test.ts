/** Dates, times and timestamps do not depend on the time zone of the program: written in one, they read the same in every other. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

/** Half an hour of summer time, half an hour of offset, and a zone that once left out a whole day. */
const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia']
const minutesOff = [0, 240, -330, -630, -780]
const minute = 60_000
const day = 1440 * minute

/** Milliseconds that a zone's clocks are ahead of UTC. */
function clockOf(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  return (time) => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
    return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - Math.floor(time / 1000) * 1000
  }
}

/** When a zone's clocks are put forward or back, with the offset before and after. */
function changesOf(zone: string): { readonly at: number; readonly before: number; readonly after: number }[] {
  const offset = clockOf(zone)
  const changes: { at: number; before: number; after: number }[] = []
  const end = Date.UTC(2038, 0, 1)
  for (let from = Date.UTC(1880, 0, 1), before = offset(from); from < end; from += 14 * day) {
    const after = offset(from + 14 * day)
    if (after !== before) {
      let [low, high] = [from, from + 14 * day]
      while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000
        if (offset(middle) === before) low = middle
        else high = middle
      }
      changes.push({ at: high, before, after })
    }
    before = after
  }
  return changes
}

const moments = (() => {
  const times = new Set<number>()
  for (const { at, before, after } of zones.flatMap(changesOf)) {
    // the moments themselves, and those whose UTC reads like the clock that the zone leaves out or has twice
    for (const time of [at - 1, at, at + 1]) times.add(time)
    const [first, last] = [at + Math.min(before, after), at + Math.max(before, after)]
    for (const time of [first - 1, first, Math.floor((first + last) / 2), last - 1, last]) times.add(time)
  }
  for (const year of [1, 99, 100, 1582, 1883, 1969, 1970, 2038, 9999]) {
    const first = new Date(0).setUTCFullYear(year, 0, 1)
    const last = new Date(0).setUTCFullYear(year, 11, 31) + day - 1
    for (const time of [first, first + 12 * 60 * minute, last, last - 12 * 60 * minute]) times.add(time)
  }
  return [...times]
    .sort((a, b) => a - b)
    .map((time, i) => ({
      id: i + 1,
      time,
      stamp: new Date(time)
        .toISOString()
        .slice(0, -1)
        .replace('T', ' ')
        .replace(/\.?0+$/, ''),
    }))
})()

interface Answer {
  readonly zone: string
  readonly offset: number
  readonly seen: number
}
function run(work: 'write' | 'read', zone: string, url: string, file: string): Promise<Answer> {
  const environment = { ...process.env, NODE_OPTIONS: '', TZ: zone, WORK: work, URL_OF_TEST: url, MOMENTS: file, ZONES: zones.join() }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(__dirname, 'values-zones-program.mjs')], { env: environment, timeout: 300_000 })
    let printed = ''
    child.stdout.on('data', (bytes) => (printed += bytes))
    child.stderr.on('data', (bytes) => (printed += bytes))
    child.on('error', reject)
    child.on('close', (code, signal) =>
      code === 0 ? resolve(JSON.parse(printed)) : reject(new Error(`${work} in ${zone} ended with ${signal ?? code}: ${printed}`)),
    )
  })
}

test('the moments: every change of the clocks, and the ends of time', () => {
  // Apia went from 29 to 31 December 2011 at midnight; Lord Howe's half hour in 2024; New York's first hour in 1918
  const stamps = new Set(moments.map(({ stamp }) => stamp))
  for (const stamp of [
    '2011-12-30 10:00:00',
    '2011-12-30 12:00:00',
    '2024-10-05 15:30:00',
    '2024-10-06 02:15:00',
    '1918-03-31 07:00:00',
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59.999',
  ])
    expect(stamps).toContain(stamp)
  expect(moments.length).toBeGreaterThan(3000)
})

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  const folder = mkdtempSync(join(tmpdir(), 'quern-zones-'))
  const file = join(folder, 'moments.json')
  beforeAll(async () => {
    if (!existsSync(join(__dirname, '../../packages/quern/dist/index.js')))
      throw new Error('packages/quern is not built; run: npm run build')
    writeFileSync(file, JSON.stringify(moments))
    database = await freshDatabase(target)
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await database.drop()
  })

  test('what one zone writes, every zone reads', async () => {
    const answers: Answer[] = []
    for (const zone of zones) answers.push(await run('write', zone, database.url, file))
    for (const zone of zones) answers.push(await run('read', zone, database.url, file))
    expect(answers.map(({ zone }) => zone.replace('Calcutta', 'Kolkata'))).toEqual([...zones, ...zones])
    expect(answers.map(({ offset }) => offset)).toEqual([...minutesOff, ...minutesOff])
    for (const { seen } of answers.slice(0, zones.length)) expect(seen).toBe(3 * moments.length)
    for (const { seen } of answers.slice(zones.length)) expect(seen).toBe(4 * zones.length * moments.length)
  }, 900_000)
})
