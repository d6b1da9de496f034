/** Hand-written SQL that makes the same table for every contender. */
export const setUp = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, age INTEGER NOT NULL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO users SELECT i, 'user number ' || i, 'user' || i || '@example.org', 18 + i * 7 % 60 FROM n;
`
export const keys = 64
/** The key fetched by iteration `i`: 64 of them, all over the table. */
export const idOf = (i) => 1 + (i & (keys - 1)) * 151
/** Looks into a fetched row, so that fetching it cannot be optimised away. */
export const read = (row) => row.name.length
