import type { PluginPricing } from './metadata.ts'
import type { AnyPlugin } from './plugin.ts'

/** What a registry vouches for. Only facts that come from a loader are shown; a plugin's own claims are not. */
export interface RegistryFacts {
  /** Whether the registry has checked who publishes the plugin. */
  readonly verified?: boolean
  /** Whether the registry recommends it. */
  readonly featured?: boolean
  /** How often it was downloaded, in all. */
  readonly downloads?: number
  /** Mean rating, from 0 to 5. */
  readonly rating?: number
  readonly pricing?: PluginPricing
  /** An http(s) address. */
  readonly homepage?: string
}

/** Makes a plugin. Called without a configuration: the host gives that to the plugin when it installs it. */
// `never[]` accepts factories with a parameter; such a one has to do without it.
export type PluginFactory = (...parameters: never[]) => AnyPlugin | PromiseLike<AnyPlugin>

/**
 * What a loader may answer with: a plugin, a factory of one, or a module. Of a
 * module counts the default export, else the only plugin among the named ones,
 * else the only function.
 */
export type LoadedPlugin = AnyPlugin | PluginFactory | { readonly [exported: string]: unknown }

/** What a loader is told beside the source. */
export interface LoadRequest {
  /** The version wanted, or a range of them. Absent: the newest that is not a prerelease. */
  readonly version?: string
  /** Aborts when nobody waits for the answer any more; then stop fetching. */
  readonly signal: AbortSignal
}

/**
 * Turns the text given to `installPlugin('…')` into a plugin: a registry, a
 * content network, or a fixed list of modules ({@link moduleLoader}).
 *
 * Loaders are asked in the order of the `loaders` option; the first that can
 * load a source is the one that does. A loader belongs to the application, and
 * what it loads runs with the rights of the page: load only what you trust.
 */
export interface PluginLoader {
  /** Shown in messages, such as `modules` or `registry.acme.com`. */
  readonly name: string
  /** Whether the source is one of its own. Called often: answer from the text alone. */
  canLoad(source: string): boolean
  /**
   * Called once an installation or update. Throw or reject where the plugin can't be had.
   * A plugin whose version is not the one requested is refused by the host.
   */
  load(source: string, request: LoadRequest): LoadedPlugin | PromiseLike<LoadedPlugin>
  /**
   * The newest version there is, prereleases included, or `undefined` where that is not known.
   * Called by `checkUpdates()`. Without it, plugins of this loader are never reported as outdated.
   */
  latest?(source: string, signal: AbortSignal): string | undefined | PromiseLike<string | undefined>
  /**
   * What the registry knows of a plugin. Called after each load, and limited by the same
   * time; when it fails, the plugin is installed without facts.
   */
  facts?(
    source: string,
    request: LoadRequest,
  ): RegistryFacts | undefined | PromiseLike<RegistryFacts | undefined>
}
