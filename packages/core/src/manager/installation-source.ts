import type { AnyPlugin } from '../definition/plugin.ts'
import type { HookRegistry } from '../hooks/hook-registry.ts'
import type { MiddlewareRegistry } from '../hooks/middleware-registry.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { Profiler } from '../profiling/profiler.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { DependencyGraph } from '../registry/dependency-graph.ts'
import type { Resolution } from '../registry/resolve.ts'
import type { BringUp } from './bring-up.ts'
import type { ErrorThresholds } from './error-thresholds.ts'
import type { Candidate, PlannedPlugin } from './planned-plugin.ts'
import type { PluginInstance } from './plugin-instance.ts'

/** What puts plugins on a host. Half of the manager, and not needed before the first plugin comes. */
export interface Installation {
  readonly permissions: PermissionRegistry
  readonly thresholds: ErrorThresholds
  readonly profiler: Profiler
  readonly hooks: HookRegistry
  readonly middleware: MiddlewareRegistry
  /** @throws as `planInstallation` */
  plan(
    candidates: readonly Candidate[],
    there: ReadonlySet<string>,
    standing: readonly AnyPlugin[],
  ): Promise<readonly PlannedPlugin[]>
  /** `changed` is called when something to show has changed by what the plugin did. */
  create(planned: PlannedPlugin, changed: () => void): PluginInstance
  readonly bringUp: BringUp
  resolve(plugins: readonly AnyPlugin[]): Promise<Resolution>
  /** Keeps messages, calls of services and operations for a plugin that is being replaced, until the undo. */
  hold(pluginId: string): Undo
  /** Forgets the figures of a plugin, and what was said of it. */
  forget(pluginId: string): void
  graph(plugins: readonly AnyPlugin[]): DependencyGraph
}

/** The installation, or what loads it. */
export type InstallationSource<T extends Installation = Installation> = T | (() => Promise<T>)
