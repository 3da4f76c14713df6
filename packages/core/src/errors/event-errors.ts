import { GridKitError, messageOf } from './gridkit-error.ts'

export function invalidEventType(type: string): GridKitError {
  return new GridKitError({
    code: 'GK_INVALID_EVENT_TYPE',
    message: `'${type}' is not an event type`,
    hint: "Event types are lower-case 'noun:verb', a plugin's own are '<pluginId>/noun:verb'. Patterns such as 'row:*' and '*' are for subscribing only.",
  })
}

export function eventCycle(types: readonly string[], depth: number): GridKitError {
  return new GridKitError({
    code: 'GK_EVENT_CYCLE',
    message: `events were emitted by their own consequences ${depth} levels deep, and cut: ${types.join(' -> ')}`,
    hint: 'A handler of one of these events emits another of them. Emit only when something changed.',
  })
}

export function handlerFailed(pluginId: string | undefined, subject: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_HANDLER_FAILED',
    pluginId,
    message: `${pluginId === undefined ? 'a handler' : `plugin '${pluginId}'`} failed in ${subject}: ${messageOf(cause)}`,
    hint: 'Look at the cause. The other handlers ran.',
    cause,
  })
}
