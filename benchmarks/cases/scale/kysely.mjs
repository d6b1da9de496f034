import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'

const db = new Kysely({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (one) => new PostgresIntrospector(one),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

export default async (name) => {
  const n = Number(name.split('-')[1])
  const call = (i) => {
    let query = db.selectFrom('t0').select(['t0.id', `t${n - 1}.name as last`])
    for (let k = 1; k < n; k++) query = query.innerJoin(`t${k}`, `t${k}.parent`, `t${k - 1}.id`)
    return query.where('t0.id', '=', i).compile()
  }
  return { call, read: ({ sql }) => sql.length, per: n, prove: async () => ({ rows: [call(1).parameters.length] }) }
}
