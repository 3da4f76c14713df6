import type { ServiceHandle, ServiceOptions } from '../definition/services.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function exportService(
  { services }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  name: string,
  service: object,
  options?: ServiceOptions,
): Undo {
  return guard.out('exportService', 'services:export', () =>
    scope.add(services.export(pluginId, name, service, (phase, run) => guard.answer(phase, run), options)),
  )
}

export function importService<TService extends object>(
  { services }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  owner: string,
  name: string,
): ServiceHandle<TService> {
  const permission = `services:import:${owner}`
  const call = <T>(run: () => T): T => guard.out('importService', permission, run, true)
  return guard.out(
    'importService',
    permission,
    // Whoever imports the service says what it is.
    () => services.import({ pluginId, scope, out: call }, owner, name) as ServiceHandle<TService>,
  )
}
