import type { PluginInstance } from './plugin-instance.ts'

/** Those that need a plugin, also as a peer, directly or through others; turned off ones need nobody. */
export function dependentsOf(
  id: string,
  instances: readonly PluginInstance[],
  failedToo: boolean,
): readonly string[] {
  // Peers may need each other.
  const found = new Set([id])
  const visit = (needed: string): void => {
    for (const { id: each, status, enabled, definition } of instances) {
      if (found.has(each) || !enabled || (status === 'error' && !failedToo)) continue
      const { dependencies, metadata } = definition
      if (!Object.hasOwn({ ...dependencies, ...metadata.peerPlugins }, needed)) continue
      found.add(each)
      visit(each)
    }
  }
  visit(id)
  found.delete(id)
  return [...found]
}

/** Those that a plugin needs. */
export function dependenciesOf({ definition }: PluginInstance): readonly string[] {
  return Object.keys(definition.dependencies ?? {})
}
