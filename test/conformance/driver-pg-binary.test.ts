/** Values that come in binary are those that the server's text says. */
import { postgres } from '@quern/dialects/postgres'
import { type PgOptions, pgDriver } from '@quern/driver-pg'
import type { DriverConnection } from '@quern/engine'
import type { CellForm, Decode } from '@quern/sql'
import { Network } from '../faults/network.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const moments = [
  'infinity',
  '-infinity',
  '4714-11-24 00:00:00 BC',
  '0044-03-15 12:34:56.5 BC',
  '0001-12-31 23:59:59.999999 BC',
  '0001-01-01 00:00:00',
  '1582-10-15 00:00:00.001',
  '1714-07-28 23:59:59.999',
  '1899-12-31 23:59:59.999',
  '1969-12-31 23:59:59.999',
  '1970-01-01 00:00:00',
  '1999-12-31 23:59:59.999',
  '1999-12-31 23:59:59.999999',
  '2000-01-01 00:00:00',
  '2000-02-29 12:00:00.123456',
  '2024-02-29 01:02:03.1',
  '2285-06-06 00:00:00.001',
  '2300-01-01 00:00:00.001',
  '9999-12-31 23:59:59.999',
  '9999-12-31 23:59:59.9999',
  '10000-01-01 00:00:00',
  '275760-09-13 00:00:00',
  '294276-12-31 23:59:59.999999',
]
const floats = ['0', '-0', 'NaN', 'Infinity', '-Infinity', '0.1', '-1.5', '3.4e38', '1.17549435e-38', '1e-45', '16777217', '0.3333333']
const numerics = [
  '0',
  '0.00',
  '-0.5',
  '1',
  '9999',
  '10000',
  '-10000.0001',
  '123456789.12',
  '99999999.9999',
  '100000000',
  '0.0001',
  '0.00001',
]
numerics.push(
  '1234567890123456789012345678901234567890.0123456789',
  `1${'0'.repeat(400)}`,
  `0.${'0'.repeat(350)}7`,
  'NaN',
  '12.300',
  '-7.0000',
)
numerics.push('1e131071', '-0.000000000000000000000000000000000000000001')

