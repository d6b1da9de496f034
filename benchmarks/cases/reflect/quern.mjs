import { createEngine, reflect } from 'quern'
import { reflected, schema, tables } from './data.mjs'

export default async (_name, _variant, database) => {
  const at = reflected(database)
  const engine = createEngine(database === 'sqlite' ? `sqlite:///${at}` : at)
  const call = () => reflect(engine, database === 'postgres' ? { schema } : {})
  let asked = 0
  const sum = (metadata) => {
    const all = Object.values(metadata.tables)
    return all.length
  }
  return {
    call,
    async: true,
    read: sum,
    close: () => engine.close(),
    async prove() {
      const stop = engine.on('query', () => {
        asked++
      })
      const found = sum(await call())
      stop()
      if (found !== tables) throw new Error(`${found} tables were found, not ${tables}`)
      return { rows: [found], sql: `${asked} statements` }
    },
  }
}
