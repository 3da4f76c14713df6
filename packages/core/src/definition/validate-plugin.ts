import type { Problem } from '../errors/problem.ts'
import type { EnhancedPluginMetadata, PluginCategory } from './metadata.ts'
import { isPermission } from './permission.ts'
import type { AnyPlugin } from './plugin.ts'
import { migrationProblems } from './validate-migrations.ts'
import type { VersionRanges } from './version-ranges.ts'

const categories: readonly string[] = [
  'data',
  'ui',
  'export',
  'analytics',
  'collaboration',
  'security',
  'utility',
] satisfies PluginCategory[]

const idPattern = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/i

/** The grammar of semantic versioning 2.0.0. The semver package also takes `v1.0.0` and blanks. */
const versionPattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-((0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(\+([\da-zA-Z-]+(\.[\da-zA-Z-]+)*))?$/

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
  if (metadata.version && !versionPattern.test(metadata.version)) {
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

function* rangeProblems(
  path: string,
  ranges: Readonly<Record<string, string>>,
  { isRange }: VersionRanges,
): Generator<Problem> {
  for (const [id, range] of Object.entries(ranges)) {
    if (isRange(range)) continue
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
export function validatePlugin(plugin: AnyPlugin, ranges: VersionRanges): readonly Problem[] {
  // Lists written in JavaScript, as in `[wanted && plugin]`, hold what is no plugin.
  const metadata: unknown = (plugin as AnyPlugin | null | undefined)?.metadata
  if (typeof metadata !== 'object' || metadata === null) {
    return [{ path: 'metadata', message: 'missing required field: metadata', hint: 'describe the plugin' }]
  }
  const problems = [
    ...metadataProblems(plugin.metadata),
    ...rangeProblems('metadata', coreRange(plugin.metadata), ranges),
    ...rangeProblems('dependencies', plugin.dependencies ?? {}, ranges),
    ...rangeProblems('optionalDependencies', plugin.optionalDependencies ?? {}, ranges),
    ...rangeProblems('metadata.peerPlugins', plugin.metadata.peerPlugins ?? {}, ranges),
    ...permissionProblems('requiredPermissions', plugin.requiredPermissions ?? []),
    ...permissionProblems('optionalPermissions', plugin.optionalPermissions ?? []),
    ...migrationProblems(plugin.migrations ?? []),
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
