import {
  definePlugin,
  type EnhancedPlugin,
  type EnhancedPluginContext,
  type EventPattern,
  type Permission,
} from '@gridkit/core'
import { isRelative, networkPermissionFor, pageAddress } from '../network/network-permission.ts'
import type { AuditEvent } from './audit-event.ts'
import type { AuditDestination, AuditLogOptions } from './audit-options.ts'
import { AuditRecorder } from './audit-recorder.ts'
import type { AuditFilter } from './audit-trail.ts'
import type { AuditStatus } from './delivery-queue.ts'
import { destinationInvalid } from './errors.ts'

export type { AuditActor, AuditEvent } from './audit-event.ts'
export type {
  AuditDestination,
  AuditLogOptions,
  KeyProvider,
  MaskRule,
  MaskStrategy,
  PiiOptions,
} from './audit-options.ts'
export type { AuditFilter } from './audit-trail.ts'
export type { AuditStatus } from './delivery-queue.ts'
export { decryptAuditValue } from './field-cipher.ts'
export type { EncryptedValue, FieldPlace } from './field-cipher.ts'

/** What the audit log puts on the table. */
export interface AuditLogMethods {
  readonly audit: {
    /** The latest 10,000 events of this page, oldest first, masked as they were sent. */
    query(filter?: AuditFilter): Promise<readonly AuditEvent[]>
    /**
     * Delivers what is queued now. Rejects with `GK_AUDIT_DELIVERY_FAILED` when
     * that fails; the events stay queued and are tried again.
     */
    flush(): Promise<void>
    status(): AuditStatus
    /** The events the destination refused with a 4xx, oldest first. */
    quarantined(): readonly AuditEvent[]
  }
}

const defaultEvents: readonly EventPattern[] = ['row:*', 'cell:*', 'export:*']
/** Less than the 5 s a plugin has to stop by default. */
const drainTime = 4_000

/**
 * Records who did what to which row, and delivers it: at least once, in order,
 * personal data masked or encrypted before it is kept or sent.
 *
 * Browser events are claims made by the user's device: your server has to
 * authenticate the actor, stamp the time and store append-only. Events are in
 * memory until they are delivered, so a page that is closed loses what its
 * last 250 ms, or an outage, left undelivered.
 */
export function auditLogPlugin(options: AuditLogOptions): EnhancedPlugin<AuditLogOptions, AuditLogMethods> {
  // One definition may run on several tables.
  const recorders = new WeakMap<object, AuditRecorder>()
  return definePlugin<AuditLogOptions, AuditLogMethods>({
    metadata: {
      id: 'audit-log',
      name: 'Audit log',
      version: '0.1.0',
      category: 'security',
      description: 'Records changes with who made them, masks personal data, and delivers to a server.',
      license: 'MIT',
    },
    requiredPermissions: permissionsFor(options),
    methods: ['audit.query', 'audit.flush', 'audit.status', 'audit.quarantined'],
    config: options,
    initialize(context) {
      requireDestination(context.config.destination)
      const recorder = new AuditRecorder(context)
      for (const pattern of context.config.events ?? defaultEvents) {
        context.on(pattern, (event) => recorder.record(event))
      }
      registerMethods(context, recorder)
      recorders.set(context, recorder)
    },
    async stop(context) {
      await recorders.get(context)?.drain(drainTime)
    },
    destroy(context) {
      recorders.get(context)?.close()
    },
  })
}

function registerMethods(
  context: EnhancedPluginContext<AuditLogOptions, AuditLogMethods>,
  recorder: AuditRecorder,
): void {
  context.registerMethod('audit.query', async (filter) => {
    await recorder.settled()
    return recorder.trail.query(filter)
  })
  context.registerMethod('audit.flush', async () => {
    await recorder.settled()
    await recorder.queue.flush()
  })
  context.registerMethod('audit.status', () => recorder.queue.status)
  context.registerMethod('audit.quarantined', () => recorder.queue.quarantined)
}

function permissionsFor({ destination, events = defaultEvents }: AuditLogOptions): readonly Permission[] {
  const network = typeof destination === 'string' ? networkPermissionFor(destination) : undefined
  return [
    ...events.map((pattern): Permission => `events:subscribe:${pattern}`),
    'methods:register',
    ...(network === undefined ? [] : [network]),
  ]
}

function requireDestination(destination: AuditDestination): void {
  if (typeof destination !== 'string') return
  const known = networkPermissionFor(destination) !== undefined
  if (!known || (isRelative(destination) && pageAddress() === undefined))
    throw destinationInvalid(destination)
}
