import { definePlugin, type EnhancedPlugin, type EnhancedPluginContext, type Permission } from '@gridkit/core'
import { networkPermissionFor } from '../network/network-permission.ts'
import type { AuditEvent } from './audit-event.ts'
import type { AuditLogOptions } from './audit-options.ts'
import { AuditRecorder, defaultEvents } from './audit-recorder.ts'
import type { AuditFilter } from './audit-trail.ts'
import type { AuditStatus } from './delivery-queue.ts'

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
export { decryptAuditValue } from './encrypted-value.ts'
export type { EncryptedValue, FieldPlace } from './encrypted-value.ts'

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
export function auditLogPlugin(
  options: AuditLogOptions,
): EnhancedPlugin<AuditLogOptions, AuditLogMethods, object, 'audit-log'> {
  // One definition may run on several tables.
  const recorders = new Map<object, AuditRecorder>()
  return definePlugin({
    types: {} as { methods: AuditLogMethods },
    metadata: {
      id: 'audit-log',
      name: 'Audit log',
      version: '0.1.0',
      category: 'security',
      description: 'Records changes with who made them, masks personal data, and delivers to a server.',
      license: 'MIT',
    },
    requiredPermissions: permissionsFor(options),
    // Without it, changes of sensitive columns are recorded without their values.
    optionalPermissions: ['columns:read'],
    methods: ['audit.query', 'audit.flush', 'audit.status', 'audit.quarantined'],
    config: options,
    async initialize(context) {
      const recorder = new AuditRecorder(context)
      recorders.set(context, recorder)
      registerMethods(context, recorder)
      await recorder.adopt()
    },
    async onConfigChange() {
      // It is called for one table; the recorders of others find nothing new.
      await Promise.all([...recorders.values()].map((recorder) => recorder.adopt()))
    },
    async stop(context) {
      await recorders.get(context)?.drain(drainTime)
    },
    destroy(context) {
      recorders.get(context)?.close()
      recorders.delete(context)
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
  context.registerMethod('audit.status', () => recorder.status)
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
