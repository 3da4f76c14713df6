import type { EnhancedPluginContext } from '@gridkit/core'
import { isRelative, networkPermissionFor, pageAddress } from '../network/network-permission.ts'
import type { AuditEvent } from './audit-event.ts'
import type { AuditDestination, AuditLogOptions } from './audit-options.ts'
import type { Deliver, DeliveryOutcome } from './delivery-queue.ts'
import { badResponse, deliveryTimedOut, destinationInvalid } from './errors.ts'

/** What recording and delivering take of the plugin's context. */
export type AuditContext = Pick<
  EnhancedPluginContext<AuditLogOptions>,
  'config' | 'logger' | 'setTimeout' | 'fetch' | 'on'
>

/** An answer that takes longer counts as none. */
const longestAnswer = 30_000
/** With room for headers, what browsers let outlive a page. */
const keepaliveBytes = 62_000
/** Statuses that say nothing about the events themselves. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429])

/** @throws GK_AUDIT_DESTINATION_INVALID */
export function requireDestination(destination: AuditDestination): void {
  if (typeof destination !== 'string') return
  const known = networkPermissionFor(destination) !== undefined
  if (!known || (isRelative(destination) && pageAddress() === undefined))
    throw destinationInvalid(destination)
}

/** Delivers to the destination that the configuration names when a delivery begins. */
export function transportFor(context: AuditContext): Deliver {
  return async (events, leaving) => {
    try {
      const { destination } = context.config
      if (typeof destination === 'string') return await post(context, destination, events, leaving)
      await destination(events)
      return { kind: 'delivered' }
    } catch (error) {
      return { kind: 'failed', error }
    }
  }
}

async function post(
  context: AuditContext,
  address: string,
  events: readonly AuditEvent[],
  leaving: boolean,
): Promise<DeliveryOutcome> {
  const body = JSON.stringify({ events })
  const timeout = new AbortController()
  const cancel = context.setTimeout(() => timeout.abort(deliveryTimedOut(longestAnswer)), longestAnswer)
  try {
    const response = await context.fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      keepalive: leaving && new TextEncoder().encode(body).length <= keepaliveBytes,
      signal: timeout.signal,
    })
    // An answer that is not read keeps its share of what may outlive the page.
    await response.arrayBuffer()
    return outcomeOf(response)
  } finally {
    cancel()
  }
}

function outcomeOf({ ok, status, statusText }: Response): DeliveryOutcome {
  if (ok) return { kind: 'delivered' }
  const again = status >= 500 || temporary.has(status)
  return { kind: again ? 'failed' : 'refused', error: badResponse(status, statusText) }
}
