import gt from 'semver/functions/gt.js'
import prerelease from 'semver/functions/prerelease.js'
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { LoadRequest, PluginLoader, RegistryFacts } from '../definition/plugin-loader.ts'
import type { Report } from '../definition/signal.ts'
import {
  invalidLatestVersion,
  loadAborted,
  loaderFailed,
  loadFailed,
  loadTimedOut,
  noLoader,
  otherVersionLoaded,
} from '../errors/source-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { withDeadline } from '../lifetime/deadline.ts'
import { factsIn, pluginIn } from './loaded-plugin.ts'

/** How loaders are called. */
export interface Loading {
  /** The version wanted, or a range of them. Absent: what the loader has. */
  readonly version?: string | undefined
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** For each call of a loader, in milliseconds. Default 30,000. */
  readonly timeout?: number | undefined
  readonly clock: Clock
  /** Hears of what failed without keeping the plugin from being loaded. */
  readonly report: Report
}

/** A plugin that came from a loader. */
export interface SourcedPlugin {
  readonly plugin: AnyPlugin
  /** The name of the loader. */
  readonly loader: string
  readonly source: string
  /** What the loader knows of the plugin; nothing where it does not say. */
  readonly facts: RegistryFacts
}

/** An installed plugin of which there is a newer version. */
export interface PluginUpdate {
  readonly id: string
  readonly current: string
  readonly latest: string
}

/** An installed plugin, as far as a look for updates is concerned. */
export interface InstalledVersion {
  readonly id: string
  readonly version: string
  /** What loaders know it by. Default: its id. */
  readonly source?: string | undefined
}

const defaultTimeout = 30_000

/**
 * Loads a plugin by the first loader that can.
 *
 * @throws GK_NO_LOADER; GK_LOAD_FAILED, GK_LOAD_TIMED_OUT, GK_LOAD_ABORTED; GK_OTHER_VERSION_LOADED.
 */
export async function loadPlugin(
  source: string,
  loaders: readonly PluginLoader[],
  loading: Loading,
): Promise<SourcedPlugin> {
  const loader = loaderOf(source, loaders, loading.report)
  if (loader === undefined)
    throw noLoader(
      source,
      loaders.map(({ name }) => name),
    )
  const { version } = loading
  const plugin = await ask(source, loader, loading, async (request) =>
    pluginIn(await loader.load(source, request)),
  )
  const found = plugin.metadata.version
  if (version !== undefined && !satisfies(found, version, { includePrerelease: true }))
    throw otherVersionLoaded(source, loader.name, version, found)
  return { plugin, loader: loader.name, source, facts: await factsOf(source, loader, loading) }
}

/**
 * The newest version of a source, prereleases included; `undefined` where no loader knows.
 *
 * @throws GK_LOAD_FAILED, GK_LOAD_TIMED_OUT, GK_LOAD_ABORTED.
 */
export async function latestVersion(
  source: string,
  loaders: readonly PluginLoader[],
  loading: Loading,
): Promise<string | undefined> {
  const loader = loaderOf(source, loaders, loading.report)
  if (loader?.latest === undefined) return undefined
  const latest = await ask(source, loader, loading, ({ signal }) => loader.latest?.(source, signal))
  if (latest === undefined || valid(latest) !== null) return latest
  throw loadFailed(source, loader.name, invalidLatestVersion(latest))
}

/**
 * The newer versions there are, in the order of the plugins given. A prerelease
 * is offered only to those that run one. What fails is reported, and left out.
 */
export async function updatesFor(
  installed: readonly InstalledVersion[],
  loaders: readonly PluginLoader[],
  loading: Loading,
): Promise<readonly PluginUpdate[]> {
  const updates = installed.map(async ({ id, version, source = id }) => {
    try {
      const latest = await latestVersion(source, loaders, loading)
      return latest !== undefined && isUpdate(version, latest) ? [{ id, current: version, latest }] : []
    } catch (error) {
      loading.report({ pluginId: id, phase: 'checkUpdates', error })
      return []
    }
  })
  return (await Promise.all(updates)).flat()
}

function isUpdate(current: string, latest: string): boolean {
  if (valid(current) === null || !gt(latest, current)) return false
  return prerelease(latest) === null || prerelease(current) !== null
}

function loaderOf(
  source: string,
  loaders: readonly PluginLoader[],
  report: Report,
): PluginLoader | undefined {
  return loaders.find((loader) => {
    try {
      return loader.canLoad(source)
    } catch (cause) {
      report({
        pluginId: undefined,
        phase: 'canLoad',
        error: loaderFailed(loader.name, 'canLoad', source, cause),
      })
      return false
    }
  })
}

/** Calls a loader with a signal of its own, which aborts when its answer is no longer awaited. */
async function ask<T>(
  source: string,
  { name }: PluginLoader,
  { version, signal, timeout = defaultTimeout, clock }: Loading,
  work: (request: LoadRequest) => T | PromiseLike<T>,
): Promise<T> {
  const controller = new AbortController()
  const request = { signal: controller.signal, ...(version !== undefined && { version }) }
  const outcome = await withDeadline(clock, timeout, signal, () => work(request))
  if (outcome.kind === 'done') return outcome.value
  controller.abort()
  if (outcome.kind === 'failed') throw loadFailed(source, name, outcome.error)
  throw outcome.kind === 'aborted' ? loadAborted(source, name) : loadTimedOut(source, name, timeout)
}

async function factsOf(source: string, loader: PluginLoader, loading: Loading): Promise<RegistryFacts> {
  if (loader.facts === undefined) return {}
  try {
    return factsIn(await ask(source, loader, loading, (request) => loader.facts?.(source, request)))
  } catch (cause) {
    // Given up is given up; any other failure costs only the facts.
    if (loading.signal?.aborted) throw cause
    const error = loaderFailed(loader.name, 'facts', source, cause)
    loading.report({ pluginId: undefined, phase: 'facts', error })
    return {}
  }
}
