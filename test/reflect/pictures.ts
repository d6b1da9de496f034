/** Reads a picture the hard way: a strict reader of XML, and what is drawn where. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: (Element | string)[]
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
// what XML 1.0 allows as a character
const characters = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

function decoded(text: string): string {
  if (/&(?!(amp|lt|gt|quot|apos);)/.test(text) || !characters.test(text)) throw new Error(`not well-formed: ${JSON.stringify(text)}`)
  return text.replace(/&(\w+);/g, (_, name: string) => entities[name]!)
}

/** Throws unless the text is one well-formed element. */
export function parsed(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] }
  const open = [root]
  let at = 0
  for (const match of text.trimEnd().matchAll(/<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(\/?)>/g)) {
    const [whole, closing, name, attributes, empty] = match as unknown as [string, string, string, string, string]
    const between = text.slice(at, match.index)
    if (between.includes('<')) throw new Error(`not well-formed: ${between}`)
    if (between !== '') open.at(-1)!.children.push(decoded(between))
    at = match.index + whole.length
    if (closing) {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes nothing`)
      continue
    }
    const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, decoded(value!)] as const)
    if (new Set(pairs.map(([key]) => key)).size !== pairs.length) throw new Error(`an attribute twice in ${whole}`)
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [] }
    open.at(-1)!.children.push(element)
    if (!empty) open.push(element)
  }
  if (open.length !== 1 || text.slice(at).trim() !== '' || root.children.length !== 1) throw new Error('is not one element')
  return root.children[0] as Element
}

export const textOf = (element: Element): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')

export function* all(element: Element): Generator<Element> {
  yield element
  for (const child of element.children) if (typeof child !== 'string') yield* all(child)
}

export const ofClass = (root: Element, name: string): Element[] => [...all(root)].filter(({ attributes }) => attributes.class === name)
/** The texts of `<title>` right in the elements of a class. */
export const titles = (root: Element, name: string): string[] =>
  ofClass(root, name).map(({ children }) =>
    textOf(children.find((child): child is Element => typeof child !== 'string' && child.name === 'title')!),
  )

export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}
interface Segment extends Rectangle {
  readonly net: number
}

const number = ({ attributes }: Element, key: string): number => Number(attributes[key])
export const rectangles = (root: Element, name: string): Rectangle[] =>
  ofClass(root, name).map((one) => ({
    left: number(one, 'x'),
    top: number(one, 'y'),
    right: number(one, 'x') + number(one, 'width'),
    bottom: number(one, 'y') + number(one, 'height'),
  }))

/** The straight pieces of a path, a curve as the two sides of its corner. */
function pieces(d: string, net: number): Segment[] {
  const found: Segment[] = []
  let [x, y] = [0, 0]
  const to = (nextX: number, nextY: number) => {
    found.push({ net, left: Math.min(x, nextX), right: Math.max(x, nextX), top: Math.min(y, nextY), bottom: Math.max(y, nextY) })
    x = nextX
    y = nextY
  }
  for (const [, command, list] of d.matchAll(/([A-Za-z])([-\d.\s]*)/g)) {
    const values = list!.trim().split(/\s+/).map(Number)
    const [a, b, c, e] = values as [number, number, number, number]
    if (command === 'M') [x, y] = [a, b]
    else if (command === 'L') to(a, b)
    else if (command === 'H') to(a, y)
    else if (command === 'V') to(x, a)
    else if (command === 'h') to(x + a, y)
    else if (command === 'v') to(x, y + a)
    else if (command === 'Q') {
      to(a, b)
      to(c, e)
    } else throw new Error(`what is ${command} in ${d}`)
  }
  return found
}

/** Every line of every net, the marks at its ends too. */
export const segments = (root: Element): Segment[] =>
  ofClass(root, 'net').flatMap((net, n) =>
    [...all(net)].flatMap(({ name, attributes }) => (name === 'path' ? pieces(attributes.d!, n) : [])),
  )

const within = (a: Rectangle, b: Rectangle, apart: number): boolean =>
  a.left < b.right + apart && b.left < a.right + apart && a.top < b.bottom + apart && b.top < a.bottom + apart

const band = 100

/** For each rectangle the others that may touch it: those whose heights share a band. */
function* near<A extends Rectangle, B extends Rectangle>(
  as: readonly A[],
  bs: readonly B[],
  apart: number,
): Generator<[A, B, number, number]> {
  const bands = new Map<number, number[]>()
  const of = ({ top, bottom }: Rectangle, more: number) => {
    const first = Math.floor((top - more) / band)
    return Array.from({ length: Math.floor((bottom + more) / band) - first + 1 }, (_, i) => first + i)
  }
  bs.forEach((b, i) => {
    for (const at of of(b, 0)) bands.set(at, [...(bands.get(at) ?? []), i])
  })
  for (const [i, a] of as.entries()) {
    const found = new Set(of(a, apart).flatMap((at) => bands.get(at) ?? []))
    for (const j of found) if (within(a, bs[j]!, apart)) yield [a, bs[j]!, i, j]
  }
}

/** Pairs of boxes that come closer than that. */
export const tooClose = (boxes: readonly Rectangle[], apart: number): [Rectangle, Rectangle][] =>
  [...near(boxes, boxes, apart)].flatMap(([a, b, i, j]): [Rectangle, Rectangle][] => (i < j ? [[a, b]] : []))

/** Lines that run through a box. */
export const through = (lines: readonly Segment[], boxes: readonly Rectangle[]): [Segment, Rectangle][] =>
  [...near(lines, boxes, -0.01)].map(([line, box]) => [line, box])

/** Lines of two nets that lie on one another for a while, so that nobody can tell where they lead. */
export function together(lines: readonly Segment[]): [Segment, Segment][] {
  const level = (a: Segment, b: Segment) =>
    a.top === a.bottom && b.top === b.bottom && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
  const upright = (a: Segment, b: Segment) =>
    a.left === a.right && b.left === b.right && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3
  return [...near(lines, lines, 3)].flatMap(([a, b, i, j]): [Segment, Segment][] =>
    i < j && a.net !== b.net && (level(a, b) || upright(a, b)) ? [[a, b]] : [],
  )
}

/** Where a text lies, in the font that it asks for: fixed width, 0.61 of its size. */
export function textPlaces(root: Element): (Rectangle & { readonly text: string })[] {
  const sizes: Readonly<Record<string, number>> = { title: 13, mark: 9, schema: 28, group: 15, legend: 11 }
  return [...all(root)].flatMap((one) => {
    if (one.name !== 'text' || one.attributes.class === 'legend') return []
    const size = sizes[one.attributes.class ?? ''] ?? 12
    const text = textOf(one)
    const width = [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 1.22 : 0.61), 0) * size
    const x = number(one, 'x')
    const anchor = one.attributes['text-anchor']
    const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x
    const y = number(one, 'y')
    return [{ text, left, right: left + width, top: y - size * 0.8, bottom: y + size * 0.2 }]
  })
}

/** Everything that is wrong with a picture. */
export function faults(root: Element): unknown[] {
  const boxes = rectangles(root, 'box')
  const lines = segments(root)
  const [width, height] = [number(root, 'width'), number(root, 'height')]
  const outside = [...boxes, ...lines].filter(({ left, right, top, bottom }) => left < 0 || top < 0 || right > width || bottom > height)
  const texts = textPlaces(root)
  const struck = [...near(lines, texts, 0)].map(([line, text]) => [line, text])
  return [...tooClose(boxes, 19), ...through(lines, boxes), ...together(lines), ...outside, ...tooClose(texts, 0), ...struck]
}
