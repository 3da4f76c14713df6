import { GridKitError, messageOf } from '@gridkit/core'

const pluginId = 'audit-log'

export function destinationInvalid(destination: string): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_DESTINATION_INVALID',
    pluginId,
    message: `audit events can't be sent to '${destination}'`,
    hint: "Give an http(s) address, such as '/api/logs' or 'https://logs.example.com/in'; a relative one needs a page. Or give a function.",
  })
}

/** `key` is the member of `pii.keys` that is not there. */
export function keyMissing(key: string, field: string): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_KEY_MISSING',
    pluginId,
    message: `field '${field}' is to be masked by hmac, and there is no key for it`,
    hint: `Give pii.keys.${key}, a function that returns a CryptoKey for HMAC, or use the strategy 'partial' or 'drop'.`,
  })
}

export function cryptoUnavailable(): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_CRYPTO_UNAVAILABLE',
    pluginId,
    message: 'this page has no WebCrypto, so nothing can be encrypted or masked by hmac',
    hint: "Serve the page over https (or from localhost), or use the mask strategies 'partial' and 'drop' only.",
  })
}

/** `name` is the member of the configuration that was asked. */
export function keyTimedOut(name: string): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_KEY_TIMED_OUT',
    pluginId,
    message: `${name} gave no key in time`,
    hint: 'It has 10 s, and 2 s once the plugin ends. Get the key before the table is made, and return it at once.',
  })
}

/** Without the id: it is personal data. */
export function rowIdPersonal(): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_ROW_ID_PERSONAL',
    pluginId,
    message: "the rows' ids are values of a field with personal data",
    hint: "Set pii.rowId, best to 'hmac': without it an id is masked only in events that show the field it comes from. Or give getRowId another field.",
  })
}

export function sealingFailed(field: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_SEALING_FAILED',
    pluginId,
    message: `field '${field}' could not be encrypted or masked, and was left out: ${messageOf(cause)}`,
    hint: 'Look at the cause; most likely pii.keys gave no usable key. The event itself was recorded.',
    cause,
  })
}

/** A delivery that is tried again. */
export function deliveryFailed(events: number, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_DELIVERY_FAILED',
    pluginId,
    message: `${events} audit events could not be delivered yet: ${messageOf(cause)}`,
    hint: 'They stay queued, in order, and are tried again. Check the network and the destination.',
    cause,
  })
}

export function eventsRefused(events: number, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_EVENTS_REFUSED',
    pluginId,
    message: `the destination refused ${events} audit events: ${messageOf(cause)}`,
    hint: 'They are in quarantine (audit.status().quarantined) and later ones go on. Check what the server answers, its log-in and its body limit.',
    cause,
  })
}

export function eventsUndelivered(events: number, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_EVENTS_UNDELIVERED',
    pluginId,
    message: `the plugin ended with ${events} audit events undelivered${cause === undefined ? '' : `: ${messageOf(cause)}`}`,
    hint: 'The destination or a key of pii.keys could not be reached while the table was torn down; these events are gone. Await audit.flush() before.',
    cause,
  })
}

export function badResponse(status: number, statusText: string): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_BAD_RESPONSE',
    pluginId,
    message: `the server answered ${status} ${statusText}`.trimEnd(),
    hint: '5xx, 408, 425 and 429 are tried again; any other status than 2xx puts the events in quarantine.',
  })
}

export function deliveryTimedOut(milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_DELIVERY_TIMED_OUT',
    pluginId,
    message: `the server did not answer within ${milliseconds} ms`,
    hint: 'The events are sent again, with the same ids. Check the destination.',
  })
}

export function decryptionFailed(path: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_AUDIT_DECRYPTION_FAILED',
    pluginId,
    message: `the value at '${path}' can't be read with this key`,
    hint: 'Use the key that encrypted it, and the event and path it came from: a value moved elsewhere does not open.',
    cause,
  })
}
