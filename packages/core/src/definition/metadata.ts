export type PluginCategory = 'data' | 'ui' | 'export' | 'analytics' | 'collaboration' | 'security' | 'utility'

/** What a plugin costs to use. */
export type PluginPricing = 'free' | 'freemium' | 'paid'

/**
 * Who a plugin is. `id`, `name`, `version` and `category` are what the host works with, and required; the rest
 * may be left out, author, description, tags, core version and license too. It is shown where it is there.
 */
export interface EnhancedPluginMetadata<TId extends string = string> {
  /**
   * Unique among the plugins of a table, such as `@acme/outliers`. Also the namespace of its own events.
   * `user`, `api`, `host` and numbers are reserved.
   */
  readonly id: TId
  readonly name: string
  /** Semantic version, `X.Y.Z`. */
  readonly version: string
  readonly author?: string
  readonly description?: string
  readonly category: PluginCategory
  readonly tags?: readonly string[]
  /** Range of `@gridkit/core` versions the plugin works with. Default: any. */
  readonly coreVersion?: string
  /** SPDX expression. */
  readonly license?: string
  /** Ids of plugins that must not run on the same table. */
  readonly incompatibleWith?: readonly string[]
  /**
   * Plugins that the application has to install beside this one, by id, with the range of versions
   * it works with. Unlike `dependencies` they need not run first.
   */
  readonly peerPlugins?: Readonly<Record<string, string>>
  readonly homepage?: string
  readonly repository?: string
  /** What the plugin says of its price. What a registry says of it goes first. */
  readonly pricing?: PluginPricing
  /** Set by registries. A plugin's own claim is never believed, and not shown: only facts of a loader are. */
  readonly verified?: boolean
  /** Set by registries; a plugin's own claim is never believed. */
  readonly featured?: boolean
  /** Set by registries; a plugin's own claim is never believed. */
  readonly downloads?: number
  /** From 0 to 5. Set by registries; a plugin's own claim is never believed. */
  readonly rating?: number
}
