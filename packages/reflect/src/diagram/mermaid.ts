/** The picture as Mermaid's `erDiagram`. Its grammar has words that count anywhere in a line, so names are written in what none of them can begin or end. */
import type { Drawing, DrawnColumn, DrawnReference, DrawnTable } from './model.js'
import { shown } from './text.js'

const coded = (character: string): string => `#${character.codePointAt(0)};`

/** Inside quotes; `#39;` is Mermaid's way to write a character. A name cannot end the quotes, begin a directive or a comment, or be markup. */
const quoted = (text: string): string =>
  `"${shown(text)
    .replace(/[^\p{L}\p{M}\p{N} _.,:()→-]/gu, coded)
    .replace(/direction(?=\s)/gi, (word) => coded(word[0]!) + word.slice(1))}"`

/** A type or a name of a column is one word of few characters; where that changes it, the comment has it as it is. */
const word = (text: string): string => {
  const plain = text
    .replace(/, /g, ',')
    .replace(/[^A-Za-z0-9_()[\],.-]+/g, '_')
    .replace(/^(?![A-Za-z_])/, '_')
  // a word that is the name of a kind of key would be read as one
  return /^(PK|FK|UK)(?![A-Za-z0-9_])/i.test(plain) ? `_${plain}` : plain
}

export function mermaidOf({ tables, references }: Drawing): string {
  const several = new Set(tables.map(({ schema }) => schema)).size > 1
  const nameOf = ({ schema, name }: DrawnTable) => quoted(several ? `${schema}.${name}` : name)
  const names = distinct(tables.map(nameOf))
  return [
    'erDiagram',
    ...tables.flatMap((table, i) => entityOf(table, names[i]!)),
    ...references.map((reference) => `  ${names[reference.to]} ${lineOf(reference)} ${names[reference.from]} : ${labelOf(reference)}`),
    '',
  ].join('\n')
}

/** Two names that are written alike would be one table. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((wanted) => {
    let name = wanted
    for (let i = 2; taken.has(name); i++) name = `${wanted.slice(0, -1)} ${i}"`
    taken.add(name)
    return name
  })
}

function entityOf({ columns }: DrawnTable, name: string): string[] {
  if (columns.length === 0) return [`  ${name}`]
  return [`  ${name} {`, ...columns.map((column) => `    ${attributeOf(column)}`), '  }']
}

function attributeOf({ name, type, primary, foreign, unique, nullable }: DrawnColumn): string {
  const keys = [primary && 'PK', foreign && 'FK', unique && 'UK'].filter((key) => key !== false).join(', ')
  const comment = [word(name) === name ? '' : name, word(type) === type.replace(/, /g, ',') ? '' : type, nullable ? 'null' : ''].filter(
    (part) => part !== '',
  )
  return [word(type), word(name), keys, comment.length > 0 ? quoted(comment.join(', ')) : ''].filter((part) => part !== '').join(' ')
}

const lineOf = ({ once, optional }: DrawnReference): string => `${optional ? '|o' : '||'}--${once ? 'o|' : 'o{'}`

const labelOf = ({ columns }: DrawnReference): string => quoted(columns.join(', '))
