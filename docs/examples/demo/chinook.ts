/** The tables of Chinook, a record shop, as `printTables(await reflect(engine), { dialect: 'sqlite', camel: true })` wrote them. */
import { foreignKey, index, integer, numeric, primaryKey, type table as Table, timestamp, varchar } from 'quern'

/** They are inside a function because they have other names on PostgreSQL: `tables.ts` gives it what declares a table there. */
export function chinook(table: typeof Table) {
  const artist = table('Artist', {
    artistId: integer().named('ArtistId').primaryKey().identity(),
    name: varchar(120).named('Name'),
  })

  const album = table(
    'Album',
    {
      albumId: integer().named('AlbumId').primaryKey().identity(),
      title: varchar(160).named('Title').notNull(),
      artistId: integer()
        .named('ArtistId')
        .notNull()
        .references(() => artist.artistId),
    },
    (t) => [index('IFK_AlbumArtistId').on(t.artistId)],
  )

  const employee = table(
    'Employee',
    {
      employeeId: integer().named('EmployeeId').primaryKey().identity(),
      lastName: varchar(20).named('LastName').notNull(),
      firstName: varchar(20).named('FirstName').notNull(),
      title: varchar(30).named('Title'),
      reportsTo: integer().named('ReportsTo'),
      birthDate: timestamp().named('BirthDate'),
      hireDate: timestamp().named('HireDate'),
      address: varchar(70).named('Address'),
      city: varchar(40).named('City'),
      state: varchar(40).named('State'),
      country: varchar(40).named('Country'),
      postalCode: varchar(10).named('PostalCode'),
      phone: varchar(24).named('Phone'),
      fax: varchar(24).named('Fax'),
      email: varchar(60).named('Email'),
    },
    (t) => [foreignKey(t.reportsTo).references(t.employeeId), index('IFK_EmployeeReportsTo').on(t.reportsTo)],
  )

  const customer = table(
    'Customer',
    {
      customerId: integer().named('CustomerId').primaryKey().identity(),
      firstName: varchar(40).named('FirstName').notNull(),
      lastName: varchar(20).named('LastName').notNull(),
      company: varchar(80).named('Company'),
      address: varchar(70).named('Address'),
      city: varchar(40).named('City'),
      state: varchar(40).named('State'),
      country: varchar(40).named('Country'),
      postalCode: varchar(10).named('PostalCode'),
      phone: varchar(24).named('Phone'),
      fax: varchar(24).named('Fax'),
      email: varchar(60).named('Email').notNull(),
      supportRepId: integer()
        .named('SupportRepId')
        .references(() => employee.employeeId),
    },
    (t) => [index('IFK_CustomerSupportRepId').on(t.supportRepId)],
  )

  const genre = table('Genre', {
    genreId: integer().named('GenreId').primaryKey().identity(),
    name: varchar(120).named('Name'),
  })

  const invoice = table(
    'Invoice',
    {
      invoiceId: integer().named('InvoiceId').primaryKey().identity(),
      customerId: integer()
        .named('CustomerId')
        .notNull()
        .references(() => customer.customerId),
      invoiceDate: timestamp().named('InvoiceDate').notNull(),
      billingAddress: varchar(70).named('BillingAddress'),
      billingCity: varchar(40).named('BillingCity'),
      billingState: varchar(40).named('BillingState'),
      billingCountry: varchar(40).named('BillingCountry'),
      billingPostalCode: varchar(10).named('BillingPostalCode'),
      total: numeric(10, 2, { mode: 'number' }).named('Total').notNull(),
    },
    (t) => [index('IFK_InvoiceCustomerId').on(t.customerId)],
  )

  const mediaType = table('MediaType', {
    mediaTypeId: integer().named('MediaTypeId').primaryKey().identity(),
    name: varchar(120).named('Name'),
  })

  const track = table(
    'Track',
    {
      trackId: integer().named('TrackId').primaryKey().identity(),
      name: varchar(200).named('Name').notNull(),
      albumId: integer()
        .named('AlbumId')
        .references(() => album.albumId),
      mediaTypeId: integer()
        .named('MediaTypeId')
        .notNull()
        .references(() => mediaType.mediaTypeId),
      genreId: integer()
        .named('GenreId')
        .references(() => genre.genreId),
      composer: varchar(220).named('Composer'),
      milliseconds: integer().named('Milliseconds').notNull(),
      bytes: integer().named('Bytes'),
      unitPrice: numeric(10, 2, { mode: 'number' }).named('UnitPrice').notNull(),
    },
    (t) => [
      index('IFK_TrackAlbumId').on(t.albumId),
      index('IFK_TrackGenreId').on(t.genreId),
      index('IFK_TrackMediaTypeId').on(t.mediaTypeId),
    ],
  )

  const invoiceLine = table(
    'InvoiceLine',
    {
      invoiceLineId: integer().named('InvoiceLineId').primaryKey().identity(),
      invoiceId: integer()
        .named('InvoiceId')
        .notNull()
        .references(() => invoice.invoiceId),
      trackId: integer()
        .named('TrackId')
        .notNull()
        .references(() => track.trackId),
      unitPrice: numeric(10, 2, { mode: 'number' }).named('UnitPrice').notNull(),
      quantity: integer().named('Quantity').notNull(),
    },
    (t) => [index('IFK_InvoiceLineInvoiceId').on(t.invoiceId), index('IFK_InvoiceLineTrackId').on(t.trackId)],
  )

  const playlist = table('Playlist', {
    playlistId: integer().named('PlaylistId').primaryKey().identity(),
    name: varchar(120).named('Name'),
  })

  const playlistTrack = table(
    'PlaylistTrack',
    {
      playlistId: integer()
        .named('PlaylistId')
        .notNull()
        .references(() => playlist.playlistId),
      trackId: integer()
        .named('TrackId')
        .notNull()
        .references(() => track.trackId),
    },
    (t) => [
      primaryKey(t.playlistId, t.trackId).named('PK_PlaylistTrack'),
      index('IFK_PlaylistTrackPlaylistId').on(t.playlistId),
      index('IFK_PlaylistTrackTrackId').on(t.trackId),
    ],
  )

  return { artist, album, employee, customer, genre, invoice, mediaType, track, invoiceLine, playlist, playlistTrack }
}
