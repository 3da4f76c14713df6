import type { AnyPlugin } from '../definition/plugin.ts'
import type { Manifest } from '../registry/resolve.ts'
import type { PluginInfo } from './plugin-info.ts'
import { sameConfig } from './same-config.ts'

/** What resolution sees of a plugin. */
export function manifestOf({ metadata, ...plugin }: AnyPlugin): Manifest {
  return {
    id: metadata.id,
    version: metadata.version,
    coreVersion: metadata.coreVersion,
    priority: plugin.priority ?? 0,
    dependencies: plugin.dependencies ?? {},
    optionalDependencies: plugin.optionalDependencies ?? {},
    peers: metadata.peerPlugins ?? {},
    incompatibleWith: metadata.incompatibleWith ?? [],
  }
}

/** Whether two definitions are the same plugin, so that the one that runs can go on. */
export function samePlugin(a: AnyPlugin, b: AnyPlugin): boolean {
  return (
    a.metadata.id === b.metadata.id &&
    a.metadata.version === b.metadata.version &&
    sameConfig(a.config, b.config)
  )
}

type Infos = Readonly<Record<string, PluginInfo>>

/** The new record, with the old objects where nothing changed, so that selectors stay quiet. */
export function updatedInfos(previous: Infos, infos: readonly PluginInfo[]): Infos {
  const entries = infos.map((info) => {
    const before = Object.hasOwn(previous, info.id) ? previous[info.id] : undefined
    return before && (before === info || sameConfig(before, info)) ? before : info
  })
  const ids = Object.keys(previous)
  const same = ids.length === entries.length && entries.every((info, at) => previous[ids[at] ?? ''] === info)
  return same ? previous : Object.fromEntries(entries.map((info) => [info.id, info]))
}
