/** Sakila on PostgreSQL, as its dump has it: an enum, a domain, sequences, text[], tsvector, a GiST index, inherited tables, views. */
import {
  alias,
  array,
  blob,
  boolean,
  caseWhen,
  char,
  check,
  date,
  domain,
  enumType,
  foreignKey,
  index,
  integer,
  metadata,
  numeric,
  postgresOptions,
  primaryKey,
  select,
  sequence,
  smallint,
  snakeCase,
  sql,
  sum,
  tables,
  text,
  timestamp,
  varchar,
  view,
} from 'quern'
import { tsvector } from 'quern/postgres'

const { table } = tables({ naming: { column: snakeCase, pk: '%(table)_pkey', fk: '%(table)_%(columns)_fkey' } })

const serial = (name: string) => sequence(name, { as: 'integer' })
const ids = {
  actor: serial('actor_actor_id_seq'),
  address: serial('address_address_id_seq'),
  category: serial('category_category_id_seq'),
  city: serial('city_city_id_seq'),
  country: serial('country_country_id_seq'),
  customer: serial('customer_customer_id_seq'),
  film: serial('film_film_id_seq'),
  inventory: serial('inventory_inventory_id_seq'),
  language: serial('language_language_id_seq'),
  payment: serial('payment_payment_id_seq'),
  rental: serial('rental_rental_id_seq'),
  staff: serial('staff_staff_id_seq'),
  store: serial('store_store_id_seq'),
}
const id = (key: keyof typeof ids) => integer().primaryKey().default(ids[key].nextValue())
const moment = () => timestamp({ precision: 6 })
const lastUpdate = { lastUpdate: moment().notNull().default(sql<Date>`now()`) }
const keep = { onDelete: 'restrict', onUpdate: 'cascade' } as const

export const mpaaRating = enumType('mpaa_rating', ['G', 'PG', 'PG-13', 'R', 'NC-17'])
export const year = domain('year', integer(), { check: (value) => value.between(1901, 2155) })

