import type { AnyPlugin } from '../definition/plugin.ts'

type Factory = (config: never) => AnyPlugin

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>

/** The plugins that a module exports, each once. */
export function pluginsIn(exports: ModuleExports): readonly AnyPlugin[] {
  return [...new Set(Object.values(exports))].filter(isPlugin)
}

/** The functions of a module that by their names make plugins: the default export, and `…Plugin`. */
export function factoriesIn(exports: ModuleExports): readonly Factory[] {
  const named = Object.entries(exports).filter(([name]) => name === 'default' || name.endsWith('Plugin'))
  return [...new Set(named.map(([, value]) => value))].filter(
    (value): value is Factory => typeof value === 'function',
  )
}

function isPlugin(value: unknown): value is AnyPlugin {
  if (typeof value !== 'object' || value === null) return false
  const { metadata, initialize } = value as { metadata?: { id?: unknown } | null; initialize?: unknown }
  return typeof metadata?.id === 'string' && typeof initialize === 'function'
}
