import { GridKitError } from './gridkit-error.ts'

export function hookPointInvalid(pluginId: string, point: string): GridKitError {
  return new GridKitError({
    code: 'GK_HOOK_POINT_INVALID',
    pluginId,
    message: `plugin '${pluginId}' registers a hook at '${point}', which is no point`,
    hint: "Points are 'startup', 'shutdown', 'error', and 'before:' or 'after:' with an operation, such as 'before:row:update', 'after:row:*', 'before:*'.",
  })
}

export function amendmentInvalid(pluginId: string, type: string, problem: string): GridKitError {
  return new GridKitError({
    code: 'GK_AMENDMENT_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't amend '${type}' like that: ${problem}`,
    hint: 'Give what AmendmentOf of that operation says. Nothing was amended.',
  })
}

export function hookEnded(pluginId: string, member: string, subject: string): GridKitError {
  return new GridKitError({
    code: 'GK_HOOK_ENDED',
    pluginId,
    message: `plugin '${pluginId}' called ${member} when ${subject} had ended`,
    hint: 'Return a promise that lasts until all is said, and stop when the signal aborts.',
  })
}

export function hookTimedOut(
  pluginId: string,
  subject: string,
  milliseconds: number,
  consequence: 'cancel' | 'proceed',
): GridKitError {
  const then = consequence === 'cancel' ? 'was cancelled' : 'went on without it'
  return new GridKitError({
    code: 'GK_HOOK_TIMED_OUT',
    pluginId,
    message: `${subject} of plugin '${pluginId}' took over ${milliseconds} ms, and the operation ${then}`,
    hint: 'Answer sooner, or raise its timeout: people wait for it.',
  })
}

export function hookOrderCycle(pluginIds: readonly string[], type: string): GridKitError {
  const named = pluginIds.map((id) => `'${id}'`).join(', ')
  return new GridKitError({
    code: 'GK_HOOK_ORDER_CYCLE',
    message: `hooks of ${named} on '${type}' are each to run before another of them; their priority decides`,
    hint: "Remove one of their 'before' or 'after'.",
  })
}

export function middlewareExists(pluginId: string, name: string): GridKitError {
  return new GridKitError({
    code: 'GK_MIDDLEWARE_EXISTS',
    pluginId,
    message: `plugin '${pluginId}' has a middleware '${name}' already`,
    hint: 'Choose another name, or unregister the first.',
  })
}

export function nextCalledTwice(pluginId: string, name: string): GridKitError {
  return new GridKitError({
    code: 'GK_NEXT_CALLED_TWICE',
    pluginId,
    message: `middleware '${name}' of plugin '${pluginId}' called next() twice`,
    hint: 'An operation is passed on once; keep what next() returned. The second call did nothing.',
  })
}

/** @param problem What was given, and what is wrong with it. */
export function middlewareInvalid(pluginId: string, name: string, problem: string): GridKitError {
  return new GridKitError({
    code: 'GK_MIDDLEWARE_INVALID',
    pluginId,
    message: `plugin '${pluginId}' registers the middleware '${name}' for ${problem}`,
    hint: "Give a list of operations, such as ['row:update', 'sort:change'], ['row:*'] or ['*'], or none for all.",
  })
}

export function afterHooksLost(pluginId: string, count: number): GridKitError {
  return new GridKitError({
    code: 'GK_AFTER_HOOKS_LOST',
    pluginId,
    message: `${count} operations were not told to 'after' hooks of plugin '${pluginId}': more were made than are kept while it is replaced`,
    hint: 'Let the plugin look at the state of the table when it is restored, or reload it while little happens.',
  })
}