/** By the SQL type: as what its columns may be declared, and what they may hold. */
const types: Readonly<Record<string, readonly string[]>> = {
  int2: ['0', '-1', '1', '127', '128', '255', '256', '-32768', '32767'],
  int4: ['0', '-1', '1', '65535', '65536', '-2147483648', '2147483647'],
  int8: ['0', '-1', '4294967295', '4294967296', '-4294967296', '999999999999999', '-9007199254740991', '9007199254740992'].concat(
    '9007199254740993',
    '-9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  ),
  oid: ['0', '1', '2147483648', '4294967295'],
  float4: floats,
  float8: [...floats, '5e-324', '1.7976931348623157e308', '0.30000000000000004', '9007199254740993', '123456.789012345'],
  bool: ['t', 'f'],
  timestamp: moments,
  timestamptz: moments,
  bytea: ['\\x', '\\x00', '\\x000102ff', `\\x${'ab'.repeat(3000)}`],
  numeric: [...numerics, 'Infinity', '-Infinity'],
  text: ['', '1', 'true', 'naïve 中文 😀'],
}
/** Enough for many rows of few values. */
const repeatOf = (type: string): number => Math.ceil(40 / types[type]!.length)

describe.each(targets.filter((target) => target.startsWith('postgres')))('binary results of %s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
  })
  afterAll(() => database.drop())

  async function opened(changes: PgOptions = {}, url = database.url): Promise<DriverConnection & AsyncDisposable> {
    const { hostname, port, username, password, pathname } = new URL(url)
    const options = { host: hostname, port: Number(port), user: username, password, database: pathname.slice(1), ...changes }
    const connection = await pgDriver(options).connect(new AbortController().signal)
    return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
  }

  /** The value, or what its decoder says instead; of a cell as the driver hands it over. */
  const decoded = (decode: Decode, cell: unknown) => {
    try {
      return cell === null ? null : decode(cell)
    } catch (error) {
      return (error as Error).message
    }
  }
  /** Beside the value bytes, which show that the row did come in binary. */
  const requestOf = (type: string, form: CellForm, turn: number) => ({
    text: `/* ${turn} */ SELECT v::${type}, '\\x01'::bytea, 'grün' || n FROM unnest($1::text[]) WITH ORDINALITY AS x(v, n), generate_series(1, ${repeatOf(type)}) r ORDER BY n, r`,
    values: [`{${types[type]!.map((value) => JSON.stringify(value)).join()},NULL}`],
    returnsRows: true,
    wide: false,
    prepare: true,
    forms: [form, 'bytes', 'text'] as const,
  })

  test.each(Object.keys(types))('%s, by every decoder that could meet it', async (type) => {
    await using binary = await opened()
    await using text = await opened({ binaryResults: false })
    for (const [turn, [decode, form]] of [...postgres.forms!].entries()) {
      const request = requestOf(type, form, turn)
      const first = (await text.execute(request)).rows
      expect((await binary.execute(request)).rows).toEqual(first)
      const second = (await binary.execute(request)).rows
      expect((await text.execute(request)).rows).toEqual(first)
      expect(first).toHaveLength((types[type]!.length + 1) * repeatOf(type))
      expect(second.map(([, bytes]) => bytes)).toEqual(first.map(() => new Uint8Array([1])))
      expect(second.map(([, , words]) => words)).toEqual(first.map(([, , words]) => words))
      second.forEach(([cell], i) => {
        expect(decoded(decode, cell)).toEqual(decoded(decode, first[i]![0]))
      })
    }
  })

  const many = {
    text: "SELECT n, '\\x02'::bytea FROM generate_series(1, 40) n",
    values: [],
    returnsRows: true,
    wide: false,
    prepare: true,
    forms: ['number', 'bytes'] as const,
  }
  const inBinary = ({ rows }: { rows: readonly (readonly unknown[])[] }) => typeof rows[0]![1] !== 'string'

  test('only what is kept prepared and had many rows, and where nobody has switched it off', async () => {
    const ways: Readonly<Record<string, readonly [PgOptions, object, boolean]>> = {
      plain: [{}, {}, true],
      off: [{ binaryResults: false }, {}, false],
      'by pg': [{ directRows: false }, {}, false],
      'none kept': [{ statementCache: 0 }, {}, false],
      'not to be kept': [{}, { prepare: false }, false],
      'no forms': [{}, { forms: undefined }, false],
      'few, of bytes': [{}, { text: `${many.text} LIMIT 2` }, true],
    }
    for (const [name, [options, changes, expected]] of Object.entries(ways)) {
      await using connection = await opened(options)
      const request = { ...many, ...changes }
      const seen = [await connection.execute(request), await connection.execute(request), await connection.execute(request)].map(inBinary)
      expect([name, seen]).toEqual([name, [false, expected, expected]])
    }
  })

  test('a stream, too, in all its batches and from the first on', async () => {
    await using connection = await opened()
    await using text = await opened({ binaryResults: false })
    const streamed = async (from: DriverConnection) => {
      const rows: (readonly unknown[])[] = []
      for await (const batch of from.stream(many, 7)) rows.push(...batch.rows)
      return rows
    }
    const rows = (await streamed(text)).map(([n]) => [n, new Uint8Array([2])])
    expect(rows).toHaveLength(40)
    expect(await streamed(connection)).toEqual(rows)
    expect(await streamed(connection)).toEqual(rows)
    expect(connection.prepared).toBe(1)
    const wrong = { ...many, text: 'SELECT n FROM nowhere' }
    await expect(connection.stream(wrong, 7)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: '42P01' })
    expect(await streamed(connection)).toEqual(rows)
    expect(connection.prepared).toBe(1)
  })

  test('a stream that is cancelled while its columns are asked for does not run', async () => {
    await using connection = await opened()
    const late = { ...many, text: "SELECT n, '\\x02'::bytea FROM generate_series(1, 40) n, pg_sleep(20)" }
    const next = connection.stream(late, 7)[Symbol.asyncIterator]().next()
    await Promise.all([connection.cancel(), expect(next).rejects.toMatchObject({ code: '57014' })])
    expect(connection.status()).toBe('idle')
    expect((await connection.execute(many)).rows).toHaveLength(40)
  })

  // as a pooler does that prepares statements anew on another of its connections
  const instead = async (connection: DriverConnection, columns: string) => {
    await connection.execute(many)
    await connection.execute(many)
    await connection.script(`DEALLOCATE ALL; PREPARE quern_1 AS SELECT ${columns} FROM generate_series(1, 40) n`)
  }

  test('types that have changed behind the back are those that the server tells, or the rows are refused', async () => {
    for (const [columns, row] of [
      ['n::int8 + 5000000000, n::bytea', [5_000_000_001, new Uint8Array([0, 0, 0, 1])]],
      ["n::float8 / 2, 'é'::text", [0.5, 'é']],
      ['n::text, n::text', [1, '1']],
    ] as const) {
      await using connection = await opened()
      await instead(connection, columns.replace('n::bytea', "decode('00000001', 'hex')"))
      expect((await connection.execute(many)).rows[0]).toEqual(row)
    }
    for (const columns of ["gen_random_uuid(), ''::bytea", 'n::float4, n::text', 'now(), now()', 'ARRAY[n], n::text']) {
      await using connection = await opened()
      await instead(connection, columns)
      await expect(connection.execute(many)).rejects.toThrow('The type of a result column has changed')
      expect(connection.status()).toBe('idle')
      expect(inBinary(await connection.execute(many))).toBe(false)
      expect(inBinary(await connection.execute(many))).toBe(true)
      await instead(connection, columns).catch(() => {})
    }
  })

  test('a stream of types that have changed ends with that', async () => {
    await using connection = await opened()
    await instead(connection, 'gen_random_uuid(), n::text')
    const read = async () => {
      for await (const _ of connection.stream(many, 7)) throw new Error('no row can be read')
    }
    await expect(read()).rejects.toThrow('The type of a result column has changed')
    expect((await connection.execute(many)).rows).toHaveLength(40)
  })

  test('a connection that is cut among the rows, after every number of bytes, yields none of them', async () => {
    const network = await Network.before(database.url)
    let described = 0
    const rowsThrough = async () => {
      await using connection = await opened({}, network.url(database.url))
      await connection.execute(many)
      described = network.passed.server
      try {
        return await connection.execute(many)
      } catch (error) {
        expect(connection.lost).toBe(error)
        return undefined
      }
    }
    try {
      const whole = await rowsThrough()
      expect([whole!.rows.length, inBinary(whole!)]).toEqual([40, true])
      const [from, to] = [described, network.passed.server]
      for (let after = from; after < to; after += 11) {
        network.cutNext('server', after)
        expect([after, await rowsThrough()]).toEqual([after, undefined])
      }
    } finally {
      await network.close()
    }
  })

  test('a table that was altered: the statement is prepared anew, and reads the new type', async () => {
    await using connection = await opened()
    await connection.script("CREATE TABLE altered AS SELECT n, '\\x02'::bytea AS b FROM generate_series(1, 40) n")
    const request = { ...many, text: 'SELECT n, b FROM altered ORDER BY n' }
    await connection.execute(request)
    expect((await connection.execute(request)).rows[0]).toEqual([1, new Uint8Array([2])])
    await connection.script('ALTER TABLE altered ALTER n TYPE numeric(12, 2)')
    for (let i = 0; i < 3; i++) expect(Number((await connection.execute(request)).rows[0]![0])).toBe(1)
    expect(inBinary(await connection.execute(request))).toBe(true)
  })
})
