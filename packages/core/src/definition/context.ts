import type { Logger } from '../logging/logger.ts'
import type { TableState_All } from '@tanstack/table-core'
import type { Undo } from '../lifetime/scope.ts'
import type { DeclaredType, EventHandler, EventPattern, PayloadOf, SubscribeOptions } from './events.ts'
import type { ResourceUse } from './health.ts'
import type { HookHandler, HookOptions, HookPoint, Middleware, MiddlewareOptions } from './hooks.ts'
import type { PluginMetricsRecorder } from './metrics.ts'
import type { ServiceHandle, ServiceOptions, UntypedService } from './services.ts'
import type { MessageHandler, RequestOptions } from './messages.ts'
import type { Permission } from './permission.ts'
import type { MethodAt, MethodName } from './plugin-methods.ts'
import type { RowValues } from './operations.ts'
import type { PluginStorage } from './storage.ts'
import type { RowChange, RowQuery, RowQueryOptions, TableSnapshot } from './table-access.ts'

/** The rows of the table. */
export interface PluginRows {
  /** The row, or `undefined`. Needs `state:read`. */
  get(rowId: string): RowValues | undefined
  /** Adds a row (default: at the end) and returns its id. Needs `rows:create`. */
  create(row: RowValues, index?: number): string
  /** Needs `rows:update`; with a recipe, which is shown the row, `state:read` too. Throws `GK_ROW_NOT_FOUND`. */
  update(rowId: string, change: RowChange): void
  /** Needs `rows:delete`. Throws `GK_ROW_NOT_FOUND`. */
  delete(rowId: string): void
  /** The rows as they are now, page by page. Needs `state:read`. */
  query(options?: RowQueryOptions): RowQuery
}

/** What a plugin emits: the bus adds id, time and source. */
export interface EventInput<TType extends string = string, TEvents extends object = object> {
  readonly type: DeclaredType<TType, TEvents>
  readonly payload: PayloadOf<TType, TEvents>
}

/**
 * The one object through which a plugin reaches its host.
 *
 * Everything acquired here is given back when the plugin goes. After that every
 * member but `pluginId`, `config`, `signal`, `logger` and `metrics` throws `GK_CONTEXT_CLOSED`.
 */
export interface EnhancedPluginContext<
  TConfig = unknown,
  TMethods extends object = object,
  TEvents extends object = object,
> {
  readonly pluginId: string
  /** The configuration now. Read it when needed: it changes when the application changes it. */
  readonly config: TConfig
  /** Aborted when the plugin is torn down. */
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly storage: PluginStorage
  readonly rows: PluginRows

  /** Needs `events:subscribe` for the pattern. */
  on<TPattern extends EventPattern<TEvents>>(
    pattern: DeclaredType<TPattern, TEvents>,
    handler: EventHandler<TPattern, TEvents>,
    options?: SubscribeOptions,
  ): Undo
  /** A plugin's own types, `<pluginId>/noun:verb`, are free; others need `events:emit` for the type. */
  emit<TType extends string>(event: EventInput<TType, TEvents>): void

  /**
   * Sends a copy of the message to one plugin, and returns before it is delivered.
   * Needs `messages:send:<target>`.
   * Throws `GK_NO_RECEIVER`, and `GK_MESSAGE_INVALID` for what can't be copied.
   */
  sendMessage(target: string, message: unknown): void
  /**
   * Takes the messages and requests of other plugins, as copies. There is one
   * handler at a time: while there is one, a second throws `GK_MESSAGE_HANDLER_EXISTS`.
   */
  onMessage<TMessage = unknown>(handler: MessageHandler<TMessage>): Undo
  /**
   * Sends as `sendMessage`, and resolves with a copy of what the handler returns.
   * Rejects with `GK_REQUEST_FAILED`, `GK_REQUEST_TIMED_OUT`, `GK_REQUEST_ABORTED`,
   * `GK_RECEIVER_GONE`, or what `sendMessage` throws.
   */
  request<TAnswer = unknown>(target: string, message: unknown, options?: RequestOptions): Promise<TAnswer>

  /** The table's state now, in O(1). Needs `state:read`. */
  getTableState(): TableSnapshot
  /**
   * Changes state slices by an immer recipe; each changed slice becomes an operation. Needs `state:write`,
   * and `state:read`, because the recipe is shown all slices.
   */
  updateTableState(recipe: (draft: TableState_All) => TableState_All | void): void

  /**
   * Puts a method on the table. Calls come back as promises. Needs `methods:register`.
   * Throws `GK_METHOD_EXISTS` when the table has a member of that name.
   */
  registerMethod<TName extends MethodName<TMethods>>(name: TName, method: MethodAt<TMethods, TName>): Undo

  /**
   * Has a say in what happens to the table: before or after operations (`before:row:update`, `after:row:*`,
   * `before:*`), and at `startup`, `shutdown` and each `error`. Needs `hooks:register:<point>`.
   */
  registerHook<TPoint extends HookPoint>(
    point: TPoint,
    handler: HookHandler<TPoint>,
    options?: HookOptions,
  ): Undo
  /**
   * Wraps the making of operations: `next()` makes it. Needs `middleware:register`.
   * Throws `GK_MIDDLEWARE_EXISTS` for a second one of the same name.
   */
  registerMiddleware(name: string, middleware: Middleware, options?: MiddlewareOptions): Undo
  /** Does nothing where there is none of that name. */
  unregisterMiddleware(name: string): void

  /**
   * Offers methods to other plugins, which import them by the plugin's id and this name. Needs `services:export`.
   * Throws `GK_SERVICE_EXISTS`.
   */
  exportService(name: string, service: object, options?: ServiceOptions): Undo
  /**
   * What another plugin offers, whether it is there yet or not: each method returns a promise, which rejects with
   * `GK_SERVICE_GONE` while nobody offers it. Goes on working when the other is reloaded. Needs `services:import:<pluginId>`.
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who imports says what it is
  importService<TService extends object = UntypedService>(
    pluginId: string,
    name: string,
  ): ServiceHandle<TService>

  /** Figures of the plugin's own, shown with what is measured of it. */
  readonly metrics: PluginMetricsRecorder
  /** What the plugin takes of its host now. */
  getResourceUsage(): ResourceUse

  hasPermission(permission: Permission): boolean
  /** Asks the host's policy for a right the plugin declared as optional. */
  requestPermission(permission: Permission): Promise<boolean>

  /** As the global one, but ends with the plugin. Returns its undo. */
  setTimeout(run: () => void, milliseconds: number): Undo
  /** As the global one, but ends with the plugin. Returns its undo. */
  setInterval(run: () => void, milliseconds: number): Undo
  /**
   * As the global one, but aborts with the plugin. Needs `network:<origin>`, or `network:self` on the page's own.
   * After a redirect the last address needs it too, before the response is given; all the requests were made by
   * then, and those in between are not seen.
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Hands a file to the user. Needs `download`. */
  download(fileName: string, content: Blob): void
}
