import type { LoadedPlugin, PluginLoader } from '../definition/plugin-loader.ts'
import { noLoader } from '../errors/source-errors.ts'

/**
 * Loads plugins from modules that the application lists, each when it is first
 * asked for:
 *
 * ```ts
 * moduleLoader({ '@acme/outliers': () => import('@acme/outliers') })
 * ```
 *
 * Of a module counts the default export, else its only plugin, else its only
 * function; factories are called with nothing. The version is the one bundled.
 *
 * @param modules How to import each plugin, by the source given to `installPlugin`.
 * @param name Shown in messages. Default `modules`.
 */
export function moduleLoader(
  modules: Readonly<Record<string, () => LoadedPlugin | PromiseLike<LoadedPlugin>>>,
  name = 'modules',
): PluginLoader {
  return {
    name,
    canLoad: (source) => Object.hasOwn(modules, source),
    load(source) {
      const load = Object.hasOwn(modules, source) ? modules[source] : undefined
      if (load === undefined) throw noLoader(source, [name])
      return load()
    },
  }
}
