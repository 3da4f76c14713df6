import type { EnhancedPluginMetadata, PluginCategory } from '../definition/metadata.ts'
import type { Permission } from '../definition/permission.ts'
import type { RegistryFacts } from '../definition/plugin-loader.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import type { PluginStatus } from './lifecycle.ts'
import type { Provenance } from './planned-plugin.ts'

/** A plugin on a table, as tools and people see it. An immutable snapshot. */
export interface PluginInfo {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly category: PluginCategory
  readonly description: string
  readonly author: string | undefined
  readonly tags: readonly string[]
  readonly status: PluginStatus
  /** False when it was turned off by `setPluginEnabled`. */
  readonly enabled: boolean
  /** Milliseconds that `initialize` and `start` took together; `undefined` until it runs. */
  readonly loadTime: number | undefined
  /** The rights it was given, and keeps unless parts of them were revoked. */
  readonly permissions: readonly Permission[]
  /** Why it is in `error`. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | undefined
  /** Whether the application's code brought it, or a loader. */
  readonly origin: 'code' | 'loader'
  /** What a registry says of it; `undefined` when none was asked. Never the plugin's own claims. */
  readonly registry: RegistryFacts | undefined
}

/** The state in `manager.store`. */
export interface ManagerState {
  /** By id, in the order of initialising. */
  readonly plugins: Readonly<Record<string, PluginInfo>>
}

/** How far a plugin got; what {@link PluginInfo} says of it beyond its metadata. */
export interface PluginProgress {
  readonly status: PluginStatus
  readonly enabled?: boolean
  readonly permissions?: readonly Permission[]
  readonly loadTime?: number | undefined
  readonly error?: GridKitError | undefined
}

/** A plugin that never came up, with the reason. */
export interface PluginFailure extends PluginProgress {
  readonly status: 'error'
  readonly error: GridKitError
}

/** What tools and people see of a plugin. */
export function infoOf(
  { metadata }: { readonly metadata: EnhancedPluginMetadata },
  { origin, facts }: Provenance,
  { status, enabled = true, permissions = [], loadTime, error }: PluginProgress = { status: 'unloaded' },
): PluginInfo {
  return {
    id: metadata.id,
    name: metadata.name,
    version: metadata.version,
    category: metadata.category,
    description: metadata.description ?? '',
    author: metadata.author,
    tags: metadata.tags ?? [],
    status,
    enabled,
    permissions,
    loadTime,
    error: error && { code: error.code, message: error.message, hint: error.hint },
    origin,
    registry: facts,
  }
}
