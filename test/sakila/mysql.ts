/** Sakila on MySQL and MariaDB: unsigned keys, ENUM, SET, YEAR, ON UPDATE, a fulltext index, a spatial one on MySQL, triggers. */
import {
  type AnyColumn,
  alias,
  boolean,
  caseWhen,
  char,
  customType,
  enumType,
  foreignKey,
  index,
  integer,
  metadata,
  mysqlOptions,
  now,
  numeric,
  primaryKey,
  select,
  smallint,
  snakeCase,
  sql,
  sum,
  tables,
  text,
  timestamp,
  unique,
  varchar,
  view,
} from 'quern'
import { mediumint, regularblob, regulartext, set, timestamp as stampOf, tinyint, unsigned, year } from 'quern/mysql'

const { table } = tables({ naming: { column: snakeCase } })

const tiny = () => unsigned(tinyint())
const small = () => unsigned(smallint())
const medium = () => unsigned(mediumint())
const stamp = () => stampOf({ precision: 0 })
const seconds = sql<Date>`CURRENT_TIMESTAMP`
const lastUpdate = { lastUpdate: stamp().notNull().default(seconds).onUpdate(now()) }
const keep = { onDelete: 'restrict', onUpdate: 'cascade' } as const
const rating = enumType('rating', ['G', 'PG', 'PG-13', 'R', 'NC-17'])

export const actor = table(
  'actor',
  { actorId: small().primaryKey().identity(), firstName: varchar(45).notNull(), lastName: varchar(45).notNull(), ...lastUpdate },
  (t) => [index('idx_actor_last_name').on(t.lastName)],
)
export const category = table('category', { categoryId: tiny().primaryKey().identity(), name: varchar(25).notNull(), ...lastUpdate })
export const language = table('language', { languageId: tiny().primaryKey().identity(), name: char(20).notNull(), ...lastUpdate })
export const country = table('country', { countryId: small().primaryKey().identity(), country: varchar(50).notNull(), ...lastUpdate })
export const city = table(
  'city',
  { cityId: small().primaryKey().identity(), city: varchar(50).notNull(), countryId: small().notNull(), ...lastUpdate },
  (t) => [
    index('idx_fk_country_id').on(t.countryId),
    foreignKey(t.countryId).references(country.countryId).named('fk_city_country').onDelete('restrict').onUpdate('cascade'),
  ],
)

export const film = table(
  'film',
  {
    filmId: small().primaryKey().identity(),
    title: varchar(255).notNull(),
    description: regulartext(),
    releaseYear: year(),
    languageId: tiny()
      .notNull()
      .references(() => language.languageId, { ...keep, name: 'fk_film_language' }),
    originalLanguageId: tiny().references(() => language.languageId, { ...keep, name: 'fk_film_language_original' }),
    rentalDuration: tiny().notNull().default(3),
    rentalRate: numeric(4, 2).notNull().default('4.99'),
    length: small(),
    replacementCost: numeric(5, 2).notNull().default('19.99'),
    rating: rating().default('G'),
    specialFeatures: set(['Trailers', 'Commentaries', 'Deleted Scenes', 'Behind the Scenes']),
    ...lastUpdate,
  },
  (t) => [
    index('idx_title').on(t.title),
    index('idx_fk_language_id').on(t.languageId),
    index('idx_fk_original_language_id').on(t.originalLanguageId),
  ],
)
export const filmActor = table(
  'film_actor',
  {
    actorId: small()
      .notNull()
      .references(() => actor.actorId, { ...keep, name: 'fk_film_actor_actor' }),
    filmId: small()
      .notNull()
      .references(() => film.filmId, { ...keep, name: 'fk_film_actor_film' }),
    ...lastUpdate,
  },
  (t) => [primaryKey(t.actorId, t.filmId), index('idx_fk_film_id').on(t.filmId)],
)
export const filmCategory = table(
  'film_category',
  {
    filmId: small()
      .notNull()
      .references(() => film.filmId, { ...keep, name: 'fk_film_category_film' }),
    categoryId: tiny()
      .notNull()
      .references(() => category.categoryId, { ...keep, name: 'fk_film_category_category' }),
    ...lastUpdate,
  },
  (t) => [primaryKey(t.filmId, t.categoryId)],
)
export const filmText = table(
  'film_text',
  { filmId: smallint().primaryKey(), title: varchar(255).notNull(), description: regulartext() },
  (t) => [index('idx_title_description').on(t.title, t.description).fulltext(), mysqlOptions({ engine: 'InnoDB' })],
)

const filmColumns = {
  FID: small(),
  title: varchar(255),
  description: regulartext(),
  category: varchar(25),
  price: numeric(4, 2),
  length: small(),
  rating: rating(),
  actors: text(),
}
const films = (name: ReturnType<typeof sql<string>>) => sql`
    SELECT film.film_id, film.title, film.description, category.name, film.rental_rate, film.length, film.rating,
      GROUP_CONCAT(${name} SEPARATOR ', ')
    FROM ${category}
    LEFT JOIN ${filmCategory} ON category.category_id = film_category.category_id
    LEFT JOIN ${film} ON film_category.film_id = film.film_id
    JOIN ${filmActor} ON film.film_id = film_actor.film_id
    JOIN ${actor} ON film_actor.actor_id = actor.actor_id
    GROUP BY film.film_id, category.name`
