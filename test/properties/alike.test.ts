/**
 * The compiler keeps what it wrote for statements that differ in their values only. Held against tables for which nothing was kept: the same
 * statement over them must come out the same, or be refused in the same words.
 */
import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { type Dialect, planOf } from '@quern/sql'
import { anyStatement, type Draw, makeTables } from './alike-statements.js'

/** As many statements, and for each so many that differ from it in one choice or none. */
const originals = Number(process.env.QUERN_TEST_ALIKE ?? 100)
const variants = 16
const seed = Number(process.env.QUERN_TEST_SEED ?? Date.now() % 1_000_000)

function mixed(a: number, b: number): number {
  let t = Math.imul(a ^ (b * 0x9e3779b1), 0x85ebca6b)
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35)
  return (t ^ (t >>> 16)) >>> 0
}

/** The choices of the original, but for one in a variant; the first two have none, since only what comes again is kept. */
function drawFrom(original: number, variant: number): Draw {
  const changed = variant > 1 ? mixed(original, variant) % 24 : -1
  let at = 0
  return (...choices) => choices[mixed(at === changed ? original * 31 + variant : original, at++) % choices.length]!
}

const shown = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** All that a driver and a reader of rows learn from a plan. */
function told(make: () => object, dialect: Dialect): string {
  try {
    const plan = planOf(make(), dialect)
    const { kind, text, types, returnsRows, secret, upserts, rowCount, holes, wide, forms, parts } = plan
    const hidden = secret ? holes.map((_, i) => plan.hides(i)) : []
    const rows = returnsRows ? plan.decode([new Array(20).fill(null)]) : []
    const targets = holes.map(({ parameter: { target, type, name } }) => [target?.key, type.name, name])
    const all = { kind, text, types, returnsRows, secret, upserts, rowCount, wide, forms, hidden, rows, targets, values: plan.bind() }
    return JSON.stringify({ ...all, parts: parts?.map((part) => [part.text, part.bind()]) }, shown)
  } catch (error) {
    return String(error)
  }
}

describe.each([postgres, mysql, mariadb, sqlite])('on $title', (dialect) => {
  test('a statement is written as if it were the first one', () => {
    const texts = new Set<string>()
    let [refused, repeated] = [0, 0]
    for (let i = 0; i < originals; i++) {
      const warm = makeTables()
      for (let variant = 0; variant < variants; variant++) {
        const draw = () => drawFrom(seed + i, variant)
        const kept = told(() => anyStatement(draw(), warm), dialect)
        const fresh = told(() => anyStatement(draw(), makeTables()), dialect)
        if (kept !== fresh) throw new Error(`seed ${seed}, statement ${i}, variant ${variant}:\nkept  ${kept}\nfresh ${fresh}`)
        const text: string = kept.startsWith('{') ? JSON.parse(kept).text : ''
        if (text === '') refused++
        else if (texts.has(text)) repeated++
        texts.add(text)
      }
    }
    // many a statement has a text that another one has, and many have one of their own
    expect(repeated).toBeGreaterThan(originals)
    expect(texts.size).toBeGreaterThan(originals)
    expect(refused).toBeLessThan((originals * variants * 3) / 4)
  })
})
