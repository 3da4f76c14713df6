import type { AnyPlugin } from '../definition/plugin.ts'
import type { PluginFactory, RegistryFacts } from '../definition/plugin-loader.ts'
import { notAPlugin } from '../errors/source-errors.ts'

/**
 * The plugin in what a loader answered with.
 *
 * @throws GK_NOT_A_PLUGIN, or what a factory threw.
 */
export async function pluginIn(loaded: unknown): Promise<AnyPlugin> {
  if (isPluginOrFactory(loaded)) return made(loaded)
  if (!isObject(loaded)) throw notAPlugin(`a value of type ${typeof loaded} came`)
  const { default: main } = loaded
  if (isPluginOrFactory(main)) return made(main)
  // A CommonJS module may arrive wrapped once more.
  if (isObject(main) && isPluginOrFactory(main['default'])) return made(main['default'])
  return made(onlyExport(loaded))
}

function onlyExport(module: Readonly<Record<string, unknown>>): AnyPlugin | PluginFactory {
  const exported = Object.entries(module)
  const plugins = exported.filter(([, value]) => isPlugin(value))
  // What has phases of a plugin is one that is not complete; its phases are no factories.
  const factories = 'initialize' in module ? [] : exported.filter(([, value]) => isFactory(value))
  const candidates = plugins.length > 0 ? plugins : factories
  const [[, only] = []] = candidates
  if (candidates.length === 1 && isPluginOrFactory(only)) return only
  const names = candidates.map(([name]) => name).join(', ')
  throw notAPlugin(
    names ? `a module with several plugins came (${names})` : 'an object that is no plugin came',
  )
}

async function made(source: AnyPlugin | PluginFactory): Promise<AnyPlugin> {
  if (!isFactory(source)) return source
  const plugin: unknown = await source()
  if (isPlugin(plugin)) return plugin
  throw notAPlugin(`a function that returns a value of type ${typeof plugin} came`)
}

function isPluginOrFactory(value: unknown): value is AnyPlugin | PluginFactory {
  return isPlugin(value) || isFactory(value)
}

function isFactory(value: unknown): value is PluginFactory {
  return typeof value === 'function'
}

/** Whether it is meant as a plugin; whether it is a sound one is checked when it is installed. */
function isPlugin(value: unknown): value is AnyPlugin {
  if (!isObject(value) || typeof value['initialize'] !== 'function') return false
  const { metadata } = value
  return isObject(metadata) && typeof metadata['id'] === 'string' && typeof metadata['version'] === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

const prices: ReadonlySet<unknown> = new Set(['free', 'freemium', 'paid'])

/** A registry's answer is data from elsewhere: what is not of the type of a fact is left out. */
const isFact: { readonly [K in keyof RegistryFacts]-?: (value: unknown) => boolean } = {
  verified: (value) => typeof value === 'boolean',
  featured: (value) => typeof value === 'boolean',
  downloads: (value) => Number.isInteger(value) && Number(value) >= 0,
  rating: (value) => typeof value === 'number' && value >= 0 && value <= 5,
  pricing: (value) => prices.has(value),
  homepage: (value) => typeof value === 'string' && /^https?:\/\//i.test(value),
}

/** Those of a registry's facts that are of the right type. */
export function factsIn(answer: unknown): RegistryFacts {
  if (!isObject(answer)) return {}
  return Object.fromEntries(
    Object.entries(isFact).flatMap(([name, holds]) => {
      const value = answer[name]
      return holds(value) ? [[name, value]] : []
    }),
  )
}
