import { GridKitError, messageOf } from './gridkit-error.ts'

export function noReceiver(from: string, to: string): GridKitError {
  return new GridKitError({
    code: 'GK_NO_RECEIVER',
    pluginId: from,
    message: `plugin '${from}' can't reach plugin '${to}': it is not there, or does not take messages`,
    hint: `Name '${to}' in the dependencies, and check that it calls onMessage in initialize.`,
  })
}

export function messageInvalid(pluginId: string, path: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_MESSAGE_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't send '${path}': it can't be copied`,
    hint: 'Send plain data: no functions, symbols, elements or proxies. Messages are copied by structuredClone.',
    cause,
  })
}

export function messageHandlerExists(pluginId: string): GridKitError {
  return new GridKitError({
    code: 'GK_MESSAGE_HANDLER_EXISTS',
    pluginId,
    message: `plugin '${pluginId}' already has a handler of messages`,
    hint: 'Tell messages apart in the one handler, or undo it before the next is registered.',
  })
}

export function requestFailed(from: string, to: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_REQUEST_FAILED',
    pluginId: to,
    message: `plugin '${to}' failed to answer plugin '${from}': ${messageOf(cause)}`,
    hint: 'Look at the cause.',
    cause,
  })
}

export function requestTimedOut(from: string, to: string, milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_REQUEST_TIMED_OUT',
    pluginId: to,
    message: `plugin '${to}' did not answer plugin '${from}' within ${milliseconds} ms`,
    hint: 'Answer sooner, or raise the timeout of the request.',
  })
}

export function requestAborted(from: string, to: string, reason: string, cause?: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_REQUEST_ABORTED',
    pluginId: from,
    message: `plugin '${from}' no longer waits for an answer of plugin '${to}': ${reason}`,
    hint: 'Nothing is left to do, unless the request was meant to go on.',
    cause,
  })
}

export function receiverGone(from: string, to: string): GridKitError {
  return new GridKitError({
    code: 'GK_RECEIVER_GONE',
    pluginId: to,
    message: `plugin '${to}' stopped taking messages before it answered plugin '${from}'`,
    hint: 'Ask again when the plugin is back, or go on without it.',
  })
}
