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

export function eventTimedOut(pattern: string, milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_EVENT_TIMED_OUT',
    message: `no event '${pattern}' that was waited for came within ${milliseconds} ms`,
    hint: 'Check the type and the predicate, start waiting before the event, or raise the timeout.',
  })
}

export function waitEnded(pattern: string, reason: string, cause?: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_EVENT_WAIT_ENDED',
    message: `waiting for the event '${pattern}' ended: ${reason}`,
    hint: 'Nothing is left to do, unless the wait was meant to go on.',
    cause,
  })
}