const proper = (column: string) => sql`CONCAT(UCASE(SUBSTR(${sql.unsafe(column)}, 1, 1)), LCASE(SUBSTR(${sql.unsafe(column)}, 2)))`
const filmList = view('film_list', films(sql<string>`CONCAT(actor.first_name, ' ', actor.last_name)`).returns(filmColumns))
const nicerFilmList = view(
  'nicer_but_slower_film_list',
  films(sql<string>`CONCAT(${proper('actor.first_name')}, ' ', ${proper('actor.last_name')})`).returns(filmColumns),
)
const actorInfo = view(
  'actor_info',
  sql`
    SELECT a.actor_id, a.first_name, a.last_name, GROUP_CONCAT(DISTINCT CONCAT(c.name, ': ', (
      SELECT GROUP_CONCAT(f.title ORDER BY f.title SEPARATOR ', ')
      FROM ${film} AS f
      JOIN ${filmCategory} AS fc1 ON f.film_id = fc1.film_id
      JOIN ${filmActor} AS fa1 ON f.film_id = fa1.film_id
      WHERE fc1.category_id = c.category_id AND fa1.actor_id = a.actor_id
    )) ORDER BY c.name SEPARATOR '; ')
    FROM ${actor} AS a
    LEFT JOIN ${filmActor} AS fa ON a.actor_id = fa.actor_id
    LEFT JOIN ${filmCategory} AS fc ON fa.film_id = fc.film_id
    LEFT JOIN ${category} AS c ON fc.category_id = c.category_id
    GROUP BY a.actor_id, a.first_name, a.last_name`.returns({
    actor_id: small(),
    first_name: varchar(45),
    last_name: varchar(45),
    film_info: text(),
  }),
)