export const actor = table(
  'actor',
  { actorId: id('actor'), firstName: varchar(45).notNull(), lastName: varchar(45).notNull(), ...lastUpdate },
  (t) => [index('idx_actor_last_name').on(t.lastName)],
)
export const category = table('category', { categoryId: id('category'), name: varchar(25).notNull(), ...lastUpdate })
export const language = table('language', { languageId: id('language'), name: char(20).notNull(), ...lastUpdate })
export const country = table('country', { countryId: id('country'), country: varchar(50).notNull(), ...lastUpdate })
export const city = table(
  'city',
  {
    cityId: id('city'),
    city: varchar(50).notNull(),
    countryId: integer()
      .notNull()
      .references(() => country.countryId, keep),
    ...lastUpdate,
  },
  (t) => [index('idx_fk_country_id').on(t.countryId)],
)
export const address = table(
  'address',
  {
    addressId: id('address'),
    address: varchar(50).notNull(),
    address2: varchar(50),
    district: varchar(20).notNull(),
    cityId: integer()
      .notNull()
      .references(() => city.cityId, keep),
    postalCode: varchar(10),
    phone: varchar(20).notNull(),
    ...lastUpdate,
  },
  (t) => [index('idx_fk_city_id').on(t.cityId)],
)
export const film = table(
  'film',
  {
    filmId: id('film'),
    title: varchar(255).notNull(),
    description: text(),
    releaseYear: year(),
    languageId: integer()
      .notNull()
      .references(() => language.languageId, keep),
    originalLanguageId: integer().references(() => language.languageId, keep),
    rentalDuration: smallint().notNull().default(3),
    rentalRate: numeric(4, 2).notNull().default('4.99'),
    length: smallint(),
    replacementCost: numeric(5, 2).notNull().default('19.99'),
    rating: mpaaRating().default('G'),
    ...lastUpdate,
    specialFeatures: array(text()),
    fulltext: tsvector().notNull(),
  },
  (t) => [
    index('film_fulltext_idx').on(t.fulltext).using('gist'),
    index('idx_fk_language_id').on(t.languageId),
    index('idx_fk_original_language_id').on(t.originalLanguageId),
    index('idx_title').on(t.title),
  ],
)
export const filmActor = table(
  'film_actor',
  {
    actorId: integer()
      .notNull()
      .references(() => actor.actorId, keep),
    filmId: integer()
      .notNull()
      .references(() => film.filmId, keep),
    ...lastUpdate,
  },
  (t) => [primaryKey(t.actorId, t.filmId), index('idx_fk_film_id').on(t.filmId)],
)
export const filmCategory = table(
  'film_category',
  {
    filmId: integer()
      .notNull()
      .references(() => film.filmId, keep),
    categoryId: integer()
      .notNull()
      .references(() => category.categoryId, keep),
    ...lastUpdate,
  },
  (t) => [primaryKey(t.filmId, t.categoryId)],
)
// staff and store refer to each other
export const staff = table(
  'staff',
  {
    staffId: id('staff'),
    firstName: varchar(45).notNull(),
    lastName: varchar(45).notNull(),
    addressId: integer()
      .notNull()
      .references(() => address.addressId, keep),
    email: varchar(50),
    storeId: integer().notNull(),
    active: boolean().notNull().default(true),
    username: varchar(16).notNull(),
    password: varchar(40).sensitive(),
    ...lastUpdate,
    picture: blob(),
  },
  (t) => [foreignKey(t.storeId).references(() => store.storeId)],
)
export const store = table(
  'store',
  {
    storeId: id('store'),
    managerStaffId: integer().notNull(),
    addressId: integer()
      .notNull()
      .references(() => address.addressId, keep),
    ...lastUpdate,
  },
  (t) => [
    foreignKey(t.managerStaffId)
      .references(() => staff.staffId)
      .onDelete('restrict')
      .onUpdate('cascade'),
    index('idx_unq_manager_staff_id').on(t.managerStaffId).unique(),
  ],
)
export const customer = table(
  'customer',
  {
    customerId: id('customer'),
    storeId: integer()
      .notNull()
      .references(() => store.storeId, keep),
    firstName: varchar(45).notNull(),
    lastName: varchar(45).notNull(),
    email: varchar(50),
    addressId: integer()
      .notNull()
      .references(() => address.addressId, keep),
    activebool: boolean().notNull().default(true),
    createDate: date().notNull().default(sql<string>`current_date`),
    lastUpdate: moment().default(sql<Date>`now()`),
    active: integer(),
  },
  (t) => [index('idx_fk_address_id').on(t.addressId), index('idx_fk_store_id').on(t.storeId), index('idx_last_name').on(t.lastName)],
)
export const inventory = table(
  'inventory',
  {
    inventoryId: id('inventory'),
    filmId: integer()
      .notNull()
      .references(() => film.filmId, keep),
    storeId: integer()
      .notNull()
      .references(() => store.storeId, keep),
    ...lastUpdate,
  },
  (t) => [index('idx_store_id_film_id').on(t.storeId, t.filmId)],
)
export const rental = table(
  'rental',
  {
    rentalId: id('rental'),
    rentalDate: moment().notNull(),
    inventoryId: integer()
      .notNull()
      .references(() => inventory.inventoryId, keep),
    customerId: integer()
      .notNull()
      .references(() => customer.customerId, keep),
    returnDate: moment(),
    staffId: integer()
      .notNull()
      .references(() => staff.staffId, keep),
    ...lastUpdate,
  },
  (t) => [
    index('idx_fk_inventory_id').on(t.inventoryId),
    index('idx_unq_rental_rental_date_inventory_id_customer_id').on(t.rentalDate, t.inventoryId, t.customerId).unique(),
  ],
)
const paymentColumns = {
  paymentId: id('payment'),
  customerId: integer()
    .notNull()
    .references(() => customer.customerId, keep),
  staffId: integer()
    .notNull()
    .references(() => staff.staffId, keep),
  rentalId: integer()
    .notNull()
    .references(() => rental.rentalId, { onDelete: 'set null', onUpdate: 'cascade' }),
  amount: numeric(5, 2).notNull(),
  paymentDate: moment().notNull(),
}
export const payment = table('payment', paymentColumns, (t) => [
  index('idx_fk_customer_id').on(t.customerId),
  index('idx_fk_staff_id').on(t.staffId),
])

/** The months of 2007 inherit from payment, and check what they hold. */
const month = (n: number) => {
  const name = `payment_p2007_0${n}`
  const { paymentId: _, ...columns } = paymentColumns
  return table(
    name,
    {
      ...columns,
      paymentId: integer().notNull().default(ids.payment.nextValue()),
      customerId: integer()
        .notNull()
        .references(() => customer.customerId),
      staffId: integer()
        .notNull()
        .references(() => staff.staffId),
      rentalId: integer()
        .notNull()
        .references(() => rental.rentalId),
    },
    (t) => [
      postgresOptions({ inherits: [payment] }),
      check(
        `${name}_payment_date_check`,
        sql<boolean>`${t.paymentDate} >= ${new Date(Date.UTC(2007, n - 1))} AND ${t.paymentDate} < ${new Date(Date.UTC(2007, n))}`,
      ),
      index(`idx_fk_${name}_customer_id`).on(t.customerId),
      index(`idx_fk_${name}_staff_id`).on(t.staffId),
    ],
  )
}
export const months = {
  payment1: month(1),
  payment2: month(2),
  payment3: month(3),
  payment4: month(4),
  payment5: month(5),
  payment6: month(6),
}

