import type { Operation, OperationPayloads, OperationSource } from './operations.ts'

/** What the events about plugins carry. */
export interface PluginEventPayload {
  readonly pluginId: string
  readonly version: string
}

/** A failure charged to a plugin. */
export interface PluginErrorPayload {
  readonly pluginId: string
  /** Where in the plugin: a lifecycle phase, a method, an event handler. */
  readonly phase: string
  readonly code: string
  readonly message: string
}

/** Something that people may want to know of a plugin that fails. Plain data. */
export interface PluginAlert {
  readonly pluginId: string
  /**
   * `warning`: it is near its threshold. `threshold`: it reached it. `suspended`: it is not called until `retryAt`.
   * `resumed`: it runs again, on trial. `down`: it stays down until someone acts.
   */
  readonly kind: 'warning' | 'threshold' | 'suspended' | 'resumed' | 'down'
  /** How many failures there were within the window. */
  readonly errors: number
  /** In milliseconds. */
  readonly window: number
  /** For people. */
  readonly reason: string
  /** When a suspended plugin runs again, in milliseconds since the epoch. */
  readonly retryAt?: number
}

/** A plugin was cut off, because it failed or took too much. It is let run again by itself, unless it is down. */
export interface PluginSuspendedPayload extends PluginEventPayload {
  /** For people. */
  readonly reason: string
}

/** A plugin was replaced by another version of itself while it ran. */
export interface PluginReloadedPayload {
  readonly pluginId: string
  /** The version before. */
  readonly from: string
  readonly to: string
  /** Milliseconds from when calls were held to when they went on. */
  readonly duration: number
}

/** A new version of a plugin did not make it, and the version before runs on. */
export interface PluginRolledBackPayload {
  readonly pluginId: string
  /** The version that runs. */
  readonly version: string
  readonly code: string
  readonly message: string
}

/** An export, by its own number, from start to end. */
export interface ExportEventPayload {
  readonly exportId: string
  readonly format: string
  readonly rows: number
  readonly total: number
}

/** An operation that a plugin, or the host, kept from being done. */
export interface OperationCancelledPayload {
  readonly operation: Operation
  /** A plugin id, or `'host'` where what was to be changed is gone. */
  readonly by: string
  readonly reason: string
}

/** The payload of every event type GridKit and its official plugins emit. */
export interface EventPayloads extends OperationPayloads {
  /** The application replaced the rows: not an operation, but a fact. */
  readonly 'data:replace': { readonly rows: number }
  readonly 'operation:cancelled': OperationCancelledPayload
  readonly 'export:start': ExportEventPayload
  readonly 'export:progress': ExportEventPayload
  readonly 'export:complete': ExportEventPayload & { readonly bytes: number; readonly duration: number }
  readonly 'export:error': ExportEventPayload & { readonly code: string; readonly message: string }
  readonly 'plugin:installed': PluginEventPayload
  readonly 'plugin:started': PluginEventPayload
  readonly 'plugin:stopped': PluginEventPayload
  readonly 'plugin:uninstalled': PluginEventPayload
  readonly 'plugin:error': PluginErrorPayload
  readonly 'plugin:alert': PluginAlert
  readonly 'plugin:suspended': PluginSuspendedPayload
  readonly 'plugin:resumed': PluginEventPayload
  readonly 'plugin:reloaded': PluginReloadedPayload
  readonly 'plugin:rolled-back': PluginRolledBackPayload
}

/** The event types of a map from types to payloads; none in `object`, which is what declares no types. */
type DeclaredIn<TEvents extends object> = keyof TEvents & string

type Known<TEvents extends object> = keyof EventPayloads | DeclaredIn<TEvents>

/** A plugin's id has one slash at most, after its scope. */
type NamespaceOf<TType extends string> = TType extends `@${infer Scope}/${infer Name}/${string}`
  ? `@${Scope}/${Name}`
  : TType extends `${infer Name}/${string}`
    ? Name
    : never

type NounsOf<TType extends string> = TType extends `${infer Noun}:${string}` ? `${Noun}:*` : never

/** The event types of `TEvents`, and all of a noun among them. */
export type DeclaredPattern<TEvents extends object> = DeclaredIn<TEvents> | NounsOf<DeclaredIn<TEvents>>

/**
 * The type itself, or why it can't be: once a plugin declares event types, its
 * namespace has no others.
 */
export type DeclaredType<TType extends string, TEvents extends object> = [DeclaredIn<TEvents>] extends [never]
  ? TType
  : TType extends keyof EventPayloads | DeclaredPattern<TEvents>
    ? TType
    : TType extends `${NamespaceOf<DeclaredIn<TEvents>>}/${string}`
      ? `'${TType}' is not among the event types that the plugin declares`
      : TType

/** Of a noun that only other plugins know, every type. */
type Named<TType extends string> = [TType] extends [never] ? string : TType

type Matching<TPattern extends string, TEvents extends object> = TPattern extends '*'
  ? Known<TEvents>
  : TPattern extends `${infer Noun}:*`
    ? Named<Extract<Known<TEvents>, `${Noun}:${string}`>>
    : TPattern

/** What a subscription may name: an event type, all of a noun (`row:*`), or all (`*`). */
export type EventPattern<TEvents extends object = object> =
  | Known<TEvents>
  | NounsOf<Known<TEvents>>
  | '*'
  | `${string}/${string}`

/** The payload of an event type; `unknown` for the types that plugins bring and `TEvents` does not declare. */
export type PayloadOf<TType extends string, TEvents extends object = object> = TType extends keyof TEvents
  ? TEvents[TType]
  : TType extends keyof EventPayloads
    ? EventPayloads[TType]
    : unknown

/**
 * Something that happened, made of what can be cloned. The event is frozen, and so is its payload once a plugin
 * emits or hears it; what is inside of the payload is not, because it may be the application's own data: change
 * none of it.
 */
export type GridKitEvent<
  TType extends string = string,
  TEvents extends object = object,
> = TType extends string
  ? {
      /** Lower-case `noun:verb`; a plugin's own are `<pluginId>/noun:verb`. */
      readonly type: TType
      readonly payload: PayloadOf<TType, TEvents>
      /** Unique on its bus. */
      readonly id: string
      /** Milliseconds since the epoch. */
      readonly timestamp: number
      readonly source: OperationSource
      /** The operation this is the fact of. */
      readonly operationId?: string
    }
  : never

/** The event a subscription to `TPattern` receives; a union to narrow by `type` when it names several. */
export type EventFor<TPattern extends string, TEvents extends object = object> = GridKitEvent<
  Matching<TPattern, TEvents>,
  TEvents
>

export type EventHandler<TPattern extends string = string, TEvents extends object = object> = (
  event: EventFor<TPattern, TEvents>,
) => unknown

export interface SubscribeOptions {
  /** Higher runs first; equals run in the order they subscribed. Default 100. */
  readonly priority?: number
  /** Unsubscribe after the first event. Default false. */
  readonly once?: boolean
  /** Unsubscribes when it aborts. */
  readonly signal?: AbortSignal
}

export interface WaitOptions {
  /** Milliseconds after which to give up. Default 5,000. */
  readonly timeout?: number
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal
}
