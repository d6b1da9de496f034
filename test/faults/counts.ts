/** `npm test` makes do with the counts that the tests name; `QUERN_TEST_FAULTS=10` makes them ten times as large. */
const factor = Number(process.env.QUERN_TEST_FAULTS ?? 1)
if (!(factor >= 1)) throw new Error('QUERN_TEST_FAULTS must be a number from 1 on')

export const times = (count: number): number => Math.round(count * factor)

/** For tests whose length is their count of repetitions. */
export const patience = (milliseconds: number): number => milliseconds * factor + 30_000
