import type { Problem } from '../errors/problem.ts'
import {
  hook,
  isFunction,
  isList,
  isText,
  listOf,
  optional,
  range,
  rangesById,
  required,
  shown,
  text,
  texts,
  type FieldRule,
} from './field-rules.ts'
import type { PluginCategory, PluginPricing } from './metadata.ts'
import { isPermission } from './permission.ts'
import type { AnyPlugin } from './plugin.ts'
import { limitProblems } from './validate-limits.ts'
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
const prices: readonly unknown[] = ['free', 'freemium', 'paid'] satisfies PluginPricing[]

const idPattern = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/i
/** Who else is the source of events, or writes to the log; and numbers, by which objects order their keys. */
const reservedId = /^(user|api|host|\d+)$/i

/** The grammar of semantic versioning 2.0.0. The semver package also takes `v1.0.0` and blanks. */
const versionPattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-((0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(\+([\da-zA-Z-]+(\.[\da-zA-Z-]+)*))?$/

function idProblems(id: string, path: string): readonly Problem[] {
  const hint = "use a package-like name, such as 'outliers' or '@acme/outliers'"
  if (!idPattern.test(id)) return [{ path, message: `invalid id: '${id}'`, hint }]
  if (!reservedId.test(id)) return []
  return [{ path, message: `reserved id: '${id}'`, hint: "choose another, such as '@acme/outliers'" }]
}

function versionProblems(version: string, path: string): readonly Problem[] {
  if (versionPattern.test(version)) return []
  const message = 'invalid version format: must be semantic version (X.Y.Z)'
  return [{ path, message, hint: `'${version}' is none; write it as in 1.0.0` }]
}

function categoryProblems(category: string, path: string): readonly Problem[] {
  if (categories.includes(category)) return []
  return [{ path, message: `unknown category: ${category}`, hint: `use one of ${categories.join(', ')}` }]
}

const incompatibleWith: FieldRule = (value, path, owner) => {
  const problems = texts(value, path)
  if (problems.length > 0 || !isList(value) || !value.includes(owner.id)) return problems
  const message = `incompatible with itself: '${shown(owner.id)}'`
  return [{ path, message, hint: "leave the plugin's own id out" }]
}

const permissions = listOf('permissions', "write a list, such as ['state:read']", (value, path) => {
  if (isText(value) && isPermission(value)) return []
  const hint = "permissions are 'area:action' or 'area:action:resource', such as 'rows:update'"
  return [{ path, message: `unknown permission: ${shown(value)}`, hint }]
})

const initialize: FieldRule = (value, path) => {
  if (isFunction(value)) return []
  return [{ path, message: `missing required field: ${path}`, hint: 'write initialize(context) { … }' }]
}

/** Of what the host reads. What only registries say of a plugin is not among it. */
const rules: Readonly<Record<string, FieldRule>> = {
  'metadata.id': required(idProblems),
  'metadata.name': required(),
  'metadata.version': required(versionProblems),
  'metadata.category': required(categoryProblems),
  'metadata.author': text,
  'metadata.description': text,
  'metadata.license': text,
  'metadata.homepage': text,
  'metadata.repository': text,
  'metadata.tags': texts,
  'metadata.pricing': optional(
    (value) => prices.includes(value),
    `one of ${prices.join(', ')}`,
    'write one of these, or leave it out',
  ),
  'metadata.coreVersion': range,
  dependencies: rangesById,
  optionalDependencies: rangesById,
  'metadata.peerPlugins': rangesById,
  'metadata.incompatibleWith': incompatibleWith,
  requiredPermissions: permissions,
  optionalPermissions: permissions,
  resourceLimits: limitProblems,
  priority: optional(Number.isFinite, 'a finite number', 'write a number, or leave it out for 0'),
  methods: optional(
    (value) => isList(value) && value.every((each) => isText(each) && each.trim() !== ''),
    'a list of names',
    "write a list, such as ['findOutliers']",
  ),
  migrations: migrationProblems,
  initialize,
  start: hook,
  stop: hook,
  destroy: hook,
  healthCheck: hook,
  onConfigChange: hook,
  snapshot: hook,
  restore: hook,
  onHotReload: hook,
}

/** Fields that are of no use without a right. */
const rightsNeeded = { methods: 'methods:register', migrations: 'storage:use' } as const

function* rightsProblems(plugin: AnyPlugin): Generator<Problem> {
  for (const [path, permission] of Object.entries(rightsNeeded)) {
    const claims: unknown[] = [plugin.requiredPermissions, plugin.optionalPermissions]
    const value = valueAt(plugin, path)
    if (!isList(value) || value.length === 0) continue
    if (claims.some((claim) => isList(claim) && claim.includes(permission))) continue
    const message = `${path} need the permission ${permission}`
    yield { path, message, hint: 'add it to requiredPermissions' }
  }
}

function* problemsOf(plugin: AnyPlugin, ranges: VersionRanges): Generator<Problem> {
  // Lists written in JavaScript, as in `[wanted && plugin]`, hold what is no plugin.
  const metadata = valueAt(plugin, 'metadata')
  if (typeof metadata !== 'object' || metadata === null) {
    yield { path: 'metadata', message: 'missing required field: metadata', hint: 'describe the plugin' }
    return
  }
  const owner = { id: plugin.metadata.id, ranges }
  for (const [path, rule] of Object.entries(rules)) yield* rule(valueAt(plugin, path), path, owner)
  yield* rightsProblems(plugin)
}

/** Everything that is wrong with a definition, all at once. Empty when it is sound. Never throws. */
export function validatePlugin(plugin: AnyPlugin, ranges: VersionRanges): readonly Problem[] {
  try {
    return [...problemsOf(plugin, ranges)]
  } catch {
    const hint = 'let it be a plain object: one of its getters, or a proxy, throws'
    return [{ path: 'definition', message: 'a definition that can not be read', hint }]
  }
}

function valueAt(plugin: unknown, path: string): unknown {
  let value = plugin
  for (const field of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[field]
  return value
}
