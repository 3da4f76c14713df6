import type { HookOptions } from '../definition/hooks.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { Held } from './owner-holds.ts'
import { parsePoint, type ParsedPoint } from './hook-point.ts'
import { hookPointInvalid } from '../errors/hook-errors.ts'

const defaultPriority = 100
/** From here on, hooks guard something: an operation must not slip past one that does not answer. */
const guardingPriority = 200
const defaultTimeout = 5_000

/** How long to wait for an answer, and what becomes of the operation without one. */
export interface Patience {
  readonly timeout: number
  readonly onTimeout: 'cancel' | 'proceed'
}

/** A hook, as it was registered. */
export interface Hook extends ParsedPoint, Patience, Held {
  readonly point: string
  readonly priority: number
  /** The plugins it runs before. */
  readonly before: readonly string[]
  /** The plugins it runs after. */
  readonly after: readonly string[]
  readonly call: (input: unknown) => unknown
  /** What ends turns that are waited for, when the hook goes. */
  readonly turns: Set<Undo>
}

/** @throws GK_HOOK_POINT_INVALID */
export function createHook(
  owner: string,
  point: string,
  call: (input: never) => unknown,
  { priority: given, before, after, ...patience }: HookOptions,
): Hook {
  const parsed = parsePoint(point)
  if (parsed === undefined) throw hookPointInvalid(owner, point)
  const priority = numberOr(given, defaultPriority)
  return {
    ...parsed,
    ...patienceOf(priority, patience),
    owner,
    point,
    priority,
    before: listOf(before),
    after: listOf(after),
    // What it is called with follows from the point.
    call: call as Hook['call'],
    turns: new Set(),
    hold: undefined,
  }
}

export function patienceOf(
  priority: number,
  { timeout, onTimeout }: Pick<HookOptions, 'timeout' | 'onTimeout'>,
): Patience {
  return {
    timeout: numberOr(timeout, defaultTimeout),
    onTimeout: onTimeout ?? (priority >= guardingPriority ? 'cancel' : 'proceed'),
  }
}

/** Plugins need not be typed. */
export function numberOr(value: number | undefined, otherwise: number): number {
  return typeof value === 'number' && !Number.isNaN(value) ? value : otherwise
}

function listOf(ids: string | readonly string[] | undefined): readonly string[] {
  if (ids === undefined) return []
  return typeof ids === 'string' ? [ids] : [...ids]
}
