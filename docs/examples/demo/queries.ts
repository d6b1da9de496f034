/** Three statements tuned by hand. They know neither a connection nor a dialect. */
import { alias, count, literal, rank, recursiveCte, select, sum } from 'quern'
import type { Tables } from './tables.js'

/** A join with aggregation. Each ON is the only foreign key between the tables. */
export function bestSellers({ artist, album, track, invoiceLine, invoice }: Tables) {
  const revenue = sum(invoiceLine.unitPrice.mul(invoiceLine.quantity))
  return select({
    artist: artist.name,
    tracks: sum(invoiceLine.quantity),
    buyers: count(invoice.customerId).distinct(),
    revenue,
  })
    .from(artist)
    .join(album)
    .join(track)
    .join(invoiceLine)
    .join(invoice)
    .groupBy(artist.artistId)
    .having(revenue.gt(25))
    .orderBy(revenue.desc(), artist.name.asc())
}

/** A CTE with window functions: each country's place, the running total, its share. */
export function countries({ invoice }: Tables) {
  const sales = select({ country: invoice.billingCountry, invoices: count(), revenue: sum(invoice.total) })
    .from(invoice)
    .groupBy(invoice.billingCountry)
    .cte('sales')
  const order = [sales.revenue.desc(), sales.country.asc()]
  return select({
    place: rank().over({ orderBy: sales.revenue.desc() }),
    country: sales.country,
    invoices: sales.invoices,
    revenue: sales.revenue,
    running: sum(sales.revenue).over({ orderBy: order, rows: ['unbounded preceding', 'current row'] }),
    percent: sales.revenue.mul(100).div(sum(sales.revenue).over()),
  })
    .from(sales)
    .orderBy(...order)
}

/** A recursive query: who reports to whom, and how far down. */
export function hierarchy({ employee }: Tables) {
  const reports = recursiveCte(
    'reports',
    select({ id: employee.employeeId, depth: literal(0) })
      .from(employee)
      .where(employee.reportsTo.isNull()),
    (above) =>
      select({ id: employee.employeeId, depth: above.depth.add(1) })
        .from(employee)
        .join(above, above.id.eq(employee.reportsTo)),
  )
  const boss = alias(employee, 'boss')
  return select({
    depth: reports.depth,
    employee: employee.firstName.concat(' ').concat(employee.lastName),
    title: employee.title,
    boss: boss.firstName.concat(' ').concat(boss.lastName),
  })
    .from(reports)
    .join(employee, employee.employeeId.eq(reports.id))
    .leftJoin(boss, boss.employeeId.eq(employee.reportsTo))
    .orderBy(reports.depth.asc(), employee.employeeId.asc())
}
