// Lines that esbuild broke within a string, `"o\⏎ne"`, broken after it instead. JavaScript allows the first, and bundlers that indent what they
// are given (Rollup's plugin for CommonJS) add their tabs to the string.
import { nodesIn, syntaxOf } from './syntax.mjs'

/** The code with its strings whole, and its map: the places behind such a string are further left. */
export async function wholeStrings(code, map) {
  const { body, bytes, start: from } = await syntaxOf(code)
  const broken = nodesIn(body, 'StringLiteral')
    .map(({ span }) => ({ start: span.start - from, end: span.end - from }))
    .filter(({ start, end }) => bytes.subarray(start, end).includes('\\\n'))
    .sort((a, b) => a.start - b.start)
  const lines = JSON.parse(map).mappings.split(';')
  const pieces = []
  let done = 1
  let line = 0
  for (const { start, end } of broken) {
    const before = bytes.toString('utf8', done, start)
    const parts = bytes.toString('utf8', start, end).split('\\\n')
    pieces.push(before, parts.join(''), '\n'.repeat(parts.length - 1))
    line += before.split('\n').length - 1 + parts.length - 1
    lines[line] = movedLeft(lines[line], parts.at(-1).length)
    done = end
  }
  pieces.push(bytes.toString('utf8', done))
  return { code: pieces.join(''), map: JSON.stringify({ ...JSON.parse(map), mappings: lines.join(';') }) }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The places of a line, each of which begins with how many columns it is behind the one before. */
function movedLeft(line, columns) {
  if (!line) return line
  let old = 0
  let last = 0
  const moved = line.split(',').map((place) => {
    const [behind, length] = numberIn(place)
    old += behind
    // what is mapped within the string begins with the line
    const now = Math.max(0, old - columns)
    const text = textOf(now - last) + place.slice(length)
    last = now
    return text
  })
  return moved.join(',')
}

/** A number in base 64, its lowest five bits first; the lowest of all is the sign, which a column has not. */
function numberIn(place) {
  let number = 0
  let length = 0
  for (let more = true; more; length++) {
    const digit = digits.indexOf(place[length])
    number |= (digit & 31) << (length * 5)
    more = digit > 31
  }
  return [number >> 1, length]
}

function textOf(number) {
  let text = ''
  let rest = number << 1
  do {
    const digit = rest & 31
    rest >>>= 5
    text += digits[rest > 0 ? digit | 32 : digit]
  } while (rest > 0)
  return text
}
