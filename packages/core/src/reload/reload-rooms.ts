import type { HostRooms } from '../manager/host-rooms.ts'
import type { Installer } from '../manager/installer.ts'
import type { PluginList } from '../manager/plugin-list.ts'
import type { PluginSet } from '../manager/plugin-set.ts'
import type { PluginSourcing } from '../manager/plugin-sourcing.ts'

/** What reloads work with. */
export interface ReloadRooms {
  readonly host: HostRooms
  readonly plugins: PluginSet
  readonly installer: Installer
  readonly list: PluginList
  /** What turns texts into plugins. */
  sourcing(): Promise<PluginSourcing>
}
