import type { EnhancedPluginContext } from './context.ts'
import type { HealthReport } from './health.ts'
import type { JsonSchema } from './json-schema.ts'
import type { EnhancedPluginMetadata } from './metadata.ts'
import type { Permission } from './permission.ts'
import type { MethodName, NamedMethods } from './plugin-methods.ts'
import type { StorageMigration } from './storage.ts'

/** What a plugin may take of the host. */
export interface ResourceLimits {
  /** Event handlers and hooks it may have at a time; one more is refused. Default: any number. */
  readonly maxEventHandlers?: number
  /** Storage, in megabytes of JSON. Default 5. */
  readonly maxStorageMB?: number
  /**
   * Of the main thread, on average over 10 seconds, from above 0 to 100, which is no limit. Beyond it, what the plugin
   * does asynchronously has to wait; two seconds later it is suspended. Default 50.
   */
  readonly maxCPUPercent?: number
  /** What it says it needs. Nothing enforces it: code that shares a page shares its memory. */
  readonly maxMemoryMB?: number
  /** Calls a second that reach the host, in the long run: events, messages, changes of state and storage. Default 100. */
  readonly maxCallsPerSecond?: number
  /** Such calls at once, after a rest. Default: those of two seconds. */
  readonly maxCallBurst?: number
}

/** What a plugin says of itself. */
interface PluginManifest<
  TConfig = unknown,
  TId extends string = string,
  TRequired extends string = string,
  TOptional extends string = string,
> {
  readonly metadata: EnhancedPluginMetadata<TId>
  /** Plugins this one needs, by id, with the range of versions it works with. */
  readonly dependencies?: Readonly<Record<TRequired, string>>
  /** Plugins this one works with when they are there. */
  readonly optionalDependencies?: Readonly<Record<TOptional, string>>
  /** Rights without which the plugin is not installed. */
  readonly requiredPermissions?: readonly Permission[]
  /** Rights the plugin may be given, at install or later by `requestPermission`. */
  readonly optionalPermissions?: readonly Permission[]
  readonly resourceLimits?: ResourceLimits
  /** Among plugins that don't depend on each other, higher initialises first. Default 0. */
  readonly priority?: number
  /** Methods that are on the table from the first render; calls wait until the plugin runs. Needs `methods:register`. */
  readonly methods?: readonly string[]
  /**
   * JSON Schema of the configuration. Its defaults are filled in; a configuration
   * that does not satisfy it is refused before anything runs.
   */
  readonly configSchema?: JsonSchema
  /** How stored data gets from one version to the next. Run before `initialize`, in order; needs `storage:use`. */
  readonly migrations?: readonly StorageMigration[]
  /**
   * What this plugin was configured with. Hosts compare it to tell whether a
   * plugin written inline in a render is still the same; functions in it are
   * taken over without a restart, so read them from `context.config` when called.
   */
  readonly config?: TConfig
}

/** What the host calls of a plugin, and when. */
interface PluginHooks<TContext, TConfig, TSnapshot = unknown, TState = never> {
  /** Called first, once: subscribe and register here. Other plugins of the set may not be ready. */
  initialize(context: TContext): void | PromiseLike<void>
  /** Called when all plugins of the set are initialised. */
  start?(context: TContext): void | PromiseLike<void>
  /** Called before `destroy`, in reverse order of starting; the context still works. */
  stop?(context: TContext): void | PromiseLike<void>
  /** Called last, also after a failed `initialize`; the context still works. */
  destroy?(context: TContext): void | PromiseLike<void>
  /** Called when the host asks how the plugin is. One that takes over 5 seconds counts as unhealthy. */
  healthCheck?(context: TContext): HealthReport | PromiseLike<HealthReport>
  /** Called when the application changes the configuration. Without it the plugin is restarted. */
  onConfigChange?(next: TConfig, previous: TConfig): void | PromiseLike<void>
  /**
   * Called before the plugin is replaced by another version of itself while it runs. What it returns is copied, and
   * given to the `restore` of the other. It may be anything that messages may be. Without it the state is lost.
   */
  snapshot?(context: TContext): TSnapshot | PromiseLike<TSnapshot>
  /** Called after `start`, with what the version before returned from `snapshot`. May be of an older shape. */
  restore?(state: TState, context: TContext): void | PromiseLike<void>
  /** Called last of a hot reload: when it fails too, the version before comes back. */
  onHotReload?(previous: PreviousVersion, context: TContext): void | PromiseLike<void>
}

