import type { EnhancedPluginContext } from '../definition/context.ts'
import type { Permission } from '../definition/permission.ts'
import type { PluginMethod } from '../definition/plugin-methods.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'
import { emit, subscribe } from './event-access.ts'
import { registerHook, registerMiddleware } from './hook-access.ts'
import { exportService, importService } from './service-access.ts'
import { fetchFor } from './network-access.ts'
import { receiveMessages, request } from './message-access.ts'
import { metricsOf } from './metric-access.ts'
import { storageOf } from './storage-access.ts'
import { rowsOf, tableIn, viewOf } from './table-access.ts'
import { runLater, runRepeatedly } from './timer-access.ts'

/** Builds the object through which one plugin reaches its host. */
export function createContext(rooms: ContextRooms, owner: ContextOwner): EnhancedPluginContext {
  const { pluginId, guard, scope } = owner
  const view = viewOf(rooms, pluginId)
  return {
    pluginId,
    get config() {
      return owner.config()
    },
    signal: scope.signal,
    logger: owner.logger,
    storage: storageOf(rooms, owner),
    rows: rowsOf(view, owner),
    on: (pattern, handler, options) =>
      guard.out('on', `events:subscribe:${pattern}`, () =>
        subscribe(rooms, owner, view, pattern, handler, options),
      ),
    emit: (event) => emit(rooms, owner, event),
    sendMessage: (target, message) =>
      guard.out(
        'sendMessage',
        `messages:send:${target}`,
        () => rooms.messages.send(pluginId, target, message),
        true,
      ),
    onMessage: (handler) => guard.out('onMessage', undefined, () => receiveMessages(rooms, owner, handler)),
    request: (target, message, options) => request(rooms, owner, target, message, options),
    getTableState: () =>
      guard.out('getTableState', 'state:read', () => tableIn(view, 'getTableState').snapshot()),
    updateTableState: (recipe) =>
      guard.out(
        'updateTableState',
        'state:write',
        () =>
          // The recipe is shown all slices.
          guard.out('updateTableState', 'state:read', () =>
            tableIn(view, 'updateTableState').updateState(recipe),
          ),
        true,
      ),
    registerMethod: (name, method) =>
      guard.out('registerMethod', 'methods:register', () => registerMethod(rooms, owner, name, method)),
    registerHook: (point, handler, options) =>
      guard.out('registerHook', `hooks:register:${point}`, () =>
        registerHook(rooms, owner, view, point, handler, options),
      ),
    registerMiddleware: (name, middleware, options) =>
      guard.out('registerMiddleware', 'middleware:register', () =>
        registerMiddleware(rooms, owner, view, name, middleware, options),
      ),
    unregisterMiddleware: (name) =>
      guard.out('unregisterMiddleware', undefined, () => rooms.middleware.unregister(pluginId, name)),
    exportService: (name, service, options) => exportService(rooms, owner, name, service, options),
    importService: (from, name) => importService(rooms, owner, from, name),
    metrics: metricsOf(owner),
    getResourceUsage: () => guard.out('getResourceUsage', undefined, () => owner.resourceUse()),
    hasPermission: (permission) =>
      guard.out('hasPermission', undefined, () => rooms.permissions.has(pluginId, permission)),
    requestPermission: (permission: Permission) =>
      // People are asked: not without end.
      guard.out('requestPermission', undefined, () => requestPermission(rooms, owner, permission), true),
    setTimeout: (run, milliseconds) =>
      guard.out('setTimeout', undefined, () => runLater(rooms, owner, run, milliseconds)),
    setInterval: (run, milliseconds) =>
      guard.out('setInterval', undefined, () => runRepeatedly(rooms, owner, run, milliseconds)),
    fetch: (input, init) => fetchFor(rooms, owner, input, init),
    download: (fileName, content) =>
      guard.out('download', 'download', () => {
        guard.requireRunning('download')
        rooms.download(fileName, content)
      }),
  }
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

async function requestPermission(
  { permissions }: ContextRooms,
  { pluginId, rightsChanged }: ContextOwner,
  permission: Permission,
): Promise<boolean> {
  const granted = await permissions.request(pluginId, permission)
  if (granted) await rightsChanged()
  return granted
}
