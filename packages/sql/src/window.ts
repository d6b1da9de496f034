/** OVER. */
import type { FrameBound, FrameNode, WindowNode, WindowParts } from '@quern/expression'
import { type AggregateName, CompileError } from '@quern/expression'
import { UnsupportedFeatureError } from './errors.js'
import { sortKeyOf, writeOrder } from './order.js'
import type { Writer } from './writer.js'

export function writeWindow(node: WindowNode, out: Writer): void {
  const { call } = node
  if (call.kind === 'aggregate' && !call.custom && !out.dialect.aggregates[call.name as AggregateName].windowed(call)) {
    throw new UnsupportedFeatureError(out.dialect, 'windowedCollection', `${call.name}() with OVER`, 'aggregate in a subquery and join it')
  }
  out.expression(call)
  if (node.name !== undefined) {
    out.text += ' OVER '
    out.identifier(node.name)
    return
  }
  out.text += ' OVER ('
  writeWindowParts(node, out)
  out.text += ')'
}

/** What stands in the parentheses of OVER, and of each window in the WINDOW clause. */
export function writeWindowParts(parts: WindowParts, out: Writer): void {
  let gap = ''
  if (parts.partitionBy.length > 0) {
    out.text += 'PARTITION BY '
    out.list(parts.partitionBy, (key) => out.expression(key))
    gap = ' '
  }
  if (parts.orderBy.length > 0) {
    out.text += `${gap}ORDER BY `
    out.list(parts.orderBy, (key) => writeOrder(key, out))
    gap = ' '
  }
  if (parts.frame) {
    out.text += gap
    writeFrame(parts.frame, parts, out)
  }
}

function writeFrame(frame: FrameNode, parts: WindowParts, out: Writer): void {
  if (frame.unit === 'groups') out.require('groupsFrame', 'GROUPS frames', 'use rows or range')
  const numbers = frame.unit === 'range' && (typeof frame.start === 'number' || typeof frame.end === 'number')
  // an emulated NULLS LAST is a second key, from which nothing can be counted
  if (numbers && parts.orderBy[0]!.nulls !== undefined)
    throw new CompileError('a RANGE frame with numbers needs a plain orderBy key, without nullsFirst() or nullsLast()')
  if (numbers && sortKeyOf(parts.orderBy[0]!, out.dialect) !== parts.orderBy[0])
    throw new UnsupportedFeatureError(
      out.dialect,
      'numericArithmetic',
      'RANGE frame with numbers over exact numerics, which it stores as text',
      'use rows',
    )
  out.text += `${frame.unit.toUpperCase()} BETWEEN ${boundText(frame.start)} AND ${boundText(frame.end)}`
  if (frame.exclude !== undefined) {
    out.require('frameExclude', 'EXCLUDE in window frames', 'subtract the row itself, or use two frames')
    out.text += ` EXCLUDE ${frame.exclude.toUpperCase()}`
  }
}

/** The numbers were checked when the window was built: nothing but digits comes here. */
function boundText(bound: FrameBound): string {
  if (typeof bound !== 'number') return bound.toUpperCase()
  return bound === 0 ? 'CURRENT ROW' : `${Math.abs(bound)} ${bound < 0 ? 'PRECEDING' : 'FOLLOWING'}`
}
