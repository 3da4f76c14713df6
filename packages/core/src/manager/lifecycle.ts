import { illegalTransition } from '../errors/plugin-errors.ts'

/** Where a plugin is in its life. */
export type PluginStatus =
  | 'unloaded'
  | 'loading'
  | 'initialized'
  | 'running'
  | 'stopped'
  | 'reloading'
  | 'suspended'
  | 'error'

const next: Readonly<Record<PluginStatus, readonly PluginStatus[]>> = {
  unloaded: ['loading', 'stopped', 'error'],
  loading: ['initialized', 'stopped', 'error'],
  initialized: ['running', 'stopped', 'error'],
  running: ['stopped', 'suspended', 'error'],
  stopped: ['loading'],
  // Shown of a plugin that is being replaced, whatever its old or new version is in meanwhile.
  reloading: [],
  suspended: ['running', 'stopped', 'error'],
  error: ['loading', 'stopped'],
}

/** @throws GK_ILLEGAL_TRANSITION when a plugin can't go from one status to the other. */
export function assertTransition(pluginId: string, from: PluginStatus, to: PluginStatus): void {
  if (!next[from].includes(to)) throw illegalTransition(pluginId, from, to)
}
