/** A transaction in which one part fails, and that part alone is undone. */
import { count, type Engine, insertInto, QuernError, select } from 'quern'
import { rows, statement } from './screen.js'
import type { Tables } from './tables.js'

const name = 'Road trip'

export async function savepoint(engine: Engine, { playlist, playlistTrack }: Tables): Promise<void> {
  const onPlaylist = select({ n: count() }).from(playlistTrack).join(playlist).where(playlist.name.eq(name))
  const seen: { moment: string; 'tracks on the list': number | null }[] = []
  const silence = engine.on('query', ({ sql, milliseconds, error }) =>
    statement(sql, milliseconds, error instanceof Error ? error.name : ''),
  )

  await engine.transaction(async (tx) => {
    const look = async (moment: string) => seen.push({ moment, 'tracks on the list': await tx.scalar(onPlaylist) })
    await tx.execute(insertInto(playlist).values({ name }))
    const { playlistId } = await tx.one(select({ playlistId: playlist.playlistId }).from(playlist).where(playlist.name.eq(name)))
    const add = (...tracks: number[]) => insertInto(playlistTrack).values(tracks.map((trackId) => ({ playlistId, trackId })))

    await tx.execute(add(1, 2, 3))
    await look('before the savepoint')
    try {
      await tx.savepoint(async (sp) => {
        await sp.execute(add(4, 5))
        seen.push({ moment: 'inside the savepoint', 'tracks on the list': await sp.scalar(onPlaylist) })
        await sp.execute(add(999_999)) // there is no such track
      })
    } catch (error) {
      // the same class on every database
      if (!(error instanceof QuernError && error.name === 'ForeignKeyViolationError')) throw error
    }
    await look('after it was rolled back')
  })

  seen.push({ moment: 'after COMMIT', 'tracks on the list': await engine.scalar(onPlaylist) })
  silence()
  rows(seen)
}
