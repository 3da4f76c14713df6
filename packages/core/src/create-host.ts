import { createStore } from 'zustand/vanilla'
import type { CreateInstallation } from './create-installation.ts'
import type { FailureSignal, Report } from './definition/signal.ts'
import type { TableAccess } from './definition/table-access.ts'
import { handlerFailed } from './errors/event-errors.ts'
import { GridKitError } from './errors/gridkit-error.ts'
import { EnhancedEventBus } from './events/enhanced-event-bus.ts'
import { ErrorTally } from './health/error-tally.ts'
import type { HostOptions } from './host-options.ts'
import { systemClock, type Clock } from './lifetime/clock.ts'
import { loadPart } from './lifetime/load-part.ts'
import { consoleSink, createLogger, type LogSink } from './logging/logger.ts'
import type { FailureListener, HostRooms, LifecycleTimeouts } from './manager/host-rooms.ts'
import type { ManagedInstallationSource } from './manager/managed-installation.ts'
import { MethodRegistry } from './methods/method-registry.ts'
import { PermissionTrail } from './permissions/permission-trail.ts'
import { ReloadingManager } from './reload/reloading-manager.ts'
import type { StorageRoom } from './storage/storage-room.ts'

/** What a table adds to its host. */
export interface HostConnections {
  readonly table?: TableAccess
  readonly methods?: MethodRegistry
  /** What puts plugins on the host, where that is to be there from the start. */
  readonly createInstallation?: CreateInstallation
}

type StorageRooms = Pick<HostRooms, 'openStorage' | 'close'>

const defaultTimeouts: LifecycleTimeouts = { initialize: 10_000, start: 10_000, stop: 5_000, destroy: 5_000 }

/**
 * The plugin manager of one table, or of none:
 * `new EnhancedPluginManager()` runs plugins that need no table.
 */
export class EnhancedPluginManager extends ReloadingManager {
  constructor(options: HostOptions = {}, connections: HostConnections = {}) {
    const rooms = buildRooms(options, connections)
    super(rooms, installationOf(rooms, options, connections), options.hotReload)
  }
}

function buildRooms(options: HostOptions, { methods }: HostConnections): HostRooms {
  const clock = options.clock ?? systemClock
  const log = unfailing(options.log ?? consoleSink())
  const errors = new ErrorTally(clock)
  const failures = new Set<FailureListener>()
  const report = (signal: FailureSignal): void => tell(signal, { bus, log, errors, failures })
  const bus = new EnhancedEventBus(clock, report, { history: options.eventHistory })
  return {
    bus,
    clock,
    report,
    errors,
    onFailure: (listener) => {
      failures.add(listener)
      return () => void failures.delete(listener)
    },
    reloadGracePeriod: options.reloadGracePeriod ?? 30_000,
    permissionTrail: new PermissionTrail({ size: options.permissionAuditSize, clock, report }),
    methods: methods ?? new MethodRegistry(),
    callsWait: options.callsWhileLoading !== 'reject',
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    store: createStore(() => ({ plugins: {} })),
    loggerFor: (pluginId) => createLogger(log, pluginId),
    loaders: options.loaders ?? [],
    ...storageOf(options, log, clock, report),
  }
}

/** At hand where the table brought it; else loaded when the first plugin comes. */
function installationOf(
  rooms: HostRooms,
  options: HostOptions,
  { table, createInstallation }: HostConnections,
): ManagedInstallationSource {
  if (createInstallation) return createInstallation(rooms, options, table)
  return async () => {
    const part = await loadPart('installing plugins', () => import('./installation-part.ts'))
    return part.createInstallation(rooms, options, table)
  }
}

/** A log that fails must not take the table with it, and there is nowhere else to tell it. */
function unfailing(sink: LogSink): LogSink {
  return (...line) => {
    try {
      sink(...line)
    } catch {}
  }
}

/** Those who hear of a failure. */
interface Listeners {
  readonly bus: EnhancedEventBus
  readonly log: LogSink
  readonly errors: ErrorTally
  readonly failures: ReadonlySet<FailureListener>
}

/** Fans a failure out to the log and, when a plugin is at fault, to its tally and the bus. */
function tell(signal: FailureSignal, { bus, log, errors, failures }: Listeners): void {
  const { pluginId, phase, late } = signal
  const failure = failureOf(signal)
  log('error', pluginId ?? 'host', failure.message, [failure])
  if (pluginId === undefined) return
  const payload = { pluginId, phase, code: failure.code, message: failure.message }
  errors.add(payload)
  // A handler of plugin:error that fails must not cause the event that makes it fail.
  if (phase !== "handler of 'plugin:error'") bus.emit({ type: 'plugin:error', payload })
  if (!late) for (const listener of failures) listener(payload, failure)
}

function failureOf({ pluginId, phase, error }: FailureSignal): GridKitError {
  try {
    return error instanceof GridKitError ? error : handlerFailed(pluginId, phase, error)
  } catch {
    // What was thrown may throw itself when it is looked at.
    return handlerFailed(pluginId, phase, 'something that can not be read')
  }
}

/** Opens storage for plugins. The room is loaded when the first plugin that stores something comes. */
function storageOf(options: HostOptions, log: LogSink, clock: Clock, report: Report): StorageRooms {
  let room: Promise<StorageRoom> | undefined
  const create = async (): Promise<StorageRoom> => {
    try {
      const { createStorageRoom } = await loadPart('storage', () => import('./storage/storage-room.ts'))
      return createStorageRoom({ tableId: options.id, storage: options.storage, log, clock, report })
    } catch (error) {
      room = undefined
      throw error
    }
  }
  return {
    openStorage: async (owner, quotaBytes) => (await (room ??= create())).open(owner, quotaBytes),
    // Whoever waits for storage that could not be loaded is told; there is nothing to close.
    close: async () =>
      room?.then(
        (opened) => opened.close(),
        () => {},
      ),
  }
}
