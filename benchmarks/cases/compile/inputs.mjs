/** The values of iteration `i`: they vary, so that no contender can keep a statement by its values. */
export const idOf = (i) => (i % 1000) + 1
export const userOf = (i) => ({ id: 5000 + (i % 1000), name: `name ${i % 17}`, email: `mail${i % 1000}@example.org`, age: 18 + (i % 60) })
/** A user whose key may be there already. */
export const savedOf = (i) => ({ id: idOf(i), name: `saved ${i % 17}`, email: `mail${i % 1000}@example.org`, age: 18 + (i % 60) })
export const changeOf = (i) => ({ name: `changed ${i % 17}`, age: 18 + (i % 60) })
export const filterOf = (i) => ({ age: 18 + (i % 40), total: 100 + (i % 300), price: 900 - (i % 200), limit: 5 + (i % 20) })

/**
 * Looks at the text as a driver would. V8 joins strings lazily; reading a character makes it write the text out, which would else be
 * left to the driver and count for nobody.
 */
export const use = (sql, params) => sql.charCodeAt(sql.length - 1) + params.length