/** What was there before a hot reload. */
export interface PreviousVersion {
  readonly version: string
}

/**
 * A plugin of any configuration and any methods, as the manager handles it. One
 * definition may run on several tables at once: what belongs to one of them is
 * told apart by the context that each phase is given.
 */
// `never` accepts the typed context of every plugin; `definePlugin` checks it.
export interface AnyPlugin extends PluginManifest, PluginHooks<never, never> {}

/** The types of a plugin that no value of its definition shows. Read by the compiler only. */
export interface PluginTypes<TConfig, TMethods, TEvents> {
  readonly config?: TConfig
  /** The methods it puts on the table; those of one group in an object. */
  readonly methods?: TMethods
  /** The payloads of the events it emits, by type: `<pluginId>/noun:verb`. */
  readonly events?: TEvents
}

/**
 * A plugin: its definition, typed by its configuration, the methods it puts on
 * the table, the events it emits, its id, and the ids of the plugins it needs
 * or works with. Where the last three are `string`, nobody checks them before
 * install.
 */
export interface EnhancedPlugin<
  TConfig = unknown,
  TMethods extends object = object,
  TEvents extends object = object,
  TId extends string = string,
  TRequired extends string = string,
  TOptional extends string = string,
>
  extends
    PluginManifest<TConfig, TId, TRequired, TOptional>,
    // Without `TEvents`: contexts of different events don't fit each other, but such plugins do.
    PluginHooks<EnhancedPluginContext<TConfig, TMethods>, TConfig> {
  readonly methods?: readonly MethodName<TMethods>[]
  /** Carries types, and is read by the compiler only: `{} as { methods: … }`. */
  readonly types?: PluginTypes<TConfig, TMethods, TEvents>
}

/** Event types that are not of the plugin's namespace, replaced by what is wrong with them. */
type OwnEvents<TEvents extends object, TId extends string> = {
  readonly [TType in keyof TEvents]: TType extends `${TId}/${string}:${string}`
    ? TEvents[TType]
    : `event type '${TType & string}' must begin with '${TId}/', the id of the plugin that emits it`
}

/** What `definePlugin` takes: a plugin whose methods may be named without being typed. */
interface PluginDefinition<
  TConfig,
  TMethods extends object,
  TEvents extends object,
  TId extends string,
  TRequired extends string,
  TOptional extends string,
  TName extends string,
  TTypes extends object,
  TState,
>
  extends
    PluginManifest<TConfig, TId, TRequired, TOptional>,
    PluginHooks<
      EnhancedPluginContext<TConfig, NamedMethods<TMethods, TName>, TEvents>,
      NoInfer<TConfig>,
      TState,
      NoInfer<TState>
    > {
  readonly methods?: readonly (keyof TMethods extends never ? TName : MethodName<NoInfer<TMethods>>)[]
  // `TTypes` too: where an empty object does, linters take `{} as …` for superfluous and remove it.
  readonly types?: TTypes &
    PluginTypes<TConfig, TMethods, TEvents> & {
      readonly events?: string extends TId ? unknown : NoInfer<OwnEvents<TEvents, TId>>
    }
}

/**
 * Defines a plugin. Only types it: a definition is a plain value that installs nothing.
 *
 * Everything is inferred from the definition; what it has no value for is named
 * in `types`. With type arguments, `definePlugin<Config, Methods, Events>`, the
 * ids are not inferred, and what it depends on is checked at install only.
 */
export function definePlugin<
  TConfig = unknown,
  TMethods extends object = object,
  TEvents extends object = object,
  TId extends string = string,
  TRequired extends string = string,
  TOptional extends string = string,
  TName extends string = never,
  TTypes extends object = object,
  TState = unknown,
>(
  plugin: PluginDefinition<TConfig, TMethods, TEvents, TId, TRequired, TOptional, TName, TTypes, TState>,
): EnhancedPlugin<TConfig, NamedMethods<TMethods, TName>, TEvents, TId, TRequired, TOptional> {
  return plugin as unknown as EnhancedPlugin<
    TConfig,
    NamedMethods<TMethods, TName>,
    TEvents,
    TId,
    TRequired,
    TOptional
  >
}
