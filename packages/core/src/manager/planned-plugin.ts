import type { AnyPlugin } from '../definition/plugin.ts'
import type { RegistryFacts } from '../definition/plugin-loader.ts'
import type { CheckedConfig } from '../registry/config-schema.ts'

/** Where a plugin is from. */
export interface Provenance {
  /** `code` when the application passed the definition, `loader` when a loader found it. */
  readonly origin: 'code' | 'loader'
  /** What the loader was given. */
  readonly source?: string | undefined
  /** What the registry says of it; a plugin's own claims count for nothing. */
  readonly facts?: RegistryFacts | undefined
}

/** Of the application's own code. */
export const fromCode: Provenance = { origin: 'code' }

/** A plugin that somebody wants installed. */
export interface Candidate {
  readonly definition: AnyPlugin
  readonly provenance: Provenance
  /** Whether it is to run. Default: unless it was turned off. */
  readonly enabled?: boolean | undefined
}

/** With another configuration, if there is one. */
export function configured(candidate: Candidate, config: unknown): Candidate {
  if (config === undefined) return candidate
  return { ...candidate, definition: { ...candidate.definition, config } }
}

/** Fills a configuration's defaults in, and checks it. */
export type ConfigCheck = (config: unknown) => CheckedConfig

/** For plugins without a schema. */
export const anyConfig: ConfigCheck = (config) => ({ config, problems: [] })

/** A candidate that was found sound. */
export interface PlannedPlugin extends Candidate {
  readonly checkConfig: ConfigCheck
}
