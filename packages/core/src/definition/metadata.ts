export type PluginCategory = 'data' | 'ui' | 'export' | 'analytics' | 'collaboration' | 'security' | 'utility'

/** Who a plugin is. `id`, `name`, `version` and `category` are what the host works with; the rest is shown. */
export interface EnhancedPluginMetadata {
  /** Unique among the plugins of a table, such as `@acme/outliers`. Also the namespace of its own events. */
  readonly id: string
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
  readonly homepage?: string
  readonly repository?: string
}
