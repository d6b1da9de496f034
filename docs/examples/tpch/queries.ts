/** The 22 queries of TPC-H, each a function of the tables; they know neither a connection nor a dialect. */
import { q1, q2, q3, q4, q5, q6, q7, q8 } from './queries-01-08.js'
import { q9, q10, q11, q12, q13, q14, q15 } from './queries-09-15.js'
import { q16, q17, q18, q19, q20, q21, q22 } from './queries-16-22.js'

export const queries = {
  ...{ q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11 },
  ...{ q12, q13, q14, q15, q16, q17, q18, q19, q20, q21, q22 },
}
