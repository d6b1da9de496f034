/** What a log and an error may show of the values that were sent: nothing of columns marked `.sensitive()`. */
import type { DriverValue, Plan } from '@quern/sql'

export const hiddenValue = '<hidden>'

/** Kept beside the values on their way, and only where somebody may be shown them. */
const secrets = new WeakMap<readonly DriverValue[], Plan>()

export function keepSecret(plan: Plan, values: readonly DriverValue[]): void {
  if (plan.secret) secrets.set(values, plan)
}

/** The statement has to do with such a column, so that the server's own words may quote one of its values. */
export const isSecretSent = (values: readonly DriverValue[]): boolean => secrets.has(values)

export function shownValues(values: readonly DriverValue[]): readonly DriverValue[] {
  const plan = secrets.get(values)
  return plan === undefined ? values : values.map((value, i) => (value !== null && plan.hides(i) ? hiddenValue : value))
}
