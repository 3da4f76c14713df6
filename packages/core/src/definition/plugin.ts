import type { EnhancedPluginContext } from './context.ts'
import type { HealthReport } from './health.ts'
import type { JsonSchema } from './json-schema.ts'
import type { EnhancedPluginMetadata } from './metadata.ts'
import type { Permission } from './permission.ts'
import type { MethodName, TableMethods } from './plugin-methods.ts'
import type { StorageMigration } from './storage.ts'

/** What a plugin may take of the host. */
export interface ResourceLimits {
  /** Storage, in megabytes of JSON. Default 5. */
  readonly maxStorageMB?: number
}

/**
 * A plugin of any configuration and any methods, as the manager handles it. One
 * definition may run on several tables at once: what belongs to one of them is
 * told apart by the context that each phase is given.
 */
export interface AnyPlugin {
  readonly metadata: EnhancedPluginMetadata
  /** Plugins this one needs, by id, with the range of versions it works with. */
  readonly dependencies?: Readonly<Record<string, string>>
  /** Plugins this one works with when they are there. */
  readonly optionalDependencies?: Readonly<Record<string, string>>
  /** Rights without which the plugin is not installed. */
  readonly requiredPermissions?: readonly Permission[]
  /** Rights the plugin may be given, at install or later by `requestPermission`. */
  readonly optionalPermissions?: readonly Permission[]
  readonly resourceLimits?: ResourceLimits
  /** Among plugins that don't depend on each other, higher initialises first. Default 0. */
  readonly priority?: number
  /** Methods that are on the table from the first render; calls wait until the plugin runs. */
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
  readonly config?: unknown
  /** Called first, once: subscribe and register here. Other plugins of the set may not be ready. */
  // `never` accepts the typed context of every plugin; `definePlugin` checks it.
  initialize(context: never): void | PromiseLike<void>
  /** Called when all plugins of the set are initialised. */
  start?(context: never): void | PromiseLike<void>
  /** Called before `destroy`, in reverse order of starting; the context still works. */
  stop?(context: never): void | PromiseLike<void>
  /** Called last, also after a failed `initialize`; the context still works. */
  destroy?(context: never): void | PromiseLike<void>
  /** Called when the host asks how the plugin is. One that takes over 5 seconds counts as unhealthy. */
  healthCheck?(context: never): HealthReport | PromiseLike<HealthReport>
  /** Called when the application changes the configuration. Without it the plugin is restarted. */
  onConfigChange?(next: never, previous: never): void | PromiseLike<void>
}

declare const methodTypes: unique symbol

/** A plugin: its definition, typed by its configuration and by the methods it puts on the table. */
export interface EnhancedPlugin<TConfig = unknown, TMethods extends object = object> extends AnyPlugin {
  /** Carries `TMethods` for inference; never set. */
  readonly [methodTypes]?: TMethods
  readonly config?: TConfig
  readonly methods?: readonly MethodName<TMethods>[]
  initialize(context: EnhancedPluginContext<TConfig, TMethods>): void | PromiseLike<void>
  start?(context: EnhancedPluginContext<TConfig, TMethods>): void | PromiseLike<void>
  stop?(context: EnhancedPluginContext<TConfig, TMethods>): void | PromiseLike<void>
  destroy?(context: EnhancedPluginContext<TConfig, TMethods>): void | PromiseLike<void>
  healthCheck?(context: EnhancedPluginContext<TConfig, TMethods>): HealthReport | PromiseLike<HealthReport>
  onConfigChange?(next: TConfig, previous: TConfig): void | PromiseLike<void>
}

/** Defines a plugin. Only types it: a definition is a plain value that installs nothing. */
export function definePlugin<TConfig = unknown, TMethods extends object = object>(
  plugin: EnhancedPlugin<TConfig, TMethods>,
): EnhancedPlugin<TConfig, TMethods> {
  return plugin
}

type UnionToIntersection<T> = (T extends unknown ? (value: T) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never

type MethodsOf<TPlugin> = TPlugin extends { readonly [methodTypes]?: infer TMethods }
  ? TableMethods<NonNullable<TMethods>>
  : unknown

/** The methods that a list of plugins puts on the table. */
export type MethodsOfPlugins<TPlugins> = TPlugins extends readonly (infer TPlugin)[]
  ? UnionToIntersection<MethodsOf<TPlugin>>
  : unknown
