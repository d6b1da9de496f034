// @ts-check
import { cp, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { launch } from './launch.mjs'
import { postgresRecipe } from './postgres.mjs'

/**
 * A standby of a primary that `startServer('postgres')` has started: a base backup by hand, because the binaries of the npm package
 * hold no pg_basebackup, and from then on streaming replication. It has the primary's password.
 * @type {typeof import('./standby.mjs').startStandby}
 */
export async function startStandby(primary, options = {}) {
  const recipe = await postgresRecipe('postgres', async (instance) => {
    const { password, port } = new URL(primary.url)
    instance.password = password
    const data = join(instance.directory, 'data')
    await copyOf(primary, data)
    const conninfo = `host=127.0.0.1 port=${port} user=postgres password=${password} application_name=standby`
    await writeFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
    await writeFile(join(data, 'standby.signal'), '')
  })
  return await launch(recipe, options)
}

/**
 * @param {import('./servers.mjs').Server} primary
 * @param {string} data
 */
async function copyOf(primary, data) {
  const client = new pg.Client({ connectionString: primary.url })
  await client.connect()
  try {
    await client.query("SELECT pg_backup_start('standby', true)")
    // files come and go under the copy; what was missed is in the log that follows
    await cp(join(primary.directory, 'data'), data, { recursive: true, force: true, errorOnExist: false }).catch(async (error) => {
      if (error.code !== 'ENOENT') throw error
      await rm(data, { recursive: true, force: true })
      await cp(join(primary.directory, 'data'), data, { recursive: true })
    })
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)')
    await writeFile(join(data, 'backup_label'), rows[0].labelfile)
  } finally {
    await client.end()
  }
  for (const name of ['postmaster.pid', 'postmaster.opts']) await unlink(join(data, name)).catch(() => undefined)
}
