import { GridKitError } from '../errors/gridkit-error.ts'
import { installInterrupted, pluginFailed, pluginTimedOut } from '../errors/plugin-errors.ts'
import type { Outcome } from '../lifetime/deadline.ts'

/** Why a phase of a plugin's life did not come to its end. */
export function failureOf(
  outcome: Exclude<Outcome<unknown>, { readonly kind: 'done' }>,
  pluginId: string,
  phase: string,
  milliseconds: number,
): GridKitError {
  if (outcome.kind === 'aborted') return installInterrupted(pluginId)
  if (outcome.kind === 'timed-out') return pluginTimedOut(pluginId, phase, milliseconds)
  return failureIn(pluginId, phase, outcome.error)
}

/** A plugin that says itself what is wrong, and what to do, says it best. */
export function failureIn(pluginId: string, phase: string, error: unknown): GridKitError {
  return error instanceof GridKitError ? error : pluginFailed(pluginId, phase, error)
}
