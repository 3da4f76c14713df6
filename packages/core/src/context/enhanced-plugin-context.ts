import { addressInvalid, noTable } from '../errors/catalogue.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { EnhancedPluginContext, EventInput, PluginRows, PluginStorage } from '../definition/context.ts'
import type { EventHandler, EventPattern, GridKitEvent, SubscribeOptions } from '../definition/events.ts'
import type { Permission } from '../definition/permission.ts'
import type { PluginMethod } from '../definition/plugin-methods.ts'
import type { TableAccess } from '../definition/table-access.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Scope, Undo } from '../lifetime/scope.ts'
import type { Logger } from '../logging/logger.ts'
import type { MethodRegistry } from '../methods/method-registry.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { Download } from './download.ts'
import { networkPermission, pageAddress, type Fetch } from './fetch.ts'
import type { Guard } from './guarded-call.ts'

/** What the host lends to every context. */
export interface ContextRooms {
  readonly bus: EnhancedEventBus
  readonly permissions: PermissionRegistry
  readonly methods: MethodRegistry
  readonly table: TableAccess | undefined
  readonly clock: Clock
  readonly fetch: Fetch
  readonly download: Download
}

/** What belongs to one plugin. */
export interface ContextOwner {
  readonly pluginId: string
  readonly config: () => unknown
  readonly scope: Scope
  readonly guard: Guard
  readonly logger: Logger
  /** Opens the storage at its first use. */
  readonly storage: () => PluginStorage
}

/** Builds the object through which one plugin reaches its host. */
export function createContext(rooms: ContextRooms, owner: ContextOwner): EnhancedPluginContext {
  const { pluginId, guard, scope } = owner
  return {
    pluginId,
    get config() {
      return owner.config()
    },
    signal: scope.signal,
    logger: owner.logger,
    storage: storageOf(owner),
    rows: rowsOf(rooms, owner),
    on: (pattern, handler, options) =>
      guard.out('on', `events:subscribe:${pattern}`, () =>
        subscribe(rooms, owner, pattern, handler, options),
      ),
    emit: (event) => emit(rooms, owner, event),
    getTableState: () =>
      guard.out('getTableState', 'state:read', () => tableOf(rooms, 'getTableState').snapshot()),
    updateTableState: (recipe) =>
      guard.out('updateTableState', 'state:write', () =>
        tableOf(rooms, 'updateTableState').updateState(recipe, pluginId),
      ),
    registerMethod: (name, method) =>
      guard.out('registerMethod', 'methods:register', () => registerMethod(rooms, owner, name, method)),
    hasPermission: (permission) =>
      guard.out('hasPermission', undefined, () => rooms.permissions.has(pluginId, permission)),
    requestPermission: (permission: Permission) =>
      guard.out('requestPermission', undefined, () => rooms.permissions.request(pluginId, permission)),
    setTimeout: (run, milliseconds) =>
      guard.out('setTimeout', undefined, () => runLater(rooms, owner, run, milliseconds)),
    setInterval: (run, milliseconds) =>
      guard.out('setInterval', undefined, () =>
        scope.add(
          rooms.clock.every(
            milliseconds,
            guard.callback(() => 'setInterval', run),
          ),
        ),
      ),
    fetch: (input, init) => fetchFor(rooms, owner, input, init),
    download: (fileName, content) =>
      guard.out('download', 'download', () => rooms.download(fileName, content)),
  }
}

function tableOf(rooms: ContextRooms, member: string): TableAccess {
  if (rooms.table === undefined) throw noTable(member)
  return rooms.table
}

function subscribe<TPattern extends EventPattern>(
  { bus, permissions }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
  { priority, once, signal }: SubscribeOptions = {},
): Undo {
  if (signal?.aborted) return () => {}
  const call = guard.callback((event: GridKitEvent) => `handler of '${event.type}'`, handler as EventHandler)
  const receive: EventHandler = (event) => {
    // A revoked right, of part of the pattern too, cuts what was subscribed under it.
    if (!permissions.has(pluginId, `events:subscribe:${event.type}`)) return
    if (once) undo()
    call(event)
  }
  const undo = scope.add(bus.on(pattern, receive, priority === undefined ? {} : { priority }, pluginId))
  signal?.addEventListener('abort', undo, { once: true, signal: scope.signal })
  return undo
}

function emit({ bus }: ContextRooms, { pluginId, guard }: ContextOwner, event: EventInput): void {
  const { type, payload } = event
  const own = type.startsWith(`${pluginId}/`)
  guard.out('emit', own ? undefined : `events:emit:${type}`, () =>
    bus.emit({ type, payload, source: pluginId }),
  )
}

function registerMethod(
  { methods }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  name: string,
  method: PluginMethod,
): Undo {
  // The types of a method are checked where it is registered and where it is called.
  const run = method as (...parameters: unknown[]) => unknown
  return scope.add(
    methods.register(pluginId, name, (parameters) =>
      guard.answer(`method '${name}'`, () => run(...parameters)),
    ),
  )
}

function runLater(
  { clock }: ContextRooms,
  { scope, guard }: ContextOwner,
  run: () => void,
  milliseconds: number,
): Undo {
  const call = guard.callback(() => 'setTimeout', run)
  const undo = scope.add(
    clock.after(milliseconds, () => {
      call()
      undo()
    }),
  )
  return undo
}

async function fetchFor(
  rooms: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  input: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const page = pageAddress()
  const target = addressOf(pluginId, input, page)
  const signals = init.signal ? [scope.signal, init.signal] : [scope.signal]
  return guard.out('fetch', networkPermission(target, page), () =>
    rooms.fetch(target, { ...init, signal: AbortSignal.any(signals) }),
  )
}

function addressOf(pluginId: string, input: string | URL, page: string | undefined): URL {
  try {
    return new URL(input, page)
  } catch (error) {
    throw addressInvalid(pluginId, String(input), error)
  }
}

function storageOf({ guard, storage }: ContextOwner): PluginStorage {
  const use = <T>(member: string, call: (open: PluginStorage) => T): T =>
    guard.out(`storage.${member}`, 'storage:use', () => call(storage()))
  return {
    get: (key) => use('get', (open) => open.get(key)),
    set: (key, value) => use('set', (open) => open.set(key, value)),
    delete: (key) => use('delete', (open) => open.delete(key)),
    clear: () => use('clear', (open) => open.clear()),
    keys: () => use('keys', (open) => open.keys()),
    has: (key) => use('has', (open) => open.has(key)),
    get size() {
      return use('size', (open) => open.size)
    },
    flush: () => use('flush', (open) => open.flush()),
  }
}

function rowsOf(rooms: ContextRooms, { pluginId, guard }: ContextOwner): PluginRows {
  const use = <T>(member: string, permission: Permission, call: (table: TableAccess) => T): T =>
    guard.out(`rows.${member}`, permission, () => call(tableOf(rooms, `rows.${member}`)))
  return {
    get: (rowId) => use('get', 'state:read', (table) => table.getRow(rowId)),
    create: (row, index) => use('create', 'rows:create', (table) => table.createRow(row, index, pluginId)),
    update: (rowId, change) =>
      use('update', 'rows:update', (table) => table.updateRow(rowId, change, pluginId)),
    delete: (rowId) => use('delete', 'rows:delete', (table) => table.deleteRow(rowId, pluginId)),
    query: (options = {}) => use('query', 'state:read', (table) => table.query(options)),
  }
}
