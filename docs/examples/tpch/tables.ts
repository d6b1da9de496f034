/** The eight tables of TPC-H, a trader's parts, suppliers, customers and orders. */
import { type ColumnDef, type DialectName, date, foreignKey, integer, metadata, numeric, primaryKey, table, varchar } from 'quern'

/** Money and quantities: exact decimals as strings, and on SQLite, which has no exact decimals to reckon with, its own doubles as numbers. */
type Decimal = ColumnDef<string | number | null, 'exact'>

export function tpch(dialect: DialectName) {
  const decimal = (): Decimal => (dialect === 'sqlite' ? numeric(15, 2, { mode: 'number' }) : numeric(15, 2)) as Decimal

  const region = table('region', {
    regionKey: integer().named('r_regionkey').primaryKey(),
    name: varchar(25).named('r_name').notNull(),
  })

  const nation = table('nation', {
    nationKey: integer().named('n_nationkey').primaryKey(),
    name: varchar(25).named('n_name').notNull(),
    regionKey: integer()
      .named('n_regionkey')
      .notNull()
      .references(() => region.regionKey),
  })

  const supplier = table('supplier', {
    supplierKey: integer().named('s_suppkey').primaryKey(),
    name: varchar(25).named('s_name').notNull(),
    address: varchar(40).named('s_address').notNull(),
    nationKey: integer()
      .named('s_nationkey')
      .notNull()
      .references(() => nation.nationKey),
    phone: varchar(15).named('s_phone').notNull(),
    balance: decimal().named('s_acctbal').notNull(),
    comment: varchar(101).named('s_comment').notNull(),
  })

  const part = table('part', {
    partKey: integer().named('p_partkey').primaryKey(),
    name: varchar(55).named('p_name').notNull(),
    manufacturer: varchar(25).named('p_mfgr').notNull(),
    brand: varchar(10).named('p_brand').notNull(),
    type: varchar(25).named('p_type').notNull(),
    size: integer().named('p_size').notNull(),
    container: varchar(10).named('p_container').notNull(),
    retailPrice: decimal().named('p_retailprice').notNull(),
  })

  const partSupplier = table(
    'partsupp',
    {
      partKey: integer()
        .named('ps_partkey')
        .notNull()
        .references(() => part.partKey),
      supplierKey: integer()
        .named('ps_suppkey')
        .notNull()
        .references(() => supplier.supplierKey),
      available: integer().named('ps_availqty').notNull(),
      supplyCost: decimal().named('ps_supplycost').notNull(),
    },
    (t) => [primaryKey(t.partKey, t.supplierKey)],
  )

  const customer = table('customer', {
    customerKey: integer().named('c_custkey').primaryKey(),
    name: varchar(25).named('c_name').notNull(),
    address: varchar(40).named('c_address').notNull(),
    nationKey: integer()
      .named('c_nationkey')
      .notNull()
      .references(() => nation.nationKey),
    phone: varchar(15).named('c_phone').notNull(),
    balance: decimal().named('c_acctbal').notNull(),
    segment: varchar(10).named('c_mktsegment').notNull(),
    comment: varchar(117).named('c_comment').notNull(),
  })

  const orders = table('orders', {
    orderKey: integer().named('o_orderkey').primaryKey(),
    customerKey: integer()
      .named('o_custkey')
      .notNull()
      .references(() => customer.customerKey),
    status: varchar(1).named('o_orderstatus').notNull(),
    totalPrice: decimal().named('o_totalprice').notNull(),
    date: date().named('o_orderdate').notNull(),
    priority: varchar(15).named('o_orderpriority').notNull(),
    shipPriority: integer().named('o_shippriority').notNull(),
    comment: varchar(79).named('o_comment').notNull(),
  })

  const lineItem = table(
    'lineitem',
    {
      orderKey: integer()
        .named('l_orderkey')
        .notNull()
        .references(() => orders.orderKey),
      partKey: integer().named('l_partkey').notNull(),
      supplierKey: integer().named('l_suppkey').notNull(),
      lineNumber: integer().named('l_linenumber').notNull(),
      quantity: decimal().named('l_quantity').notNull(),
      price: decimal().named('l_extendedprice').notNull(),
      discount: decimal().named('l_discount').notNull(),
      tax: decimal().named('l_tax').notNull(),
      returnFlag: varchar(1).named('l_returnflag').notNull(),
      status: varchar(1).named('l_linestatus').notNull(),
      shipDate: date().named('l_shipdate').notNull(),
      commitDate: date().named('l_commitdate').notNull(),
      receiptDate: date().named('l_receiptdate').notNull(),
      instructions: varchar(25).named('l_shipinstruct').notNull(),
      mode: varchar(10).named('l_shipmode').notNull(),
    },
    (t) => [
      primaryKey(t.orderKey, t.lineNumber),
      foreignKey(t.partKey, t.supplierKey).references(partSupplier.partKey, partSupplier.supplierKey),
    ],
  )

  return metadata({ region, nation, supplier, part, partSupplier, customer, orders, lineItem })
}

export type Tables = ReturnType<typeof tpch>['tables']
