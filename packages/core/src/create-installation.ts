import { pageDownload } from './context/download.ts'
import { pageFetch } from './context/fetch.ts'
import type { TableAccess } from './definition/table-access.ts'
import type { HostOptions } from './host-options.ts'
import type { HostRooms, InstanceRooms } from './manager/host-rooms.ts'
import { planInstallation, resolveTogether } from './manager/installation.ts'
import { PluginInstance } from './manager/plugin-instance.ts'
import type { Installation } from './manager/installation-source.ts'
import { manifestOf } from './manager/plugin-views.ts'
import { dependencyGraph } from './registry/dependency-graph.ts'
import { MessageBoard } from './messaging/message-board.ts'
import { PermissionRegistry } from './permissions/permission-registry.ts'
import { coreVersion } from './version.ts'

/** Builds and wires the rooms that are needed when plugins come, and what puts plugins into them. */
export type CreateInstallation = (
  host: HostRooms,
  options: HostOptions,
  table: TableAccess | undefined,
) => Installation

export const createInstallation: CreateInstallation = (host, options, table) => {
  const { clock, report, permissionTrail: trail } = host
  const {
    permissions: policy,
    promptPermission: prompt,
    fetch = pageFetch,
    download = pageDownload,
  } = options
  const permissions = new PermissionRegistry({ policy, prompt, trail, clock, report })
  const messages = new MessageBoard(clock)
  const rooms: InstanceRooms = { ...host, permissions, messages, table, fetch, download }
  return {
    permissions,
    plan: (candidates, there, standing) => planInstallation(candidates, there, standing, coreVersion),
    create: (planned, changed) => new PluginInstance(planned, rooms, changed),
    graph: (plugins) => dependencyGraph(plugins.map(manifestOf)),
    resolve: (plugins) => resolveTogether(plugins, coreVersion),
  }
}
