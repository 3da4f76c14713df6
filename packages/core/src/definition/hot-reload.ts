import type { Undo } from '../lifetime/scope.ts'
import type { AnyPlugin } from './plugin.ts'

/** A new version of a plugin, or why there is none. */
export type HotUpdate =
  | {
      readonly kind: 'plugin'
      /**
       * A factory is to be called with the configuration the plugin runs with. It may turn out to make another
       * plugin, because a source can't always tell which one a factory makes: then the update is not for this one.
       */
      readonly plugin: AnyPlugin | ((config: never) => AnyPlugin)
    }
  | {
      /** Its file was changed, and can't be loaded as it is now. The plugin goes on as it was. */
      readonly kind: 'error'
      readonly error: unknown
    }

/** Tells of new versions of plugins while their code is being written: `@gridkit/core/vite` has one. */
export interface HotReloadSource {
  /** Calls the listener, which must not throw, for each update of the plugin, until the undo is called. */
  subscribe(pluginId: string, listener: (update: HotUpdate) => void): Undo
}
