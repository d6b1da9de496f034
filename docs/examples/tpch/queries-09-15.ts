/** Queries 9 to 15 of TPC-H. */
import { and, caseWhen, count, date, dateAdd, extract, literal, max, numeric, select, sum } from 'quern'
import { revenueOf } from './queries-01-08.js'
import type { Tables } from './tables.js'

const day = (text: string) => literal(text, date())

/** 9: product type profit measure. */
export function q9({ part, supplier, lineItem, partSupplier, orders, nation }: Tables) {
  const cost = partSupplier.supplyCost.mul(lineItem.quantity)
  const profit = select({ nation: nation.name, year: extract('year', orders.date), amount: revenueOf(lineItem).sub(cost) })
    .from(lineItem)
    .join(partSupplier)
    .join(part)
    .join(supplier)
    .join(orders)
    .join(nation)
    .where(part.name.like('%green%'))
    .subquery('profit')
  return select({ nation: profit.nation, year: profit.year, profit: sum(profit.amount) })
    .from(profit)
    .groupBy(profit.nation, profit.year)
    .orderBy(profit.nation, profit.year.desc())
}

/** 10: returned item reporting. */
export function q10({ customer, orders, lineItem, nation }: Tables) {
  const revenue = sum(revenueOf(lineItem))
  return select({
    customerKey: customer.customerKey,
    name: customer.name,
    revenue,
    balance: customer.balance,
    nation: nation.name,
    address: customer.address,
    phone: customer.phone,
    comment: customer.comment,
  })
    .from(customer)
    .join(orders)
    .join(lineItem)
    .join(nation)
    .where(orders.date.gte('1993-10-01'), orders.date.lt(dateAdd('month', 3, day('1993-10-01'))), lineItem.returnFlag.eq('R'))
    .groupBy(customer.customerKey, customer.name, customer.balance, customer.phone, nation.name, customer.address, customer.comment)
    .orderBy(revenue.desc(), customer.customerKey)
    .limit(20)
}

/** 11: important stock identification; the fraction is larger than the specification's, whose rows are far more. */
export function q11({ partSupplier, supplier, nation }: Tables) {
  const value = sum(partSupplier.supplyCost.mul(partSupplier.available))
  const total = select({ least: value.mul(literal('0.05', numeric())) })
    .from(partSupplier)
    .join(supplier)
    .join(nation)
    .where(nation.name.eq('GERMANY'))
  return select({ partKey: partSupplier.partKey, value })
    .from(partSupplier)
    .join(supplier)
    .join(nation)
    .where(nation.name.eq('GERMANY'))
    .groupBy(partSupplier.partKey)
    .having(value.gt(total.scalar()))
    .orderBy(value.desc(), partSupplier.partKey)
}

/** 12: shipping modes and order priority. */
export function q12({ orders, lineItem: l }: Tables) {
  const high = orders.priority.in(['1-URGENT', '2-HIGH'])
  return select({
    mode: l.mode,
    high: sum(caseWhen(high).then(1).else(0)),
    low: sum(caseWhen(high).then(0).else(1)),
  })
    .from(orders)
    .join(l)
    .where(
      l.mode.in(['MAIL', 'SHIP']),
      l.commitDate.lt(l.receiptDate),
      l.shipDate.lt(l.commitDate),
      l.receiptDate.gte('1994-01-01'),
      l.receiptDate.lt(dateAdd('year', 1, day('1994-01-01'))),
    )
    .groupBy(l.mode)
    .orderBy(l.mode)
}

/** 13: customer distribution. */
export function q13({ customer, orders }: Tables) {
  const perCustomer = select({ key: customer.customerKey, orders: count(orders.orderKey) })
    .from(customer)
    .leftJoin(orders, and(orders.customerKey.eq(customer.customerKey), orders.comment.like('%special%requests%').eq(false)))
    .groupBy(customer.customerKey)
    .subquery('c_orders')
  const customers = count()
  return select({ orders: perCustomer.orders, customers })
    .from(perCustomer)
    .groupBy(perCustomer.orders)
    .orderBy(customers.desc(), perCustomer.orders.desc())
}

/** 14: promotion effect. */
export function q14({ lineItem, part }: Tables) {
  const revenue = revenueOf(lineItem)
  const promoted = sum(caseWhen(part.type.like('PROMO%')).then(revenue).else(0))
  return select({ percent: promoted.mul(100).div(sum(revenue)) })
    .from(lineItem)
    .join(part, part.partKey.eq(lineItem.partKey))
    .where(lineItem.shipDate.gte('1995-09-01'), lineItem.shipDate.lt(dateAdd('month', 1, day('1995-09-01'))))
}

/** 15: top supplier; the view of the specification is a WITH here, which it allows. */
export function q15({ lineItem, supplier }: Tables) {
  const revenue = select({ supplierKey: lineItem.supplierKey, total: sum(revenueOf(lineItem)) })
    .from(lineItem)
    .where(lineItem.shipDate.gte('1996-01-01'), lineItem.shipDate.lt(dateAdd('month', 3, day('1996-01-01'))))
    .groupBy(lineItem.supplierKey)
    .cte('revenue')
  const most = select({ total: max(revenue.total) }).from(revenue)
  return select({
    supplierKey: supplier.supplierKey,
    name: supplier.name,
    address: supplier.address,
    phone: supplier.phone,
    revenue: revenue.total,
  })
    .from(supplier)
    .join(revenue, revenue.supplierKey.eq(supplier.supplierKey))
    .where(revenue.total.eq(most.scalar()))
    .orderBy(supplier.supplierKey)
}
