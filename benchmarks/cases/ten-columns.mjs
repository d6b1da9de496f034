/** The types of the ten columns of many rows; MariaDB has MySQL's. */
export const types = {
  postgres: [
    'integer primary key',
    'varchar(100) not null',
    'bigint',
    'numeric(12, 2)',
    'double precision',
    'boolean',
    'timestamptz(3)',
    'text',
    'integer',
    'varchar(50)',
  ],
  mysql: [
    'integer primary key',
    'varchar(100) not null',
    'bigint',
    'decimal(12, 2)',
    'double',
    'boolean',
    'datetime(3)',
    'longtext',
    'integer',
    'varchar(50)',
  ],
  sqlite: ['integer primary key', 'text not null', 'integer', 'text', 'real', 'integer', 'text', 'text', 'integer', 'text'],
}
