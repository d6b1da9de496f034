/** Sakila on SQLite: affinity types, CHECKs, triggers, views; keys that refer to each other stand inside the tables. */
import {
  alias,
  blob,
  boolean,
  char,
  check,
  foreignKey,
  index,
  integer,
  metadata,
  numeric,
  or,
  primaryKey,
  select,
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

const { table } = tables({ naming: { column: snakeCase } })

const moment = () => timestamp({ precision: 0 })
const lastUpdate = { lastUpdate: moment().notNull() }
const keep = { onDelete: 'no action', onUpdate: 'cascade' } as const
const price = (digits: number) => numeric(digits, 2, { mode: 'number' }).notNull()

const actor = table(
  'actor',
  { actorId: integer().primaryKey(), firstName: varchar(45).notNull(), lastName: varchar(45).notNull(), ...lastUpdate },
  (t) => [index('idx_actor_last_name').on(t.lastName)],
)
const country = table('country', { countryId: integer().primaryKey(), country: varchar(50).notNull(), lastUpdate: moment() })
const city = table(
  'city',
  {
    cityId: integer().primaryKey(),
    city: varchar(50).notNull(),
    countryId: integer()
      .notNull()
      .references(() => country.countryId, { ...keep, name: 'fk_city_country' }),
    ...lastUpdate,
  },
  (t) => [index('idx_fk_country_id').on(t.countryId)],
)
const address = table(
  'address',
  {
    addressId: integer().primaryKey(),
    address: varchar(50).notNull(),
    address2: varchar(50),
    district: varchar(20).notNull(),
    cityId: integer()
      .notNull()
      .references(() => city.cityId, { ...keep, name: 'fk_address_city' }),
    postalCode: varchar(10),
    phone: varchar(20).notNull(),
    ...lastUpdate,
  },
  (t) => [index('idx_fk_city_id').on(t.cityId)],
)
const language = table('language', { languageId: integer().primaryKey(), name: char(20).notNull(), ...lastUpdate })
const category = table('category', { categoryId: integer().primaryKey(), name: varchar(25).notNull(), ...lastUpdate })
const customer = table(
  'customer',
  {
    customerId: integer().primaryKey(),
    storeId: integer().notNull(),
    firstName: varchar(45).notNull(),
    lastName: varchar(45).notNull(),
    email: varchar(50),
    addressId: integer()
      .notNull()
      .references(() => address.addressId, { ...keep, name: 'fk_customer_address' }),
    active: char(1).notNull().default('Y'),
    createDate: moment().notNull(),
    ...lastUpdate,
  },
  (t) => [
    foreignKey(t.storeId)
      .references(() => store.storeId)
      .named('fk_customer_store')
      .onDelete('no action')
      .onUpdate('cascade'),
    index('idx_customer_fk_store_id').on(t.storeId),
    index('idx_customer_fk_address_id').on(t.addressId),
    index('idx_customer_last_name').on(t.lastName),
  ],
)
const film = table(
  'film',
  {
    filmId: integer().primaryKey(),
    title: varchar(255).notNull(),
    description: text(),
    releaseYear: varchar(4),
    languageId: integer()
      .notNull()
      .references(() => language.languageId, { name: 'fk_film_language' }),
    originalLanguageId: integer().references(() => language.languageId, { name: 'fk_film_language_original' }),
    rentalDuration: smallint().notNull().default(3),
    rentalRate: price(4).default(4.99),
    length: smallint(),
    replacementCost: price(5).default(19.99),
    rating: varchar(10).default('G'),
    specialFeatures: varchar(100),
    ...lastUpdate,
  },
  (t) => [
    check(
      'CHECK_special_features',
      or(
        t.specialFeatures.isNull(),
        t.specialFeatures.contains('Trailers'),
        t.specialFeatures.contains('Commentaries'),
        t.specialFeatures.contains('Deleted Scenes'),
        t.specialFeatures.contains('Behind the Scenes'),
      ),
    ),
    check('CHECK_special_rating', t.rating.in(['G', 'PG', 'PG-13', 'R', 'NC-17'])),
    index('idx_fk_language_id').on(t.languageId),
    index('idx_fk_original_language_id').on(t.originalLanguageId),
  ],
)
const filmActor = table(
  'film_actor',
  {
    actorId: integer()
      .notNull()
      .references(() => actor.actorId, { ...keep, name: 'fk_film_actor_actor' }),
    filmId: integer()
      .notNull()
      .references(() => film.filmId, { ...keep, name: 'fk_film_actor_film' }),
    ...lastUpdate,
  },
  (t) => [primaryKey(t.actorId, t.filmId), index('idx_fk_film_actor_film').on(t.filmId), index('idx_fk_film_actor_actor').on(t.actorId)],
)
const filmCategory = table(
  'film_category',
  {
    filmId: integer()
      .notNull()
      .references(() => film.filmId, { ...keep, name: 'fk_film_category_film' }),
    categoryId: integer()
      .notNull()
      .references(() => category.categoryId, { ...keep, name: 'fk_film_category_category' }),
    ...lastUpdate,
  },
  (t) => [
    primaryKey(t.filmId, t.categoryId),
    index('idx_fk_film_category_film').on(t.filmId),
    index('idx_fk_film_category_category').on(t.categoryId),
  ],
)
const filmText = table('film_text', { filmId: integer().primaryKey(), title: varchar(255).notNull(), description: text() })
const inventory = table(
  'inventory',
  {
    inventoryId: integer().primaryKey(),
    filmId: integer()
      .notNull()
      .references(() => film.filmId, { ...keep, name: 'fk_inventory_film' }),
    storeId: integer().notNull(),
    ...lastUpdate,
  },
  (t) => [
    foreignKey(t.storeId)
      .references(() => store.storeId)
      .named('fk_inventory_store')
      .onDelete('no action')
      .onUpdate('cascade'),
    index('idx_fk_film_id').on(t.filmId),
    index('idx_fk_film_id_store_id').on(t.storeId, t.filmId),
  ],
)
const staff = table(
  'staff',
  {
    staffId: integer().primaryKey(),
    firstName: varchar(45).notNull(),
    lastName: varchar(45).notNull(),
    addressId: integer()
      .notNull()
      .references(() => address.addressId, { ...keep, name: 'fk_staff_address' }),
    picture: blob(),
    email: varchar(50),
    storeId: integer().notNull(),
    active: boolean().notNull().default(true),
    username: varchar(16).notNull(),
    password: varchar(40).sensitive(),
    ...lastUpdate,
  },
  (t) => [
    foreignKey(t.storeId)
      .references(() => store.storeId)
      .named('fk_staff_store')
      .onDelete('no action')
      .onUpdate('cascade'),
    index('idx_fk_staff_store_id').on(t.storeId),
    index('idx_fk_staff_address_id').on(t.addressId),
  ],
)
const store = table(
  'store',
  {
    storeId: integer().primaryKey(),
    managerStaffId: integer().notNull(),
    addressId: integer()
      .notNull()
      .references(() => address.addressId, { name: 'fk_store_address' }),
    ...lastUpdate,
  },
  (t) => [
    foreignKey(t.managerStaffId)
      .references(() => staff.staffId)
      .named('fk_store_staff'),
    index('idx_store_fk_manager_staff_id').on(t.managerStaffId),
    index('idx_fk_store_address').on(t.addressId),
  ],
)
const rental = table(
  'rental',
  {
    rentalId: integer().primaryKey(),
    rentalDate: moment().notNull(),
    inventoryId: integer()
      .notNull()
      .references(() => inventory.inventoryId, { name: 'fk_rental_inventory' }),
    customerId: integer()
      .notNull()
      .references(() => customer.customerId, { name: 'fk_rental_customer' }),
    returnDate: moment(),
    staffId: integer()
      .notNull()
      .references(() => staff.staffId, { name: 'fk_rental_staff' }),
    ...lastUpdate,
  },
  (t) => [
    index('idx_rental_fk_inventory_id').on(t.inventoryId),
    index('idx_rental_fk_customer_id').on(t.customerId),
    index('idx_rental_fk_staff_id').on(t.staffId),
    index('idx_rental_uq').on(t.rentalDate, t.inventoryId, t.customerId).unique(),
  ],
)
const payment = table(
  'payment',
  {
    paymentId: integer().primaryKey(),
    customerId: integer()
      .notNull()
      .references(() => customer.customerId, { name: 'fk_payment_customer' }),
    staffId: integer()
      .notNull()
      .references(() => staff.staffId, { name: 'fk_payment_staff' }),
    rentalId: integer().references(() => rental.rentalId, { onDelete: 'set null', onUpdate: 'cascade', name: 'fk_payment_rental' }),
    amount: price(5),
    paymentDate: moment().notNull(),
    ...lastUpdate,
  },
  (t) => [index('idx_fk_staff_id').on(t.staffId), index('idx_fk_customer_id').on(t.customerId)],
)

const manager = alias(staff, 'm')
const salesByStore = view(
  'sales_by_store',
  select({
    store_id: store.storeId,
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
    .groupBy(store.storeId, city.city, country.country, manager.firstName, manager.lastName),
)
const salesByFilmCategory = view(
  'sales_by_film_category',
  select({ category: category.name, total_sales: sum(payment.amount) })
    .from(payment)
    .join(rental, payment.rentalId.eq(rental.rentalId))
    .join(inventory, rental.inventoryId.eq(inventory.inventoryId))
    .join(film, inventory.filmId.eq(film.filmId))
    .join(filmCategory, film.filmId.eq(filmCategory.filmId))
    .join(category, filmCategory.categoryId.eq(category.categoryId))
    .groupBy(category.name),
)
const people = { address: address.address, zip_code: address.postalCode, phone: address.phone, city: city.city, country: country.country }
const customerList = view(
  'customer_list',
  select({
    ID: customer.customerId,
    name: customer.firstName.concat(' ').concat(customer.lastName),
    ...people,
    notes: sql<string>`CASE WHEN ${customer.active} = 1 THEN 'active' ELSE '' END`,
    SID: customer.storeId,
  })
    .from(customer)
    .join(address, customer.addressId.eq(address.addressId))
    .join(city, address.cityId.eq(city.cityId))
    .join(country, city.countryId.eq(country.countryId)),
)
const staffList = view(
  'staff_list',
  select({ ID: staff.staffId, name: staff.firstName.concat(' ').concat(staff.lastName), ...people, SID: staff.storeId })
    .from(staff)
    .join(address, staff.addressId.eq(address.addressId))
    .join(city, address.cityId.eq(city.cityId))
    .join(country, city.countryId.eq(country.countryId)),
)
const filmList = view(
  'film_list',
  select({
    FID: film.filmId,
    title: film.title,
    description: film.description,
    category: category.name,
    price: film.rentalRate,
    length: film.length,
    rating: film.rating,
    actors: actor.firstName.concat(' ').concat(actor.lastName),
  })
    .from(category)
    .leftJoin(filmCategory, category.categoryId.eq(filmCategory.categoryId))
    .leftJoin(film, filmCategory.filmId.eq(film.filmId))
    .join(filmActor, film.filmId.eq(filmActor.filmId))
    .join(actor, filmActor.actorId.eq(actor.actorId)),
)

const declared = { actor, country, city, address, language, category, customer, film, filmActor, filmCategory, filmText, inventory }
const stamped = {
  actor,
  country,
  city,
  address,
  language,
  category,
  customer,
  film,
  filmActor,
  filmCategory,
  inventory,
  staff,
  store,
  payment,
  rental,
}

export const sakila = metadata({
  ...declared,
  staff,
  store,
  rental,
  payment,
  salesByStore,
  salesByFilmCategory,
  customerList,
  staffList,
  filmList,
})
// the moment of the last update is the database's, whoever writes
for (const [name, own] of Object.entries(stamped)) {
  for (const [suffix, event] of [
    ['ai', 'INSERT'],
    ['au', 'UPDATE'],
  ] as const)
    sakila.attach(
      'afterCreate',
      own,
      sql`CREATE TRIGGER ${sql.identifier(`${name}_trigger_${suffix}`)} AFTER ${sql.unsafe(event)} ON ${own} BEGIN
            UPDATE ${own} SET last_update = datetime('now') WHERE rowid = new.rowid; END`,
    )
}
