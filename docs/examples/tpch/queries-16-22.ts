/** Queries 16 to 22 of TPC-H. */
import { alias, and, avg, count, date, dateAdd, exists, literal, not, numeric, or, select, substring, sum } from 'quern'
import { revenueOf } from './queries-01-08.js'
import type { Tables } from './tables.js'

const day = (text: string) => literal(text, date())

/** 16: parts/supplier relationship. */
export function q16({ partSupplier, part, supplier }: Tables) {
  const complained = select({ key: supplier.supplierKey }).from(supplier).where(supplier.comment.like('%Customer%Complaints%'))
  const suppliers = count(partSupplier.supplierKey).distinct()
  return select({ brand: part.brand, type: part.type, size: part.size, suppliers })
    .from(partSupplier)
    .join(part)
    .where(
      part.brand.ne('Brand#45'),
      not(part.type.like('MEDIUM POLISHED%')),
      part.size.in([49, 14, 23, 45, 19, 3, 36, 9]),
      partSupplier.supplierKey.notIn(complained),
    )
    .groupBy(part.brand, part.type, part.size)
    .orderBy(suppliers.desc(), part.brand, part.type, part.size)
}

/** 17: small-quantity-order revenue. */
export function q17({ lineItem, part }: Tables) {
  const l = alias(lineItem, 'l')
  const little = select({ quantity: avg(l.quantity).mul('0.2') })
    .from(l)
    .where(l.partKey.eq(part.partKey))
  return select({ perYear: sum(lineItem.price).div(7) })
    .from(lineItem)
    .join(part, part.partKey.eq(lineItem.partKey))
    .where(part.brand.eq('Brand#23'), part.container.eq('MED BOX'), lineItem.quantity.lt(little.scalar()))
}

/** 18: large volume customer. */
export function q18({ customer, orders, lineItem }: Tables) {
  const l = alias(lineItem, 'l')
  const large = select({ key: l.orderKey }).from(l).groupBy(l.orderKey).having(sum(l.quantity).gt(300))
  return select({
    name: customer.name,
    customerKey: customer.customerKey,
    orderKey: orders.orderKey,
    date: orders.date,
    totalPrice: orders.totalPrice,
    quantity: sum(lineItem.quantity),
  })
    .from(customer)
    .join(orders)
    .join(lineItem)
    .where(orders.orderKey.in(large))
    .groupBy(customer.name, customer.customerKey, orders.orderKey, orders.date, orders.totalPrice)
    .orderBy(orders.totalPrice.desc(), orders.date, orders.orderKey)
    .limit(100)
}

/** 19: discounted revenue. */
export function q19({ lineItem: l, part }: Tables) {
  const kind = (brand: string, containers: string[], quantity: number, size: number) =>
    and(part.brand.eq(brand), part.container.in(containers), l.quantity.between(quantity, quantity + 10), part.size.between(1, size))
  return select({ revenue: sum(revenueOf(l)) })
    .from(l)
    .join(part, part.partKey.eq(l.partKey))
    .where(
      or(
        kind('Brand#12', ['SM CASE', 'SM BOX', 'SM PACK', 'SM PKG'], 1, 5),
        kind('Brand#23', ['MED BAG', 'MED BOX', 'MED PKG', 'MED PACK'], 10, 10),
        kind('Brand#34', ['LG CASE', 'LG BOX', 'LG PACK', 'LG PKG'], 20, 15),
      ),
      l.mode.in(['AIR', 'AIR REG']),
      l.instructions.eq('DELIVER IN PERSON'),
    )
}

/** 20: potential part promotion. */
export function q20({ supplier, nation, partSupplier, part, lineItem: l }: Tables) {
  const forest = select({ key: part.partKey }).from(part).where(part.name.startsWith('forest'))
  const shipped = select({ half: sum(l.quantity).mul(literal('0.5', numeric())) })
    .from(l)
    .where(
      l.partKey.eq(partSupplier.partKey),
      l.supplierKey.eq(partSupplier.supplierKey),
      l.shipDate.gte('1994-01-01'),
      l.shipDate.lt(dateAdd('year', 1, day('1994-01-01'))),
    )
  const plenty = select({ key: partSupplier.supplierKey })
    .from(partSupplier)
    .where(partSupplier.partKey.in(forest), partSupplier.available.gt(shipped.scalar()))
  return select({ name: supplier.name, address: supplier.address })
    .from(supplier)
    .join(nation)
    .where(supplier.supplierKey.in(plenty), nation.name.eq('CANADA'))
    .orderBy(supplier.name)
}

/** 21: suppliers who kept orders waiting. */
export function q21({ supplier, lineItem, orders, nation }: Tables) {
  const [l1, l2, l3] = [alias(lineItem, 'l1'), alias(lineItem, 'l2'), alias(lineItem, 'l3')]
  const others = select(l2).where(l2.orderKey.eq(l1.orderKey), l2.supplierKey.ne(l1.supplierKey))
  const lateOthers = select(l3).where(l3.orderKey.eq(l1.orderKey), l3.supplierKey.ne(l1.supplierKey), l3.receiptDate.gt(l3.commitDate))
  const waits = count()
  return select({ name: supplier.name, waits })
    .from(supplier)
    .join(l1, l1.supplierKey.eq(supplier.supplierKey))
    .join(orders)
    .join(nation)
    .where(orders.status.eq('F'), l1.receiptDate.gt(l1.commitDate), exists(others), not(exists(lateOthers)), nation.name.eq('SAUDI ARABIA'))
    .groupBy(supplier.name)
    .orderBy(waits.desc(), supplier.name)
    .limit(100)
}

/** 22: global sales opportunity. */
export function q22({ customer, orders }: Tables) {
  const codes = ['13', '31', '23', '29', '30', '18', '17']
  const code = substring(customer.phone, 1, 2)
  const other = alias(customer, 'other')
  const average = select({ balance: avg(other.balance) })
    .from(other)
    .where(other.balance.gt(0), substring(other.phone, 1, 2).in(codes))
  const idle = select({ code, balance: customer.balance })
    .from(customer)
    .where(
      code.in(codes),
      customer.balance.gt(average.scalar()),
      not(exists(select(orders).where(orders.customerKey.eq(customer.customerKey)))),
    )
    .subquery('idle')
  return select({ code: idle.code, customers: count(), balance: sum(idle.balance) })
    .from(idle)
    .groupBy(idle.code)
    .orderBy(idle.code)
}
