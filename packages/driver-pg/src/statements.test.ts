import type { CellForm } from '@quern/sql'
import { Statement } from './statements.js'

function formatsOf(forms: readonly CellForm[], types: readonly number[], rows: number, name = 'quern_1') {
  const statement = new Statement(name, undefined)
  statement.describe({ fields: types.map((dataTypeID) => ({ name: 'x', dataTypeID })) })
  statement.rows = rows
  return statement.formatsFor({ text: '', values: [], returnsRows: true, wide: false, prepare: true, forms })
}
const [int4, float4, float8, text, numeric, bytea, stamp] = [23, 700, 701, 25, 1700, 17, 1114]

test('binary is asked for where many rows are expected and both the type and its decoder are known', () => {
  expect(formatsOf(['number', 'text', 'decimal', 'moment'], [int4, text, numeric, stamp], 32)).toEqual([1, 0, 1, 1])
  expect(formatsOf(['number', 'text', 'decimal', 'moment'], [int4, text, numeric, stamp], 31)).toBeUndefined()
  expect(formatsOf(['number', 'bytes'], [int4, bytea], 0)).toEqual([1, 1])
  expect(formatsOf(['number', 'real', 'real', 'number'], [float4, float4, float8, float8], 99)).toEqual([0, 1, 1, 1])
  expect(formatsOf(['text', 'text'], [int4, stamp], 99)).toBeUndefined()
  expect(formatsOf(['number', 'number'], [int4], 99)).toBeUndefined()
  expect(formatsOf(['number'], [int4], 99, '')).toBeUndefined()
})
