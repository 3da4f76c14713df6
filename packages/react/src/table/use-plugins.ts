import type { EnhancedPluginManager, PluginInfo } from '@gridkit/core'
import { useStore } from 'zustand/react'
import { useShallow } from 'zustand/react/shallow'

/** A table with plugins, as far as these hooks need it. */
export interface WithPlugins {
  readonly plugins: EnhancedPluginManager
}

/** One plugin as it is now, or `undefined` when the table has none of that id. Renders again when it changes. */
export function usePlugin(table: WithPlugins, id: string): PluginInfo | undefined {
  return usePlugins(table, (plugins) => (Object.hasOwn(plugins, id) ? plugins[id] : undefined))
}

/** What a selector makes of the table's plugins, by id. Renders again when the result differs, compared shallowly. */
export function usePlugins<TSelected>(
  { plugins: { store } }: WithPlugins,
  selector: (plugins: Readonly<Record<string, PluginInfo>>) => TSelected,
): TSelected {
  return useStore(
    store,
    useShallow((state) => selector(state.plugins)),
  )
}
