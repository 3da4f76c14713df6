import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import type { Problem } from '../errors/catalogue.ts'
import type { AnyPlugin } from './plugin.ts'
import { isPermission } from './permission.ts'

export type PluginCategory = 'data' | 'ui' | 'export' | 'analytics' | 'collaboration' | 'security' | 'utility'

const categories: readonly string[] = [
  'data',
  'ui',
  'export',
  'analytics',
  'collaboration',
  'security',
  'utility',
] satisfies PluginCategory[]

/** Who a plugin is. `id`, `name`, `version` and `category` are what the host works with; the rest is shown. */
export interface EnhancedPluginMetadata {
  /** Unique among the plugins of a table, such as `@acme/outliers`. Also the namespace of its own events. */
  readonly id: string
  readonly name: string
  /** Semantic version, `X.Y.Z`. */
  readonly version: string
  readonly author?: string
  readonly description?: string
  readonly category: PluginCategory
  readonly tags?: readonly string[]
  /** Range of `@gridkit/core` versions the plugin works with. Default: any. */
  readonly coreVersion?: string
  /** SPDX expression. */
  readonly license?: string
  /** Ids of plugins that must not run on the same table. */
  readonly incompatibleWith?: readonly string[]
  readonly homepage?: string
  readonly repository?: string
}

const idPattern = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/i

function* metadataProblems(metadata: EnhancedPluginMetadata): Generator<Problem> {
  for (const field of ['id', 'name', 'version', 'category'] as const) {
    if (typeof metadata[field] === 'string' && metadata[field] !== '') continue
    yield {
      path: `metadata.${field}`,
      message: `missing required field: ${field}`,
      hint: `give the plugin's ${field}`,
    }
  }
  if (metadata.id && !idPattern.test(metadata.id)) {
    yield {
      path: 'metadata.id',
      message: `invalid id: '${metadata.id}'`,
      hint: "use a package-like name, such as 'outliers' or '@acme/outliers'",
    }
  }
  if (metadata.version && valid(metadata.version) === null) {
    yield {
      path: 'metadata.version',
      message: 'invalid version format: must be semantic version (X.Y.Z)',
      hint: `'${metadata.version}' is none; write it as in 1.0.0`,
    }
  }
  if (metadata.category && !categories.includes(metadata.category)) {
    yield {
      path: 'metadata.category',
      message: `unknown category: ${metadata.category}`,
      hint: `use one of ${categories.join(', ')}`,
    }
  }
}

function* rangeProblems(path: string, ranges: Readonly<Record<string, string>>): Generator<Problem> {
  for (const [id, range] of Object.entries(ranges)) {
    if (validRange(range) !== null) continue
    yield {
      path: `${path}.${id}`,
      message: `invalid version range: '${range}'`,
      hint: "write a semver range, such as '^1.0.0' or '*'",
    }
  }
}

function* permissionProblems(path: string, permissions: readonly string[]): Generator<Problem> {
  for (const permission of permissions) {
    if (isPermission(permission)) continue
    yield {
      path,
      message: `unknown permission: ${permission}`,
      hint: "permissions are 'area:action' or 'area:action:resource', such as 'rows:update'",
    }
  }
}

/** Everything that is wrong with a definition, all at once. Empty when it is sound. */
export function validatePlugin(plugin: AnyPlugin): readonly Problem[] {
  if (typeof plugin.metadata !== 'object' || plugin.metadata === null) {
    return [{ path: 'metadata', message: 'missing required field: metadata', hint: 'describe the plugin' }]
  }
  const problems = [
    ...metadataProblems(plugin.metadata),
    ...rangeProblems('metadata', coreRange(plugin.metadata)),
    ...rangeProblems('dependencies', plugin.dependencies ?? {}),
    ...rangeProblems('optionalDependencies', plugin.optionalDependencies ?? {}),
    ...permissionProblems('requiredPermissions', plugin.requiredPermissions ?? []),
    ...permissionProblems('optionalPermissions', plugin.optionalPermissions ?? []),
  ]
  if (typeof plugin.initialize === 'function') return problems
  return [
    ...problems,
    {
      path: 'initialize',
      message: 'missing required field: initialize',
      hint: 'write initialize(context) { … }',
    },
  ]
}

function coreRange(metadata: EnhancedPluginMetadata): Readonly<Record<string, string>> {
  return metadata.coreVersion === undefined ? {} : { coreVersion: metadata.coreVersion }
}
