import type { Problem } from '../errors/problem.ts'
import { isRecord, optional, type ValueRule } from './field-rules.ts'
import type { ResourceLimits } from './plugin.ts'

/** Whatever is compared with NaN, there is room for more. */
function limit(holds: (value: number) => boolean, what: string, whenAbsent: string): ValueRule {
  const isLimit = (value: unknown): boolean => Number.isFinite(value) && holds(Number(value))
  return optional(isLimit, what, `write a number, or leave it out for ${whenAbsent}`)
}

const rules: Readonly<Record<keyof ResourceLimits, ValueRule>> = {
  maxEventHandlers: limit(
    (value) => Number.isInteger(value) && value >= 0,
    'a whole number, 0 or more',
    'any number of them',
  ),
  maxStorageMB: limit((value) => value >= 0, 'a number of megabytes, 0 or more', '5'),
  maxCPUPercent: limit((value) => value > 0 && value <= 100, 'a number above 0, up to 100', '50'),
  maxMemoryMB: limit((value) => value >= 0, 'a number of megabytes, 0 or more', 'any amount'),
  maxCallsPerSecond: limit((value) => value > 0, 'a number above 0', '100'),
  maxCallBurst: limit((value) => value >= 1, 'a number, 1 or more', 'the calls of two seconds'),
}
const known = Object.keys(rules)

const record = optional(isRecord, 'an object', 'write { maxStorageMB: 5 }')

/** What is wrong with the limits as the plugin gives them. Empty when they are sound, or there are none. */
export function limitProblems(limits: unknown, path: string): readonly Problem[] {
  if (!isRecord(limits)) return record(limits, path)
  const unknown = Object.keys(limits).filter((name) => !known.includes(name))
  return [
    ...Object.entries(rules).flatMap(([name, rule]) => rule(limits[name], `${path}.${name}`)),
    ...unknown.map((name) => unknownLimit(name, path)),
  ]
}

function unknownLimit(name: string, path: string): Problem {
  const [nearest = ''] = [...known].sort((a, b) => likeness(name, b) - likeness(name, a))
  const isMeant = likeness(name, nearest) >= telling
  const hint = isMeant ? `did you mean '${nearest}'?` : `limits are ${known.join(', ')}`
  return { path: `${path}.${name}`, message: `unknown limit: ${name}`, hint }
}

/** More than the `max` and the `MB` that names have in common anyway. */
const telling = 6

/** How many letters two names share at their beginnings and ends. */
function likeness(a: string, b: string): number {
  const [first, second] = [a.toLowerCase().split(''), b.toLowerCase().split('')]
  const shared = sharedStart(first, second) + sharedStart(first.reverse(), second.reverse())
  // Those of a short name may be at both of its ends.
  return Math.min(shared, a.length)
}

function sharedStart(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((letter, index) => letter !== b[index])
  return end === -1 ? a.length : end
}
