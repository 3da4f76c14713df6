import { isFunction, isRecord, optional, type ValueRule } from '../definition/field-rules.ts'
import type { ErrorThreshold } from '../definition/health.ts'
import { invalidErrorThreshold } from '../errors/health-errors.ts'
import type { Problem } from '../errors/problem.ts'

const actions: readonly unknown[] = ['disable', 'alert', 'log'] satisfies ErrorThreshold['action'][]

export const defaultThreshold: Required<ErrorThreshold> = {
  errors: 5,
  window: 60_000,
  action: 'disable',
  warnAt: 0.8,
  coolDown: 5_000,
  maxRestarts: 3,
  restartWindow: 300_000,
  onAlert: () => {},
}

const isWhole = (value: unknown): boolean => Number.isInteger(value)
const milliseconds = optional(
  (value) => Number.isFinite(value) && Number(value) > 0,
  'a number of milliseconds above 0',
  'write a number, or leave it out',
)
const rules: Readonly<Record<keyof ErrorThreshold, ValueRule>> = {
  errors: optional(
    (value) => isWhole(value) && Number(value) >= 1,
    'a whole number, 1 or more',
    'write a number, or leave it out',
  ),
  window: milliseconds,
  action: optional(
    (value) => actions.includes(value),
    `one of ${actions.join(', ')}`,
    'write one of these, or leave it out',
  ),
  warnAt: optional(
    (value) => Number.isFinite(value) && Number(value) >= 0 && Number(value) <= 1,
    'a number from 0 to 1',
    'write a part, such as 0.8',
  ),
  coolDown: milliseconds,
  maxRestarts: optional(
    (value) => (isWhole(value) && Number(value) >= 0) || value === Infinity,
    'a whole number, 0 or more',
    'write a number, or Infinity to restart it always',
  ),
  restartWindow: milliseconds,
  onAlert: optional(isFunction, 'a function', 'write a function, or leave it out'),
}

/**
 * A threshold with what it leaves open taken from another.
 *
 * @throws GK_INVALID_ERROR_THRESHOLD
 */
export function resolveThreshold(
  pluginId: string,
  given: ErrorThreshold,
  base: Required<ErrorThreshold> = defaultThreshold,
): Required<ErrorThreshold> {
  const problems = [...problemsOf(given)]
  if (problems.length > 0) throw invalidErrorThreshold(pluginId, problems)
  const written = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...base, ...Object.fromEntries(written) }
}

function* problemsOf(given: unknown): Generator<Problem> {
  if (!isRecord(given)) {
    yield { path: 'threshold', message: 'it must be an object', hint: 'write { errors: 5 }' }
    return
  }
  for (const [field, rule] of Object.entries(rules)) yield* rule(given[field], field)
  const hint = `fields are ${Object.keys(rules).join(', ')}`
  for (const field of Object.keys(given))
    if (!Object.hasOwn(rules, field)) yield { path: field, message: `unknown field: ${field}`, hint }
}
