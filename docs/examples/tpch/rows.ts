/** Rows for the tables: a few thousand, always the same ones, and chosen so that none of the 22 queries finds nothing. */
import type { Executor } from 'quern'
import type { Tables } from './tables.js'

const regions = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST']
const nations: readonly (readonly [name: string, region: number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
]
const colours = ['forest', 'green', 'almond', 'navy', 'rose', 'khaki']
const brands = ['Brand#12', 'Brand#23', 'Brand#34', 'Brand#45', 'Brand#13']
const containers = ['SM CASE', 'MED BOX', 'LG BOX', 'SM BOX', 'MED BAG', 'LG CASE', 'JUMBO PKG']
const types = ['ECONOMY ANODIZED STEEL', 'PROMO BURNISHED COPPER', 'SMALL PLATED BRASS', 'MEDIUM POLISHED TIN', 'LARGE BRUSHED BRASS']
const sizes = [1, 15, 3, 9, 14, 19, 23, 49]
const segments = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'HOUSEHOLD', 'MACHINERY']
const priorities = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW']
const modes = ['AIR', 'AIR REG', 'MAIL', 'SHIP', 'RAIL', 'TRUCK', 'FOB']
const instructions = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN']

const [customers, suppliers, parts, orderCount] = [60, 50, 60, 1500]
const [firstDay, lastDay, today] = [Date.UTC(1992, 0, 1), Date.UTC(1998, 7, 2), '1995-06-17']
const dayLength = 86_400_000

/** Marsaglia's xorshift: the same numbers on every machine. */
function numbers(seed: number) {
  let state = seed
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return { whole, pick: <T>(list: readonly T[]): T => list[whole(0, list.length - 1)]! }
}
type Numbers = ReturnType<typeof numbers>

const day = (at: number) => new Date(at).toISOString().slice(0, 10)
const upTo = <T>(n: number, row: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => row(i + 1))
/** Each part has four suppliers, spread over all. */
const supplierOf = (part: number, nth: number) => ((part * 4 + nth * 13) % suppliers) + 1
const phone = ({ whole }: Numbers, nation: number) => `${nation + 10}-${whole(100, 999)}-${whole(100, 999)}-${whole(1000, 9999)}`
const numbered = (title: string, i: number) => `${title}#${String(i).padStart(9, '0')}`

/** Cents as the column's own value: a string where decimals are exact, else a number. */
type Money = (cents: number) => string | number
const retailPrice = (part: number) => 90_000 + part * 137

/** All rows, in the order in which the tables can be filled. */
export function rows(exact: boolean, seed = 20_260) {
  const some = numbers(seed)
  const { whole, pick } = some
  const money: Money = (cents) => (exact ? (cents / 100).toFixed(2) : cents / 100)
  const sold = orders(some, money)
  return {
    region: regions.map((name, regionKey) => ({ regionKey, name })),
    nation: nations.map(([name, regionKey], nationKey) => ({ nationKey, name, regionKey })),
    supplier: upTo(suppliers, (supplierKey) => ({
      supplierKey,
      name: numbered('Supplier', supplierKey),
      address: `${whole(1, 999)} Harbour Road`,
      nationKey: supplierKey % 25,
      phone: phone(some, supplierKey % 25),
      balance: money(whole(-99_999, 999_999)),
      comment: supplierKey % 7 === 0 ? 'the Customer of old has Complaints about it' : 'carefully final requests',
    })),
    part: upTo(parts, (partKey) => ({
      partKey,
      name: `${pick(colours)} ${pick(colours)}`,
      manufacturer: `Manufacturer#${whole(1, 5)}`,
      brand: brands[partKey % brands.length]!,
      type: pick(types),
      size: sizes[partKey % sizes.length]!,
      container: containers[partKey % containers.length]!,
      retailPrice: money(retailPrice(partKey)),
    })),
    partSupplier: upTo(parts * 4, (i) => ({
      partKey: Math.ceil(i / 4),
      supplierKey: supplierOf(Math.ceil(i / 4), i % 4),
      available: whole(1, 9999),
      supplyCost: money(whole(100, 100_000)),
    })),
    customer: upTo(customers, (customerKey) => ({
      customerKey,
      name: numbered('Customer', customerKey),
      address: `${whole(1, 999)} Mill Lane`,
      nationKey: (customerKey * 7) % 25,
      phone: phone(some, (customerKey * 7) % 25),
      balance: money(whole(-99_999, 999_999)),
      segment: pick(segments),
      comment: 'quickly regular deposits',
    })),
    ...sold,
  }
}

function orders(some: Numbers, money: Money) {
  const { whole, pick } = some
  const all = upTo(orderCount, (orderKey) => {
    const at = firstDay + whole(0, (lastDay - firstDay) / dayLength) * dayLength
    const large = orderKey % 100 === 0
    const lines = upTo(large ? 7 : whole(1, 7), (lineNumber) => line(some, money, { orderKey, lineNumber, at, large }))
    const shipped = lines.filter(({ row }) => row.status === 'F').length
    const order = {
      orderKey,
      // A third of the customers has no orders.
      customerKey: whole(0, customers / 3 - 1) * 3 + whole(1, 2),
      status: shipped === lines.length ? 'F' : shipped === 0 ? 'O' : 'P',
      totalPrice: money(lines.reduce((total, { cents }) => total + cents, 0)),
      date: day(at),
      priority: pick(priorities),
      shipPriority: 0,
      comment: whole(1, 5) === 1 ? 'waits for special packages and requests' : 'furiously even accounts',
    }
    return { order, lines: lines.map(({ row }) => row) }
  })
  return { orders: all.map(({ order }) => order), lineItem: all.flatMap(({ lines }) => lines) }
}

function line(some: Numbers, money: Money, order: { orderKey: number; lineNumber: number; at: number; large: boolean }) {
  const { whole, pick } = some
  const { orderKey, lineNumber, at } = order
  const partKey = whole(1, parts)
  const quantity = order.large ? whole(44, 50) : whole(1, 50)
  const price = quantity * retailPrice(partKey)
  const [discount, tax] = [whole(0, 10), whole(0, 8)]
  const shipped = at + whole(1, 121) * dayLength
  const received = shipped + whole(1, 30) * dayLength
  const row = {
    orderKey,
    lineNumber,
    partKey,
    supplierKey: supplierOf(partKey, whole(0, 3)),
    quantity: money(quantity * 100),
    price: money(price),
    discount: money(discount),
    tax: money(tax),
    returnFlag: day(received) <= today ? pick(['R', 'A']) : 'N',
    status: day(shipped) > today ? 'O' : 'F',
    shipDate: day(shipped),
    commitDate: day(at + whole(30, 90) * dayLength),
    receiptDate: day(received),
    instructions: pick(instructions),
    mode: pick(modes),
  }
  return { row, cents: Math.round((price * (100 - discount) * (100 + tax)) / 10_000) }
}

/** Fills the empty tables. */
export async function fill(db: Executor, tables: Tables, exact: boolean): Promise<void> {
  const all = rows(exact)
  await db.bulkInsert(tables.region, all.region)
  await db.bulkInsert(tables.nation, all.nation)
  await db.bulkInsert(tables.supplier, all.supplier)
  await db.bulkInsert(tables.part, all.part)
  await db.bulkInsert(tables.partSupplier, all.partSupplier)
  await db.bulkInsert(tables.customer, all.customer)
  await db.bulkInsert(tables.orders, all.orders)
  await db.bulkInsert(tables.lineItem, all.lineItem)
}
