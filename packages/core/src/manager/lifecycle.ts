import { illegalTransition } from '../errors/plugin-errors.ts'

/** Where a plugin is in its life. */
export type PluginStatus = 'unloaded' | 'loading' | 'initialized' | 'running' | 'stopped' | 'error'

const next: Readonly<Record<PluginStatus, readonly PluginStatus[]>> = {
  unloaded: ['loading', 'error'],
  loading: ['initialized', 'error', 'stopped'],
  initialized: ['running', 'error', 'stopped'],
  running: ['stopped', 'error'],
  stopped: ['loading'],
  error: ['loading', 'stopped'],
}

/** @throws GK_ILLEGAL_TRANSITION when a plugin can't go from one status to the other. */
export function assertTransition(pluginId: string, from: PluginStatus, to: PluginStatus): void {
  if (!next[from].includes(to)) throw illegalTransition(pluginId, from, to)
}
