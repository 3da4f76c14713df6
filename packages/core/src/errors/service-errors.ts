import { GridKitError, messageOf } from './gridkit-error.ts'

export function serviceInvalid(owner: string, name: string): GridKitError {
  return new GridKitError({
    code: 'GK_SERVICE_INVALID',
    pluginId: owner,
    message: `plugin '${owner}' can't export '${name}': it has no methods`,
    hint: 'Export an object whose members, or those of its class, are functions.',
  })
}

export function serviceExists(owner: string, name: string): GridKitError {
  return new GridKitError({
    code: 'GK_SERVICE_EXISTS',
    pluginId: owner,
    message: `plugin '${owner}' already exports a service '${name}'`,
    hint: 'Choose another name, or undo the first export.',
  })
}

export function serviceGone(from: string, owner: string, name: string): GridKitError {
  return new GridKitError({
    code: 'GK_SERVICE_GONE',
    pluginId: from,
    message: `plugin '${from}' can't use service '${name}' of plugin '${owner}': nobody exports it now`,
    hint: `Name '${owner}' in the dependencies, and check that it calls exportService('${name}', …) in initialize. The handle works again as soon as it does.`,
  })
}

export function serviceMethodUnknown(
  from: string,
  owner: string,
  name: string,
  method: string,
  known: readonly string[],
): GridKitError {
  return new GridKitError({
    code: 'GK_SERVICE_METHOD_UNKNOWN',
    pluginId: from,
    message: `plugin '${from}' called '${method}', which service '${name}' of plugin '${owner}' does not have`,
    hint: `It has ${known.map((each) => `'${each}'`).join(', ')}.`,
  })
}

/** @param isReloading Whether the exporter could not be asked, because it is being reloaded; else it did not answer. */
export function serviceTimedOut(
  from: string,
  owner: string,
  name: string,
  method: string,
  milliseconds: number,
  isReloading: boolean,
): GridKitError {
  const what = `plugin '${from}', which called '${method}' of its service '${name}'`
  return new GridKitError({
    code: 'GK_SERVICE_TIMED_OUT',
    pluginId: owner,
    message: isReloading
      ? `plugin '${owner}' was still being reloaded after ${milliseconds} ms for ${what}`
      : `plugin '${owner}' did not answer within ${milliseconds} ms to ${what}`,
    hint: isReloading
      ? `Look at what holds the reload of '${owner}' up.`
      : `Answer sooner, or let '${owner}' export the service with a longer timeout.`,
  })
}

export function serviceFailed(
  from: string,
  owner: string,
  name: string,
  method: string,
  cause: unknown,
): GridKitError {
  return new GridKitError({
    code: 'GK_SERVICE_FAILED',
    pluginId: owner,
    message: `'${method}' of service '${name}' of plugin '${owner}', called by plugin '${from}', failed: ${messageOf(cause)}`,
    hint: 'Look at the cause.',
    cause,
  })
}
