import { CallTimer } from './context/call-timer.ts'
import { pageDownload } from './context/download.ts'
import { pageFetch } from './context/fetch.ts'
import type { TableAccess } from './definition/table-access.ts'
import { HookRegistry } from './hooks/hook-registry.ts'
import { MiddlewareRegistry } from './hooks/middleware-registry.ts'
import type { HostOptions } from './host-options.ts'
import { ResourceMonitor } from './limits/resource-monitor.ts'
import { bringUp } from './manager/bring-up.ts'
import { ErrorThresholds } from './manager/error-thresholds.ts'
import type { HostRooms, InstanceRooms } from './manager/host-rooms.ts'
import { planInstallation, resolveTogether } from './manager/installation.ts'
import { PluginInstance } from './manager/plugin-instance.ts'
import type { ManagedInstallation } from './manager/managed-installation.ts'
import { manifestOf } from './manager/plugin-views.ts'
import { Reconciliation } from './manager/reconciliation.ts'
import { WaitingCalls } from './manager/waiting-calls.ts'
import { dependencyGraph } from './registry/dependency-graph.ts'
import { MessageBoard } from './messaging/message-board.ts'
import { ServiceBoard } from './messaging/service-board.ts'
import { PermissionRegistry } from './permissions/permission-registry.ts'
import { Profiler } from './profiling/profiler.ts'
import { coreVersion } from './version.ts'

/** Builds and wires the rooms that are needed when plugins come, and what puts plugins into them. */
export type CreateInstallation = (
  host: HostRooms,
  options: HostOptions,
  table: TableAccess | undefined,
) => ManagedInstallation

export const createInstallation: CreateInstallation = (host, options, table) => {
  const rooms = instanceRooms(host, options, table)
  const { permissions, thresholds, profiler, messages, services, hooks, middleware } = rooms
  return {
    permissions,
    thresholds,
    profiler,
    hooks,
    middleware,
    plan: (candidates, there, standing) => planInstallation(candidates, there, standing, coreVersion),
    bringUp,
    waitingCalls: (subscribe) => new WaitingCalls(host.clock, subscribe),
    reconcile: (plugins, installer, list) => new Reconciliation(plugins, installer, list),
    create: (planned, changed) => new PluginInstance(planned, rooms, changed),
    graph: (plugins) => dependencyGraph(plugins.map(manifestOf)),
    resolve: (plugins) => resolveTogether(plugins, coreVersion),
    hold(pluginId) {
      const releases = [hooks, middleware, services, messages].map((room) => room.hold(pluginId))
      return () => {
        for (const release of releases) release()
      }
    },
    forget(pluginId) {
      thresholds.forget(pluginId)
      profiler.forget(pluginId)
    },
  }
}

function instanceRooms(host: HostRooms, options: HostOptions, table: TableAccess | undefined): InstanceRooms {
  const { clock, report, permissionTrail: trail } = host
  const {
    permissions: policy,
    promptPermission: prompt,
    fetch = pageFetch,
    download = pageDownload,
    profiling = {},
  } = options
  const profiler = new Profiler({ clock, ...profiling })
  if (profiling.enabled === false) profiler.enabled = false
  return {
    ...host,
    permissions: new PermissionRegistry({ policy, prompt, trail, clock, report }),
    messages: new MessageBoard(clock, report),
    services: new ServiceBoard(clock, report),
    hooks: new HookRegistry({ clock, report }),
    middleware: new MiddlewareRegistry({ clock, report }),
    monitor: new ResourceMonitor({
      clock,
      report,
      exceeded: ({ pluginId, limit, error }) => report({ pluginId, phase: `limit of ${limit}`, error }),
    }),
    thresholds: new ErrorThresholds(options.errorThreshold),
    timer: new CallTimer(clock),
    profiler,
    table,
    fetch,
    download,
  }
}
