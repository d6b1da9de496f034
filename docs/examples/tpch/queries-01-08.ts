/** Queries 1 to 8 of TPC-H. */
import { alias, and, avg, caseWhen, count, date, dateAdd, dateSub, exists, extract, literal, min, numeric, or, select, sum } from 'quern'
import type { Tables } from './tables.js'

const day = (text: string) => literal(text, date())
/** What a line brings in: `l_extendedprice * (1 - l_discount)`. */
export const revenueOf = ({ price, discount }: Tables['lineItem']) => price.mul(literal(1).sub(discount))

/** 1: pricing summary report. */
export function q1({ lineItem: l }: Tables) {
  const revenue = revenueOf(l)
  return select({
    returnFlag: l.returnFlag,
    status: l.status,
    quantity: sum(l.quantity),
    basePrice: sum(l.price),
    discountedPrice: sum(revenue),
    charge: sum(revenue.mul(literal(1).add(l.tax))),
    averageQuantity: avg(l.quantity),
    averagePrice: avg(l.price),
    averageDiscount: avg(l.discount),
    orders: count(),
  })
    .from(l)
    .where(l.shipDate.lte(dateSub('day', 90, day('1998-12-01'))))
    .groupBy(l.returnFlag, l.status)
    .orderBy(l.returnFlag, l.status)
}

/** 2: minimum cost supplier. */
export function q2({ part, supplier, partSupplier, nation, region }: Tables) {
  const [ps, s, n, r] = [alias(partSupplier, 'ps'), alias(supplier, 's'), alias(nation, 'n'), alias(region, 'r')]
  const cheapest = select({ cost: min(ps.supplyCost) })
    .from(ps)
    .join(s)
    .join(n)
    .join(r)
    .where(ps.partKey.eq(part.partKey), r.name.eq('EUROPE'))
  return select({
    balance: supplier.balance,
    supplier: supplier.name,
    nation: nation.name,
    partKey: part.partKey,
    manufacturer: part.manufacturer,
    address: supplier.address,
    phone: supplier.phone,
    comment: supplier.comment,
  })
    .from(part)
    .join(partSupplier)
    .join(supplier)
    .join(nation)
    .join(region)
    .where(part.size.eq(15), part.type.like('%BRASS'), region.name.eq('EUROPE'), partSupplier.supplyCost.eq(cheapest.scalar()))
    .orderBy(supplier.balance.desc(), nation.name, supplier.name, part.partKey)
    .limit(100)
}

/** 3: shipping priority. */
export function q3({ customer, orders, lineItem }: Tables) {
  const revenue = sum(revenueOf(lineItem))
  return select({ orderKey: lineItem.orderKey, revenue, date: orders.date, shipPriority: orders.shipPriority })
    .from(customer)
    .join(orders)
    .join(lineItem)
    .where(customer.segment.eq('BUILDING'), orders.date.lt('1995-03-15'), lineItem.shipDate.gt('1995-03-15'))
    .groupBy(lineItem.orderKey, orders.date, orders.shipPriority)
    .orderBy(revenue.desc(), orders.date, lineItem.orderKey)
    .limit(10)
}

/** 4: order priority checking. */
export function q4({ orders, lineItem: l }: Tables) {
  const late = select({ key: l.orderKey }).from(l).where(l.orderKey.eq(orders.orderKey), l.commitDate.lt(l.receiptDate))
  return select({ priority: orders.priority, orders: count() })
    .from(orders)
    .where(orders.date.gte('1993-07-01'), orders.date.lt(dateAdd('month', 3, day('1993-07-01'))), exists(late))
    .groupBy(orders.priority)
    .orderBy(orders.priority)
}

/** 5: local supplier volume. */
export function q5({ customer, orders, lineItem, supplier, nation, region }: Tables) {
  const revenue = sum(revenueOf(lineItem))
  return select({ nation: nation.name, revenue })
    .from(customer)
    .join(orders)
    .join(lineItem)
    .join(supplier, and(supplier.supplierKey.eq(lineItem.supplierKey), supplier.nationKey.eq(customer.nationKey)))
    .join(nation, nation.nationKey.eq(supplier.nationKey))
    .join(region)
    .where(region.name.eq('ASIA'), orders.date.gte('1994-01-01'), orders.date.lt(dateAdd('year', 1, day('1994-01-01'))))
    .groupBy(nation.name)
    .orderBy(revenue.desc())
}

/** 6: forecasting revenue change. */
export function q6({ lineItem: l }: Tables) {
  return select({ revenue: sum(l.price.mul(l.discount)) })
    .from(l)
    .where(
      l.shipDate.gte('1994-01-01'),
      l.shipDate.lt(dateAdd('year', 1, day('1994-01-01'))),
      l.discount.between(literal('0.05', numeric()), literal('0.07', numeric())),
      l.quantity.lt(24),
    )
}

/** 7: volume shipping. */
export function q7({ supplier, lineItem, orders, customer, nation }: Tables) {
  const [from, to] = [alias(nation, 'n1'), alias(nation, 'n2')]
  const shipping = select({
    supplierNation: from.name,
    customerNation: to.name,
    year: extract('year', lineItem.shipDate),
    volume: revenueOf(lineItem),
  })
    .from(lineItem)
    .join(supplier, supplier.supplierKey.eq(lineItem.supplierKey))
    .join(orders)
    .join(customer)
    .join(from, from.nationKey.eq(supplier.nationKey))
    .join(to, to.nationKey.eq(customer.nationKey))
    .where(
      or(and(from.name.eq('FRANCE'), to.name.eq('GERMANY')), and(from.name.eq('GERMANY'), to.name.eq('FRANCE'))),
      lineItem.shipDate.between('1995-01-01', '1996-12-31'),
    )
    .subquery('shipping')
  const { supplierNation, customerNation, year } = shipping
  return select({ supplierNation, customerNation, year, revenue: sum(shipping.volume) })
    .from(shipping)
    .groupBy(supplierNation, customerNation, year)
    .orderBy(supplierNation, customerNation, year)
}

/** 8: national market share. */
export function q8({ part, supplier, lineItem, orders, customer, nation, region }: Tables) {
  const [n1, n2] = [alias(nation, 'n1'), alias(nation, 'n2')]
  const all = select({ year: extract('year', orders.date), volume: revenueOf(lineItem), nation: n2.name })
    .from(lineItem)
    .join(part, part.partKey.eq(lineItem.partKey))
    .join(supplier, supplier.supplierKey.eq(lineItem.supplierKey))
    .join(orders)
    .join(customer)
    .join(n1, n1.nationKey.eq(customer.nationKey))
    .join(region, region.regionKey.eq(n1.regionKey))
    .join(n2, n2.nationKey.eq(supplier.nationKey))
    .where(region.name.eq('AMERICA'), orders.date.between('1995-01-01', '1996-12-31'), part.type.eq('ECONOMY ANODIZED STEEL'))
    .subquery('all_nations')
  const brazil = sum(caseWhen(all.nation.eq('BRAZIL')).then(all.volume).else(0))
  return select({ year: all.year, share: brazil.div(sum(all.volume)) })
    .from(all)
    .groupBy(all.year)
    .orderBy(all.year)
}
