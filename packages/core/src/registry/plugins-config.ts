import validRange from 'semver/ranges/valid.js'
import type { Problem } from '../errors/problem.ts'
import { invalidPluginsConfig } from '../errors/source-errors.ts'
import { jsonErrorOffset } from './json-error-offset.ts'
import { nearestName } from './nearest-name.ts'

/** One plugin of a {@link PluginsConfig}, as it is written. */
export interface PluginsConfigEntry {
  /** The plugin's id, and what loaders know it by unless `source` says otherwise. */
  readonly id?: string
  /** What loaders know it by, such as an address. Default: the id. */
  readonly source?: string
  /** Semver version, or a range of them. Default: what the loader has. */
  readonly version?: string
  /** Anything JSON; the plugin's `configSchema` decides. */
  readonly config?: unknown
  /** Default true. */
  readonly enabled?: boolean
}

/**
 * What `loadPluginsFromConfig` takes, as a value or as JSON text:
 *
 * ```json
 * {
 *   "version": 1,
 *   "plugins": [
 *     { "id": "@acme/outliers", "version": "^1.2.0", "config": { "sigma": 2 } },
 *     { "source": "https://acme.com/theme.js", "enabled": false }
 *   ]
 * }
 * ```
 *
 * or only the array. `version` is that of this format. Each entry has an `id`,
 * a `source` or both; none may come twice. Other fields are refused, but for
 * `$schema` at the top, which editors read.
 */
export type PluginsConfig =
  | readonly PluginsConfigEntry[]
  | { readonly $schema?: string; readonly version: 1; readonly plugins: readonly PluginsConfigEntry[] }

/** One plugin of a list, with what was left out filled in. */
export interface ListedPlugin {
  readonly source: string
  /** Absent where only a source was written: then the plugin that comes has the say. */
  readonly id?: string
  readonly version?: string
  readonly config?: unknown
  readonly enabled: boolean
}

const topFields = ['$schema', 'version', 'plugins']
const entryFields = ['id', 'source', 'version', 'config', 'enabled']

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a list of plugins, in the form of {@link PluginsConfig}.
 *
 * @param input The list, or its JSON text.
 * @throws GK_INVALID_PLUGINS_CONFIG with everything wrong with it; for a text that is not JSON, where.
 */
export function parsePluginsConfig(input: unknown): readonly ListedPlugin[] {
  const list = typeof input === 'string' ? parseJson(input) : input
  const entries = Array.isArray(list) ? list : isFields(list) ? list['plugins'] : undefined
  const prefix = Array.isArray(list) ? '' : 'plugins'
  const problems = [...topProblems(list), ...(Array.isArray(entries) ? entriesProblems(entries, prefix) : [])]
  if (problems.length > 0) throw invalidPluginsConfig(problems)
  return (entries as readonly PluginsConfigEntry[]).map(listed)
}

function listed({ id, source, version, enabled = true, ...rest }: PluginsConfigEntry): ListedPlugin {
  return {
    // One of them is there: that was checked.
    source: source ?? id ?? '',
    ...(id !== undefined && { id }),
    ...(version !== undefined && { version }),
    ...('config' in rest && { config: rest.config }),
    enabled,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidPluginsConfig([notJson(text)])
  }
}

function notJson(text: string): Problem {
  const offset = jsonErrorOffset(text) ?? text.length
  const before = text.slice(0, offset).split('\n')
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  const found = offset < text.length ? `'${text[offset]}'` : 'the end'
  return {
    path: place,
    message: `not JSON at ${place}`,
    hint: `${found} can't be there; names and texts are in double quotes, and the last of a list has no comma`,
  }
}

function* topProblems(list: unknown): Generator<Problem> {
  if (Array.isArray(list)) return
  if (!isFields(list)) {
    yield wrong('plugins', 'an array, or { "version": 1, "plugins": […] }')
    return
  }
  yield* unknownFields(list, topFields, '')
  if (list['version'] !== 1) yield wrong('version', '1, the version of this format')
  if (!Array.isArray(list['plugins'])) yield wrong('plugins', 'an array')
}

function* entriesProblems(entries: readonly unknown[], prefix: string): Generator<Problem> {
  const paths = new Map<string, string>()
  for (const [index, entry] of entries.entries()) {
    const path = `${prefix}[${index}]`
    if (!isFields(entry)) {
      yield wrong(path, 'an object, such as { "id": … }')
      continue
    }
    yield* entryProblems(entry, path)
    const names = new Set(
      [entry['id'], entry['source'] ?? entry['id']].filter((name) => typeof name === 'string'),
    )
    const first = [...names].flatMap((name) => paths.get(name) ?? [])[0]
    if (first !== undefined)
      yield {
        path,
        message: `${path} is the same plugin as ${first}`,
        hint: `leave it out, or put what it says into ${first}`,
      }
    for (const name of names) paths.set(name, path)
  }
}

function* entryProblems(entry: Fields, path: string): Generator<Problem> {
  yield* unknownFields(entry, entryFields, `${path}.`)
  const { id, source, version, enabled } = entry
  if (id === undefined && source === undefined)
    yield { path, message: `${path} names no plugin`, hint: 'give its id, or a source to load it from' }
  for (const [name, value] of Object.entries({ id, source })) {
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      yield wrong(`${path}.${name}`, 'a text')
  }
  if (version !== undefined && (typeof version !== 'string' || validRange(version) === null))
    yield wrong(`${path}.version`, "a semver version or range, such as '1.2.0' or '^1.2.0'")
  if (enabled !== undefined && typeof enabled !== 'boolean') yield wrong(`${path}.enabled`, 'true or false')
}

function* unknownFields(fields: Fields, known: readonly string[], prefix: string): Generator<Problem> {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue
    const meant = nearestName(name, known)
    yield {
      path: `${prefix}${name}`,
      message: `unknown field: ${prefix}${name}`,
      hint: meant === undefined ? `fields are ${known.join(', ')}` : `did you mean '${meant}'?`,
    }
  }
}

function wrong(path: string, expected: string): Problem {
  return { path, message: `${path} must be ${expected}`, hint: `write ${expected}` }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
