/**
 * A schema of 25 tables that uses every kind of feature: on each dialect all that it has, and nothing that it refuses. Everything stands in one
 * metadata, so that names, order and cycles are settled together.
 */

import type { DialectName } from 'quern'
import * as q from 'quern'
import * as my from 'quern/mysql'
import * as pg from 'quern/postgres'

export function wholeSchema(dialect: DialectName) {
  const isPostgres = dialect === 'postgres'
  const isMysql = dialect === 'mysql' || dialect === 'mariadb'
  const isSqlite = dialect === 'sqlite'
  const { table } = q.tables({
    naming: {
      column: q.snakeCase,
      pk: 'pk_%(table)',
      fk: 'fk_%(table)_%(columns)_%(referredTable)',
      uq: 'uq_%(table)_%(columns)',
      ck: ({ table: name, columns, name: own }) => `ck_${name}_${own ?? columns.join('_')}`,
      ix: ({ table: name, columns, name: own }) => own ?? `ix_${name}_${columns.join('_')}`,
    },
  })
  const mood = q.enumType('mood', ['sad', 'ok', "it's fine"])
  const email = q.domain('email', q.varchar(255), { check: (value) => value.contains('@') })
  const numbers = isPostgres || dialect === 'mariadb' ? q.sequence('order_numbers', { start: 1000, increment: 5 }) : undefined
  const stamps = {
    createdAt: q.timestamptz().notNull().default(q.now()),
    updatedAt: q.timestamptz().notNull().default(q.now()).onUpdate(q.now()),
  }
  const id = () => q.integer().primaryKey().identity()
  const when = <T>(condition: boolean, parts: T): T | Record<never, never> => (condition ? parts : {})
  const parts = (condition: boolean, make: () => readonly q.TablePart[]): readonly q.TablePart[] => (condition ? make() : [])

  // 1–4: identity, enum, domain, codec, sensitive, comments, self reference, a cycle of two tables
  const departments = table('departments', { id: id(), name: q.varchar(80).notNull(), headId: q.integer() }, (t) => [
    q.unique().on(t.name),
    q
      .foreignKey(t.headId)
      .references(() => employees.id)
      .onDelete('set null'),
    ...parts(!isSqlite, () => [q.tableComment("who works where; it's 100 %")]),
  ])
  const employees: any = table(
    'employees',
    {
      id: id(),
      ...stamps,
      name: q.varchar(100).notNull(),
      mail: email().notNull().unique(),
      mood: mood().default('ok'),
      password: q.text().sensitive(),
      tags: q.text().codec({ encode: (set: ReadonlySet<string>) => [...set].join(','), decode: (text) => new Set(text.split(',')) }),
      bossId: q.integer(),
      departmentId: q.integer().notNull(),
      salary: q.numeric(10, 2).notNull().default('0'),
      ...when(!isSqlite, { note: q.text().comment('a comment of a column') }),
    },
    (t: any) => [
      q.foreignKey(t.bossId).references(t.id).onDelete('set null'),
      q
        .foreignKey(t.departmentId)
        .references(() => departments.id)
        .onDelete('restrict')
        .onUpdate('cascade'),
      q.check('name', t.name.ne('')),
      q.index().on(t.name.desc(), t.createdAt),
    ],
  )
  const badges = table('badges', {
    employeeId: q
      .integer()
      .primaryKey()
      .references(() => employees.id, { onDelete: 'cascade' }),
    code: q.char(8).notNull(),
  })
  const logins = table(
    'logins',
    {
      employeeId: q
        .integer()
        .notNull()
        .references(() => employees.id),
      at: q.timestamptz().notNull(),
    },
    (t) => [q.primaryKey(t.employeeId, t.at)],
  )
  // 5–8: composite keys, composite references, deferrable, match
  const countries = table('countries', { code: q.char(2).primaryKey(), name: q.varchar(60).notNull() })
  const regions = table(
    'regions',
    {
      country: q
        .char(2)
        .notNull()
        .references(() => countries.code),
      code: q.varchar(5).notNull(),
      name: q.text(),
    },
    (t) => [q.primaryKey(t.country, t.code)],
  )
  const cities = table(
    'cities',
    { id: id(), country: q.char(2).notNull(), region: q.varchar(5).notNull(), name: q.varchar(60).notNull() },
    (t) => [
      isPostgres
        ? q.foreignKey(t.country, t.region).references(regions.country, regions.code).match('full')
        : q.foreignKey(t.country, t.region).references(regions.country, regions.code),
    ],
  )
  const addresses = table('addresses', { id: id(), cityId: q.integer().notNull(), street: q.varchar(200).notNull() }, (t) => {
    const key = q.foreignKey(t.cityId).references(cities.id)
    return [isMysql ? key : key.deferrable({ initially: 'deferred' })]
  })
  // 9–12: generated columns, checks, collations, expression, partial and prefix indexes
  const products = table(
    'products',
    {
      id: id(),
      sku: q.varchar(40).notNull().unique(),
      title: q
        .varchar(200)
        .notNull()
        .collate(isPostgres ? 'C' : isMysql ? 'utf8mb4_bin' : 'NOCASE'),
      price: q
        .integer()
        .notNull()
        .check((price) => price.gte(0)),
      tax: q.integer().notNull().default(0),
      total: q.integer().generatedAs((t: any) => t.price.add(t.tax), { stored: true }),
      active: q.boolean().notNull().default(true),
      attributes: q.jsonb<Record<string, unknown>>(),
      image: q.blob(),
    },
    (t) => [
      ...parts(!isMysql, () => [q.index('ix_products_active').on(t.sku).where(t.active)]),
      ...parts(dialect !== 'mariadb', () => [q.index('ix_products_lower').on(q.lower(t.sku))]),
      ...parts(isMysql, () => [q.index('ix_products_prefix').on(q.indexKey(t.title, { length: 10 }))]),
      ...parts(isPostgres, () => [
        q.index('ix_products_attributes').on(t.attributes).using('gin'),
        q
          .index('ix_products_pattern')
          .on(q.indexKey(t.title, { opclass: 'text_pattern_ops' }))
          .include(t.price)
          .with({ fillfactor: 70 }),
      ]),
      ...parts(isMysql, () => [q.index('ix_products_words').on(t.title).fulltext()]),
      ...parts(dialect === 'mysql', () => [q.index('ix_products_hidden').on(t.price).invisible()]),
    ],
  )
  const categories = table('categories', { id: id(), name: q.varchar(60).notNull(), parentId: q.integer() }, (t) => [
    q.foreignKey(t.parentId).references(t.id),
    ...parts(isPostgres, () => [q.unique('uq_categories_all').on(t.name, t.parentId).nullsNotDistinct()]),
  ])
  const productCategories = table(
    'product_categories',
    {
      productId: q
        .integer()
        .notNull()
        .references(() => products.id, { onDelete: 'cascade' }),
      categoryId: q
        .integer()
        .notNull()
        .references(() => categories.id, { onDelete: 'cascade' }),
    },
    (t) => [q.primaryKey(t.productId, t.categoryId), ...parts(isSqlite, () => [q.sqliteOptions({ withoutRowid: true })])],
  )
  const prices = table(
    'prices',
    {
      productId: q
        .integer()
        .notNull()
        .references(() => products.id),
      since: q.date().notNull(),
      price: q.numeric(12, 4).notNull(),
    },
    (t) => [q.primaryKey(t.productId, t.since), q.check('positive', q.sql<boolean>`${t.price} <> '0'`)],
  )
  // 13–16: sequences, views below, orders
  const orders = table(
    'orders',
    {
      id: q.bigint().primaryKey().identity(),
      number: numbers === undefined ? q.bigint() : q.bigint().default(numbers.nextValue()),
      customerId: q.integer().notNull(),
      placedAt: q.timestamptz().notNull(),
      state: q.enumType('order_state', ['open', 'paid', 'sent'])().notNull().default('open'),
    },
    (t) => [q.foreignKey(t.customerId).references(() => customers.id)],
  )
  const customers = table(
    'customers',
    { id: id(), name: q.varchar(100).notNull(), mail: email().notNull(), addressId: q.integer() },
    (t) => [q.foreignKey(t.addressId).references(addresses.id), q.unique().on(t.mail, t.name)],
  )
  const lines = table(
    'order_lines',
    {
      orderId: q.bigint().notNull(),
      line: q.smallint().notNull(),
      productId: q.integer().notNull(),
      quantity: q.integer().notNull().default(1),
    },
    (t) => [
      q.primaryKey(t.orderId, t.line),
      q.foreignKey(t.orderId).references(orders.id).onDelete('cascade'),
      q.foreignKey(t.productId).references(products.id),
      q.check('quantity', t.quantity.between(1, 1000)),
    ],
  )
  const payments = table(
    'payments',
    { id: q.uuid().primaryKey(), orderId: q.bigint().notNull(), amount: q.numeric(12, 2).notNull() },
    (t) => [q.foreignKey(t.orderId).references(orders.id)],
  )
  // 17–20: partitions, options, types of one dialect, another schema
  const events = table('events', { id: q.integer().notNull(), year: q.integer().notNull(), data: q.json() }, (t) => [
    q.primaryKey(t.id, t.year),
    ...parts(!isSqlite, () => [
      q.partitionBy('range', t.year).partitions(q.partition('p_old').to([2020]), q.partition('p_new').from([2020]).to([q.maxValue])),
    ]),
  ])
  const logs = table('logs', { at: q.timestamp({ precision: 0 }).notNull(), text: q.text().notNull() }, () => [
    q.postgresOptions({ unlogged: true, with: { fillfactor: 80 } }),
    q.mysqlOptions({ engine: 'InnoDB', rowFormat: 'compressed', collate: 'utf8mb4_general_ci' }),
    q.sqliteOptions({}),
  ])
  const strict = table('counters', { name: (isMysql ? q.varchar(40) : q.text()).primaryKey(), value: q.integer().notNull() }, () =>
    [...parts(isSqlite, () => [q.sqliteOptions({ strict: true })])].flat(),
  )
  const special = table('special', {
    id: id(),
    ...when(isPostgres, {
      list: q.array(q.text().notNull()),
      grid: q.array(q.array(q.integer())),
      span: pg.int4range(),
      spans: pg.datemultirange(),
      address: pg.inet(),
      bits: pg.bit(8),
      words: pg.tsvector(),
      took: q.interval(),
    }),
    ...when(isMysql, {
      tiny: my.unsigned(my.tinyint()),
      year: my.year(),
      colors: my.set(['red', 'green']),
      short: my.tinytext(),
      raw: my.binary(4),
    }),
    ...when(isSqlite, { wide: q.bigint(), ratio: q.numeric(9, 3, { mode: 'number' }) }),
  })
  // 21–25: hostile names, many columns, every plain type, exclusion, long generated names
  const hostile = table(
    'we"ird `table`; --',
    { key: q.integer().named('a "b" `c`').primaryKey(), value: q.text().named('$1 ? :x %') },
    (t) => [q.check('in "quotes"', t.key.gt(-5))],
  )
  const wide = table(
    'wide',
    Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`column${i}`, i === 0 ? q.integer().primaryKey() : q.integer().default(i)])),
  )
  const every = table('every_type', {
    smallint: q.smallint(),
    integer: q.integer(),
    bigint: q.bigint(),
    numeric: q.numeric(20, 5),
    real: q.real().default(0.5),
    double: q.doublePrecision().default(1e-7),
    flag: q.boolean().default(false),
    char: q.char(3).default('abc'),
    varchar: q.varchar(10).default("it's \\"),
    text: q.text(),
    blob: q.blob(),
    date: q.date().default('2024-02-29'),
    time: q.time().default('23:59:59.5'),
    stamp: q.timestamp().default(new Date(Date.UTC(2024, 0, 1))),
    stampz: q.timestamptz({ mode: 'string' }),
    uuid: q.uuid(),
    json: q.json(),
    jsonb: q.jsonb(),
  })
  const bookings = table(
    'bookings',
    { id: id(), room: q.integer().notNull(), ...when(isPostgres, { during: pg.int4range() }), nights: q.integer() },
    (t: any) => parts(isPostgres, () => [q.exclude('no_overlap').using('gist').with(t.during, '&&').deferrable()]),
  )
  const long = table(
    'a_table_whose_name_is_long_enough_to_make_names_too_long',
    { firstColumnOfTheUniqueConstraint: q.integer().notNull(), secondColumnOfTheUniqueConstraint: q.integer().notNull() },
    (t) => [q.unique().on(t.firstColumnOfTheUniqueConstraint, t.secondColumnOfTheUniqueConstraint)],
  )

  const revenue = q.view(
    'revenue',
    q
      .select({ customer: customers.name, orders: q.count(orders.id) })
      .from(customers)
      .join(orders, orders.customerId.eq(customers.id))
      .where(orders.state.ne('open'))
      .groupBy(customers.id),
  )
  const busy = q.view('busy', q.select({ customer: revenue.customer }).from(revenue).where(revenue.orders.gt(10)))
  const totals = isPostgres ? { totals: q.materializedView('totals', q.select({ n: q.count() }).from(orders), { withData: false }) } : {}
  const tables = {
    departments,
    employees,
    badges,
    logins,
    countries,
    regions,
    cities,
    addresses,
    products,
    categories,
    productCategories,
    prices,
    orders,
    customers,
    lines,
    payments,
    events,
    logs,
    strict,
    special,
    hostile,
    wide,
    every,
    bookings,
    long,
  }
  return { db: q.metadata({ ...tables, busy, revenue, ...totals }), tables: Object.keys(tables).length }
}
