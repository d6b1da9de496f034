// What a source file imports, and which of Node's globals it uses, from its syntax tree.
import { parseSync } from '@swc/core'

const globals = new Set(['Buffer', 'process', 'global', 'require', '__dirname', '__filename', 'setImmediate', 'clearImmediate', 'NodeJS'])

/**
 * @param {string} text
 * @returns {{ imports: { specifier: string | undefined, line: number, typeOnly: boolean }[], globals: { name: string, line: number }[] }}
 */
export function readSource(text) {
  // Offsets count from the first token, in bytes; the semicolon makes that the start of the file. A `#!` may stand only at a start.
  const bytes = Buffer.from(`;${text.replace(/^#!/, '//')}`)
  const tree = parseSync(bytes.toString(), { syntax: 'typescript', target: 'es2022', decorators: true })
  const base = tree.span.start
  const lineAt = (offset) =>
    bytes
      .subarray(0, offset - base)
      .toString()
      .split('\n').length
  const found = { imports: [], globals: [] }
  const add = (source, at, typeOnly = false) =>
    found.imports.push({ specifier: source?.type === 'StringLiteral' ? source.value : undefined, line: lineAt(at.span.start), typeOnly })

  visit(tree, (node) => {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') add(node.source, node, node.typeOnly)
    else if (node.type === 'ExportNamedDeclaration' && node.source) add(node.source, node, node.typeOnly)
    else if (node.type === 'CallExpression' && node.callee.type === 'Import') add(node.arguments[0].expression, node)
    else if (node.type === 'CallExpression' && node.callee.value === 'require' && node.callee.ctxt === unresolved)
      add(node.arguments[0]?.expression, node)
    else if (node.type === 'TsImportType') add(node.argument, node, true)
    else if (node.type === 'TsExternalModuleReference') add(node.expression, node)
    else if (node.type === 'TsModuleDeclaration' && node.id.type === 'StringLiteral') add(node.id, node, true)
    else if (node.type === 'Identifier' && node.ctxt === unresolved && globals.has(node.value))
      found.globals.push({ name: node.value, line: lineAt(node.span.start) })
    else if (
      node.type === 'MemberExpression' &&
      isGlobalThis(node.object) &&
      node.property.value !== 'process' &&
      globals.has(node.property.value)
    )
      found.globals.push({ name: `globalThis.${node.property.value}`, line: lineAt(node.span.start) })
  })
  for (const match of text.matchAll(/^\/\/\/\s*<reference\s+types="([^"]+)"/gm))
    found.imports.push({
      specifier: match[1] === 'node' ? 'node:' : match[1],
      line: text.slice(0, match.index).split('\n').length,
      typeOnly: true,
    })
  return found
}

/** The mark that swc's resolver puts on a name that no scope of the file declares. */
const unresolved = 1

function visit(node, enter) {
  if (Array.isArray(node)) for (const child of node) visit(child, enter)
  else if (typeof node === 'object' && node !== null) {
    if (node.type) enter(node)
    for (const child of Object.values(node)) visit(child, enter)
  }
}

function isGlobalThis(node) {
  if (node.type === 'ParenthesisExpression' || node.type === 'TsAsExpression' || node.type === 'TsNonNullExpression')
    return isGlobalThis(node.expression)
  return node.type === 'Identifier' && node.value === 'globalThis'
}
