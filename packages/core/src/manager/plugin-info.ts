import type { PluginCategory } from '../definition/metadata.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import type { PluginStatus } from './lifecycle.ts'

/** A plugin on a table, as tools and people see it. An immutable snapshot. */
export interface PluginInfo {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly category: PluginCategory
  readonly description: string
  readonly status: PluginStatus
  /** Milliseconds that `initialize` and `start` took together; `undefined` until it runs. */
  readonly loadTime: number | undefined
  /** Why it is in `error`. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | undefined
}

/** The state in `manager.store`. */
export interface ManagerState {
  /** By id, in the order of initialising. */
  readonly plugins: Readonly<Record<string, PluginInfo>>
}

/** How far a plugin got; what {@link PluginInfo} says of it beyond its metadata. */
export interface PluginProgress {
  readonly status: PluginStatus
  readonly loadTime?: number | undefined
  readonly error?: GridKitError | undefined
}

/** A plugin that never came up, with the reason. */
export interface PluginFailure extends PluginProgress {
  readonly status: 'error'
  readonly error: GridKitError
}