const manager = alias(staff, 'm')
export const salesByStore = view(
  'sales_by_store',
  select({
    store: city.city.concat(',').concat(country.country),
    manager: manager.firstName.concat(' ').concat(manager.lastName),
    total_sales: sum(payment.amount),
  })
    .from(payment)
    .join(rental, payment.rentalId.eq(rental.rentalId))
    .join(inventory, rental.inventoryId.eq(inventory.inventoryId))
    .join(store, inventory.storeId.eq(store.storeId))
    .join(address, store.addressId.eq(address.addressId))
    .join(city, address.cityId.eq(city.cityId))
    .join(country, city.countryId.eq(country.countryId))
    .join(manager, store.managerStaffId.eq(manager.staffId))
    .groupBy(country.country, city.city, store.storeId, manager.firstName, manager.lastName)
    .orderBy(country.country, city.city),
)
export const salesByFilmCategory = view(
  'sales_by_film_category',
  select({ category: category.name, total_sales: sum(payment.amount) })
    .from(payment)
    .join(rental, payment.rentalId.eq(rental.rentalId))
    .join(inventory, rental.inventoryId.eq(inventory.inventoryId))
    .join(film, inventory.filmId.eq(film.filmId))
    .join(filmCategory, film.filmId.eq(filmCategory.filmId))
    .join(category, filmCategory.categoryId.eq(category.categoryId))
    .groupBy(category.name)
    .orderBy(sum(payment.amount).desc()),
)
export const staffList = view(
  'staff_list',
  select({
    id: staff.staffId,
    name: staff.firstName.concat(' ').concat(staff.lastName),
    address: address.address,
    'zip code': address.postalCode,
    phone: address.phone,
    city: city.city,
    country: country.country,
    sid: staff.storeId,
  })
    .from(staff)
    .join(address, staff.addressId.eq(address.addressId))
    .join(city, address.cityId.eq(city.cityId))
    .join(country, city.countryId.eq(country.countryId)),
)
export const customerList = view(
  'customer_list',
  select({
    id: customer.customerId,
    name: customer.firstName.concat(' ').concat(customer.lastName),
    address: address.address,
    'zip code': address.postalCode,
    phone: address.phone,
    city: city.city,
    country: country.country,
    notes: caseWhen(customer.activebool).then('active').else(''),
    sid: customer.storeId,
  })
    .from(customer)
    .join(address, customer.addressId.eq(address.addressId))
    .join(city, address.cityId.eq(city.cityId))
    .join(country, city.countryId.eq(country.countryId)),
)
/** What both lists of films show; they differ in how an actor's name is written. */
const filmColumns = {
  fid: integer(),
  title: varchar(255),
  description: text(),
  category: varchar(25),
  price: numeric(4, 2),
  length: smallint(),
  rating: mpaaRating(),
  actors: text(),
}
const films = (name: ReturnType<typeof sql<string>>) => sql`
    SELECT film.film_id, film.title, film.description, category.name, film.rental_rate, film.length, film.rating, string_agg(${name}, ', ')
    FROM ${category}
    LEFT JOIN ${filmCategory} ON category.category_id = film_category.category_id
    LEFT JOIN ${film} ON film_category.film_id = film.film_id
    JOIN ${filmActor} ON film.film_id = film_actor.film_id
    JOIN ${actor} ON film_actor.actor_id = actor.actor_id
    GROUP BY film.film_id, film.title, film.description, category.name, film.rental_rate, film.length, film.rating`
const proper = (column: string) => sql`upper(substring(${sql.unsafe(column)}, 1, 1)) || lower(substring(${sql.unsafe(column)}, 2))`
export const filmList = view('film_list', films(sql<string>`actor.first_name || ' ' || actor.last_name`).returns(filmColumns))
export const nicerFilmList = view(
  'nicer_but_slower_film_list',
  films(sql<string>`${proper('actor.first_name')} || ' ' || ${proper('actor.last_name')}`).returns(filmColumns),
)
export const actorInfo = view(
  'actor_info',
  sql`
    SELECT a.actor_id, a.first_name, a.last_name, string_agg(DISTINCT c.name || ': ' || (
      SELECT string_agg(f.title, ', ' ORDER BY f.title)
      FROM ${film} AS f
      JOIN ${filmCategory} AS fc1 ON f.film_id = fc1.film_id
      JOIN ${filmActor} AS fa1 ON f.film_id = fa1.film_id
      WHERE fc1.category_id = c.category_id AND fa1.actor_id = a.actor_id
    ), '; ')
    FROM ${actor} AS a
    LEFT JOIN ${filmActor} AS fa ON a.actor_id = fa.actor_id
    LEFT JOIN ${filmCategory} AS fc ON fa.film_id = fc.film_id
    LEFT JOIN ${category} AS c ON fc.category_id = c.category_id
    GROUP BY a.actor_id, a.first_name, a.last_name`.returns({
    actor_id: integer(),
    first_name: varchar(45),
    last_name: varchar(45),
    film_info: text(),
  }),
)

export const sakila = metadata({
  actor,
  address,
  category,
  city,
  country,
  customer,
  film,
  filmActor,
  filmCategory,
  inventory,
  language,
  payment,
  ...months,
  rental,
  staff,
  store,
  salesByStore,
  salesByFilmCategory,
  staffList,
  customerList,
  filmList,
  nicerFilmList,
  actorInfo,
}).attach(
  'afterCreate',
  film,
  sql`CREATE TRIGGER film_fulltext_trigger BEFORE INSERT OR UPDATE ON ${film}
      FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('fulltext', 'pg_catalog.english', 'title', 'description')`,
)
