import { createStore } from 'zustand/vanilla'
import { pageDownload, type Download } from './context/download.ts'
import { pageFetch, type Fetch } from './context/fetch.ts'
import type { FailureSignal, Report } from './definition/signal.ts'
import type { TableAccess } from './definition/table-access.ts'
import { handlerFailed } from './errors/event-errors.ts'
import { GridKitError } from './errors/gridkit-error.ts'
import { EnhancedEventBus } from './events/enhanced-event-bus.ts'
import { systemClock, type Clock } from './lifetime/clock.ts'
import { consoleSink, createLogger, type LogSink } from './logging/logger.ts'
import type { HostRooms, LifecycleTimeouts } from './manager/host-rooms.ts'
import { PluginManager } from './manager/plugin-manager.ts'
import { MethodRegistry } from './methods/method-registry.ts'
import { PermissionRegistry, type PermissionPolicy } from './permissions/permission-registry.ts'
import { IsolatedStorage } from './storage/isolated-storage.ts'
import { localStorageBackend, pageStorage } from './storage/local-storage-backend.ts'
import { storageNamespace } from './storage/namespace.ts'
import { memoryBackend, type StorageBackend } from './storage/storage-backend.ts'
import { coreVersion } from './version.ts'

/** What an application may decide about the host of its plugins. */
export interface HostOptions {
  /** Names the table, for storage. Without it, storage lasts as long as the page. */
  readonly id?: string | undefined
  /** Default: `localStorage`. Without an `id`, always memory. */
  readonly storage?: 'memory' | 'localStorage' | StorageBackend | undefined
  /** Who decides what plugins may do. Default `'granted-as-requested'`. */
  readonly permissions?: PermissionPolicy | undefined
  /** Where log lines go. Default: warnings and errors to the console. */
  readonly log?: LogSink | undefined
  /** How long plugins may take to come up and to end. */
  readonly timeouts?: Partial<LifecycleTimeouts> | undefined
  /** How plugins reach the network. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** How files reach the user. Default: as a link that is clicked. */
  readonly download?: Download | undefined
  readonly clock?: Clock | undefined
}

/** What a table adds to its host. */
export interface HostConnections {
  readonly table?: TableAccess
  readonly methods?: MethodRegistry
}

const defaultTimeouts: LifecycleTimeouts = { initialize: 10_000, start: 10_000, stop: 5_000, destroy: 5_000 }

/**
 * The plugin manager of one table, or of none:
 * `new EnhancedPluginManager()` runs plugins that need no table.
 */
export class EnhancedPluginManager extends PluginManager {
  constructor(options: HostOptions = {}, connections: HostConnections = {}) {
    super(buildRooms(options, connections))
  }
}

function buildRooms(options: HostOptions, connections: HostConnections): HostRooms {
  const clock = options.clock ?? systemClock
  const log = unfailing(options.log ?? consoleSink())
  const report = (signal: FailureSignal): void => tell(signal, bus, log)
  const bus = new EnhancedEventBus(clock, report)
  return {
    bus,
    clock,
    report,
    coreVersion,
    permissions: new PermissionRegistry(options.permissions ?? 'granted-as-requested'),
    methods: connections.methods ?? new MethodRegistry(),
    table: connections.table,
    fetch: options.fetch ?? pageFetch,
    download: options.download ?? pageDownload,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    store: createStore(() => ({ plugins: {} })),
    loggerFor: (pluginId) => createLogger(log, pluginId),
    openStorage: storageOpener(options, log, report),
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

/** Fans a failure out to the log and, when a plugin is at fault, to the bus. */
function tell({ pluginId, phase, error }: FailureSignal, bus: EnhancedEventBus, log: LogSink): void {
  const failure = error instanceof GridKitError ? error : handlerFailed(pluginId, phase, error)
  log('error', pluginId ?? 'host', failure.message, [failure])
  // A handler of plugin:error that fails must not cause the event that makes it fail.
  if (pluginId === undefined || phase === "handler of 'plugin:error'") return
  bus.emit({
    type: 'plugin:error',
    payload: { pluginId, phase, code: failure.code, message: failure.message },
  })
}

function storageOpener(options: HostOptions, log: LogSink, report: Report): HostRooms['openStorage'] {
  let backend: StorageBackend | undefined
  return (owner, quotaBytes) => {
    backend ??= backendOf(options, log)
    const namespace = storageNamespace(options.id ?? '', owner)
    return new IsolatedStorage({ owner, namespace, quotaBytes, backend, report })
  }
}

function backendOf({ id, storage }: HostOptions, log: LogSink): StorageBackend {
  if (storage === 'memory') return memoryBackend()
  // Two tables without a name would share what they keep.
  const lasting = id === undefined ? undefined : typeof storage === 'object' ? storage : pageBackend()
  if (lasting) return lasting
  const reason = id === undefined ? 'the table has no id' : 'the browser has no localStorage here'
  log('warn', 'storage', `what plugins store lasts as long as the page: ${reason}`, [])
  return memoryBackend()
}

function pageBackend(): StorageBackend | undefined {
  const page = pageStorage()
  return page && localStorageBackend(page)
}
