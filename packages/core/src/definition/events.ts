import type { OperationPayloads, OperationSource } from './operations.ts'

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

/** An export, by its own number, from start to end. */
export interface ExportEventPayload {
  readonly exportId: string
  readonly format: string
  readonly rows: number
  readonly total: number
}

/** The payload of every event type GridKit and its official plugins emit. */
export interface EventPayloads extends OperationPayloads {
  /** The application replaced the rows: not an operation, but a fact. */
  readonly 'data:replace': { readonly rows: number }
  readonly 'export:start': ExportEventPayload
  readonly 'export:progress': ExportEventPayload
  readonly 'export:complete': ExportEventPayload & { readonly bytes: number; readonly duration: number }
  readonly 'export:error': ExportEventPayload & { readonly code: string; readonly message: string }
  readonly 'plugin:installed': PluginEventPayload
  readonly 'plugin:started': PluginEventPayload
  readonly 'plugin:stopped': PluginEventPayload
  readonly 'plugin:uninstalled': PluginEventPayload
  readonly 'plugin:error': PluginErrorPayload
}

type Matching<TPattern extends string> = TPattern extends '*'
  ? keyof EventPayloads
  : TPattern extends `${infer Noun}:*`
    ? Extract<keyof EventPayloads, `${Noun}:${string}`>
    : TPattern

/** What a subscription may name: an event type, all of a noun (`row:*`), or all (`*`). */
export type EventPattern =
  | keyof EventPayloads
  | (keyof EventPayloads extends `${infer Noun}:${string}` ? `${Noun}:*` : never)
  | '*'
  | `${string}/${string}`

/** The payload of an event type; `unknown` for the types plugins bring themselves. */
export type PayloadOf<TType extends string> = TType extends keyof EventPayloads
  ? EventPayloads[TType]
  : unknown

/** Something that happened. Frozen, and made of what can be cloned. */
export type GridKitEvent<TType extends string = string> = TType extends string
  ? {
      /** Lower-case `noun:verb`; a plugin's own are `<pluginId>/noun:verb`. */
      readonly type: TType
      readonly payload: PayloadOf<TType>
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
export type EventFor<TPattern extends string> = GridKitEvent<Matching<TPattern>>

export type EventHandler<TPattern extends string = string> = (event: EventFor<TPattern>) => unknown

export interface SubscribeOptions {
  /** Higher runs first; equals run in the order they subscribed. Default 100. */
  readonly priority?: number
  /** Unsubscribe after the first event. Default false. */
  readonly once?: boolean
  /** Unsubscribes when it aborts. */
  readonly signal?: AbortSignal
}