/** Sakila's tables and views; `point` where the server is MySQL, whose rows have one more column that the script hides from others. */
export function sakilaOf(point: boolean) {
  const location: { readonly location: ReturnType<typeof customType<string>> } | object = point
    ? { location: customType<string>('geometry').notNull() }
    : {}
  const address = table(
    'address',
    {
      addressId: small().primaryKey().identity(),
      address: varchar(50).notNull(),
      address2: varchar(50),
      district: varchar(20).notNull(),
      cityId: small()
        .notNull()
        .references(() => city.cityId, { ...keep, name: 'fk_address_city' }),
      postalCode: varchar(10),
      phone: varchar(20).notNull(),
      ...(location as object),
      ...lastUpdate,
    },
    (t) => [
      index('idx_fk_city_id').on(t.cityId),
      ...(point
        ? [
            index('idx_location')
              .on((t as unknown as { location: AnyColumn }).location)
              .spatial(),
          ]
        : []),
    ],
  )
  const staff = table(
    'staff',
    {
      staffId: tiny().primaryKey().identity(),
      firstName: varchar(45).notNull(),
      lastName: varchar(45).notNull(),
      addressId: small()
        .notNull()
        .references(() => address.addressId, { ...keep, name: 'fk_staff_address' }),
      picture: regularblob(),
      email: varchar(50),
      storeId: tiny().notNull(),
      active: boolean().notNull().default(true),
      username: varchar(16).notNull(),
      password: varchar(40).collate('utf8mb4_bin').sensitive(),
      ...lastUpdate,
    },
    (t) => [
      index('idx_fk_store_id').on(t.storeId),
      index('idx_fk_address_id').on(t.addressId),
      foreignKey(t.storeId)
        .references(() => store.storeId)
        .named('fk_staff_store')
        .onDelete('restrict')
        .onUpdate('cascade'),
    ],
  )
  const store = table(
    'store',
    {
      storeId: tiny().primaryKey().identity(),
      managerStaffId: tiny().notNull(),
      addressId: small()
        .notNull()
        .references(() => address.addressId, { ...keep, name: 'fk_store_address' }),
      ...lastUpdate,
    },
    (t) => [
      unique('idx_unique_manager').on(t.managerStaffId),
      index('idx_fk_address_id').on(t.addressId),
      foreignKey(t.managerStaffId)
        .references(() => staff.staffId)
        .named('fk_store_staff')
        .onDelete('restrict')
        .onUpdate('cascade'),
    ],
  )
  const customer = table(
    'customer',
    {
      customerId: small().primaryKey().identity(),
      storeId: tiny()
        .notNull()
        .references(() => store.storeId, { ...keep, name: 'fk_customer_store' }),
      firstName: varchar(45).notNull(),
      lastName: varchar(45).notNull(),
      email: varchar(50),
      addressId: small()
        .notNull()
        .references(() => address.addressId, { ...keep, name: 'fk_customer_address' }),
      active: boolean().notNull().default(true),
      createDate: timestamp({ precision: 0 }).notNull(),
      lastUpdate: stamp().default(seconds).onUpdate(now()),
    },
    (t) => [index('idx_fk_store_id').on(t.storeId), index('idx_fk_address_id').on(t.addressId), index('idx_last_name').on(t.lastName)],
  )
  const inventory = table(
    'inventory',
    {
      inventoryId: medium().primaryKey().identity(),
      filmId: small()
        .notNull()
        .references(() => film.filmId, { ...keep, name: 'fk_inventory_film' }),
      storeId: tiny()
        .notNull()
        .references(() => store.storeId, { ...keep, name: 'fk_inventory_store' }),
      ...lastUpdate,
    },
    (t) => [index('idx_fk_film_id').on(t.filmId), index('idx_store_id_film_id').on(t.storeId, t.filmId)],
  )
  const rental = table(
    'rental',
    {
      rentalId: integer().primaryKey().identity(),
      rentalDate: timestamp({ precision: 0 }).notNull(),
      inventoryId: medium()
        .notNull()
        .references(() => inventory.inventoryId, { ...keep, name: 'fk_rental_inventory' }),
      customerId: small()
        .notNull()
        .references(() => customer.customerId, { ...keep, name: 'fk_rental_customer' }),
      returnDate: timestamp({ precision: 0 }),
      staffId: tiny()
        .notNull()
        .references(() => staff.staffId, { ...keep, name: 'fk_rental_staff' }),
      ...lastUpdate,
    },
    (t) => [
      unique('rental_date').on(t.rentalDate, t.inventoryId, t.customerId),
      index('idx_fk_inventory_id').on(t.inventoryId),
      index('idx_fk_customer_id').on(t.customerId),
      index('idx_fk_staff_id').on(t.staffId),
    ],
  )
  const payment = table(
    'payment',
    {
      paymentId: small().primaryKey().identity(),
      customerId: small()
        .notNull()
        .references(() => customer.customerId, { ...keep, name: 'fk_payment_customer' }),
      staffId: tiny()
        .notNull()
        .references(() => staff.staffId, { ...keep, name: 'fk_payment_staff' }),
      rentalId: integer().references(() => rental.rentalId, { onDelete: 'set null', onUpdate: 'cascade', name: 'fk_payment_rental' }),
      amount: numeric(5, 2).notNull(),
      paymentDate: timestamp({ precision: 0 }).notNull(),
      lastUpdate: stamp().default(seconds).onUpdate(now()),
    },
    (t) => [index('idx_fk_staff_id').on(t.staffId), index('idx_fk_customer_id').on(t.customerId)],
  )
  const manager = alias(staff, 'm')
  const salesByStore = view(
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
      .groupBy(store.storeId, city.city, country.country, manager.firstName, manager.lastName)
      .orderBy(country.country, city.city),
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
      .groupBy(category.name)
      .orderBy(sum(payment.amount).desc()),
  )
  const customerList = view(
    'customer_list',
    select({
      ID: customer.customerId,
      name: customer.firstName.concat(' ').concat(customer.lastName),
      address: address.address,
      'zip code': address.postalCode,
      phone: address.phone,
      city: city.city,
      country: country.country,
      notes: caseWhen(customer.active).then('active').else(''),
      SID: customer.storeId,
    })
      .from(customer)
      .join(address, customer.addressId.eq(address.addressId))
      .join(city, address.cityId.eq(city.cityId))
      .join(country, city.countryId.eq(country.countryId)),
  )
  const staffList = view(
    'staff_list',
    select({
      ID: staff.staffId,
      name: staff.firstName.concat(' ').concat(staff.lastName),
      address: address.address,
      'zip code': address.postalCode,
      phone: address.phone,
      city: city.city,
      country: country.country,
      SID: staff.storeId,
    })
      .from(staff)
      .join(address, staff.addressId.eq(address.addressId))
      .join(city, address.cityId.eq(city.cityId))
      .join(country, city.countryId.eq(country.countryId)),
  )
  const views = { salesByStore, salesByFilmCategory, customerList, staffList, filmList, nicerFilmList, actorInfo }
  const others = { actor, category, language, country, city, film, filmActor, filmCategory, filmText }
  return metadata({ ...others, address, staff, store, customer, inventory, rental, payment, ...views })
    .attach(
      'afterCreate',
      filmText,
      sql`
      CREATE TRIGGER ins_film AFTER INSERT ON ${film} FOR EACH ROW
      INSERT INTO ${filmText} (film_id, title, description) VALUES (new.film_id, new.title, new.description)`,
    )
    .attach(
      'afterCreate',
      filmText,
      sql`
      CREATE TRIGGER del_film AFTER DELETE ON ${film} FOR EACH ROW DELETE FROM ${filmText} WHERE film_id = old.film_id`,
    )
}
