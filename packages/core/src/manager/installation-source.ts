import type { AnyPlugin } from '../definition/plugin.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { DependencyGraph } from '../registry/dependency-graph.ts'
import type { Resolution } from '../registry/resolve.ts'
import type { Candidate, PlannedPlugin } from './planned-plugin.ts'
import type { PluginInstance } from './plugin-instance.ts'

/** What puts plugins on a host. Half of the manager, and not needed before the first plugin comes. */
export interface Installation {
  readonly permissions: PermissionRegistry
  /** @throws as `planInstallation` */
  plan(
    candidates: readonly Candidate[],
    there: ReadonlySet<string>,
    standing: readonly AnyPlugin[],
  ): Promise<readonly PlannedPlugin[]>
  /** `changed` is called when something to show has changed by what the plugin did. */
  create(planned: PlannedPlugin, changed: () => void): PluginInstance
  resolve(plugins: readonly AnyPlugin[]): Promise<Resolution>
  graph(plugins: readonly AnyPlugin[]): DependencyGraph
}

/** The installation, or what loads it. */
export type InstallationSource = Installation | (() => Promise<Installation>)
