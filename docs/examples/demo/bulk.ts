/** 100,000 rows from a generator: none of them exists before it is needed. */
import { count, type Engine, integer, max, metadata, type NewRow, select, sum, table, timestamp, varchar } from 'quern'
import { run } from './run.js'
import { counted, footer, grouped, milliseconds, print, progress, sqlText } from './screen.js'
import type { Tables } from './tables.js'

const total = 100_000
const devices = ['car', 'desktop', 'kitchen radio', 'phone'] as const

/** A table that Chinook does not have: who listened to what. */
const playbackTable = ({ track, customer }: Tables) =>
  table('playback', {
    id: integer().primaryKey().identity(),
    trackId: integer()
      .named('track_id')
      .notNull()
      .references(() => track.trackId),
    customerId: integer()
      .named('customer_id')
      .notNull()
      .references(() => customer.customerId),
    startedAt: timestamp().named('started_at').notNull(),
    seconds: integer().notNull(),
    device: varchar(20).notNull(),
  })
type Playback = ReturnType<typeof playbackTable>

function* playbacks(): Generator<NewRow<Playback>> {
  const start = Date.UTC(2024, 0, 1)
  for (let i = 0; i < total; i++) {
    yield {
      trackId: 1 + ((i * 7919) % 3503),
      customerId: 1 + ((i * 31) % 59),
      startedAt: new Date(start + i * 60_000),
      seconds: 30 + ((i * 17) % 300),
      device: devices[i % devices.length]!,
    }
  }
}

export async function bulk(engine: Engine, tables: Tables, signal: AbortSignal): Promise<void> {
  const playback = playbackTable(tables)
  const db = metadata({ playback })
  for (const text of db.toDdl(engine.dialect.name)) sqlText(text)
  await db.createAll(engine)

  print()
  const draw = progress(total, 'row')
  const started = performance.now()
  const { rowCount } = await engine.bulkInsert(playback, playbacks(), { signal, batchSize: 5_000, onProgress: ({ rows }) => draw(rows) })
  const time = performance.now() - started
  footer(
    `${counted(rowCount, 'row')} in ${milliseconds(time)}: ${grouped((rowCount / time) * 1000)} rows/s, all or none, foreign keys checked`,
  )

  print()
  const byDevice = select({ device: playback.device, playbacks: count(), seconds: sum(playback.seconds), latest: max(playback.startedAt) })
    .from(playback)
    .groupBy(playback.device)
    .orderBy(playback.device.asc())
  await run(engine, byDevice)
}
