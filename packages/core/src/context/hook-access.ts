import type { PluginErrorPayload } from '../definition/events.ts'
import type { HookOptions, HookTurn, Middleware, MiddlewareOptions } from '../definition/hooks.ts'
import type { Operation } from '../definition/operations.ts'
import type { TableView } from '../definition/table-access.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'
import { countedHandler, standingRight } from './registered-handler.ts'

/** What a handler gets follows from its point; whoever registers it answers for the type. */
type Handler = (input: object) => unknown

/** @throws GK_HOOK_POINT_INVALID, GK_TOO_MANY_HANDLERS */
export function registerHook(
  rooms: ContextRooms,
  owner: ContextOwner,
  view: TableView | undefined,
  point: string,
  handler: (input: never) => unknown,
  options?: HookOptions,
): Undo {
  const { pluginId, guard } = owner
  const run = handler as Handler
  const mayRun = standingRight(rooms, pluginId, 'hooks:register')
  const inputOf = inputsOf(point, view, {
    pluginId,
    // It may have been revoked while the hook took its time.
    requireRight(right) {
      const permission = `hooks:register:${right}`
      if (rooms.permissions.refusalOf(pluginId, permission) === 'revoked')
        rooms.permissions.require(pluginId, permission)
    },
  })
  const call = (given: object): unknown => {
    // A revoked right, of part of the pattern too, cuts what was registered under it.
    if (!mayRun(rightFor(point, given))) return undefined
    return guard.attempt(`hook '${point}'`, () => run(inputOf(given)))
  }
  return countedHandler(owner, () => rooms.hooks.register(pluginId, point, call, options))
}

/** @throws GK_MIDDLEWARE_EXISTS, GK_MIDDLEWARE_INVALID, GK_TOO_MANY_HANDLERS */
export function registerMiddleware(
  { middleware: registry, permissions }: ContextRooms,
  owner: ContextOwner,
  view: TableView | undefined,
  name: string,
  middleware: Middleware,
  options?: MiddlewareOptions,
): Undo {
  const { pluginId, guard } = owner
  const call = (operation: Operation, next: Parameters<Middleware>[1]): unknown => {
    if (!permissions.has(pluginId, 'middleware:register')) return undefined
    return guard.attempt(`middleware '${name}'`, () => {
      const pass = (): ReturnType<typeof next> => guard.outside(next)
      const result = middleware(view?.projectOperation(operation) ?? operation, pass)
      // Told apart from one that failed.
      return isThenable(result) ? Promise.resolve(result).then(() => true) : true
    })
  }
  const undo = countedHandler(owner, () =>
    // By name it goes as by its undo.
    registry.register(pluginId, name, call, options, () => undo()),
  )
  return undo
}

/** What to hand to a hook of this point. */
function inputsOf(
  point: string,
  view: TableView | undefined,
  { pluginId, requireRight }: { readonly pluginId: string; readonly requireRight: (right: string) => void },
): (given: object) => object {
  if (point === 'error') return (failure) => seenFailure(failure as PluginErrorPayload, view)
  const see = (operation: Operation): Operation => view?.projectOperation(operation) ?? operation
  if (point.startsWith('after:'))
    return (given) => Object.freeze({ operation: see((given as { operation: Operation }).operation) })
  if (!point.startsWith('before:')) return (moment) => Object.freeze({ ...moment })
  return (given) => {
    const turn = given as HookTurn
    const operation = see(turn.operation)
    return {
      type: operation.type,
      operation,
      amend: (patch: unknown) => {
        requireRight(rightFor(point, turn))
        turn.amend(view?.amendOperation(turn.operation, patch) ?? { by: pluginId, patch })
      },
      cancel: (reason: string) => {
        requireRight(rightFor(point, turn))
        turn.cancel(reason)
      },
      get signal() {
        return turn.signal
      },
    }
  }
}

/** As in the event of the same failure. */
function seenFailure(failure: PluginErrorPayload, view: TableView | undefined): object {
  const payload = Object.freeze({ ...failure })
  const event = { type: 'plugin:error', payload, id: '', timestamp: 0, source: 'api' } as const
  return (view?.projectEvent(event).payload as object | undefined) ?? payload
}

/** The right that a hook needs when it runs. */
function rightFor(point: string, given: object): string {
  const [phase = ''] = point.split(':')
  return 'operation' in given ? `${phase}:${(given.operation as Operation).type}` : point
}
