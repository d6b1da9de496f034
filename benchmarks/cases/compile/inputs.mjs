/** The values of iteration `i`: they vary, so that no contender can keep a statement by its values. */
export const idOf = (i) => (i % 1000) + 1
export const userOf = (i) => ({ id: 5000 + (i % 1000), name: `name ${i % 17}`, email: `mail${i % 1000}@example.org`, age: 18 + (i % 60) })
export const changeOf = (i) => ({ name: `changed ${i % 17}`, age: 18 + (i % 60) })
export const filterOf = (i) => ({ age: 18 + (i % 40), total: 100 + (i % 300), price: 900 - (i % 200), limit: 5 + (i % 20) })
