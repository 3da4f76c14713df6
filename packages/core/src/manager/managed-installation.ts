import type { Undo } from '../lifetime/scope.ts'
import type { Installation, InstallationSource } from './installation-source.ts'
import type { Installer } from './installer.ts'
import type { PluginList } from './plugin-list.ts'
import type { PluginSet } from './plugin-set.ts'
import type { Reconciliation } from './reconciliation.ts'
import type { WaitingCalls } from './waiting-calls.ts'

/** What puts plugins on a host, and keeps those there that an application lists. */
export interface ManagedInstallation extends Installation {
  readonly reconcile: (plugins: PluginSet, installer: Installer, list: PluginList) => Reconciliation
  /** `subscribe` tells of all that may end the waiting. */
  readonly waitingCalls: (subscribe: (listener: () => void) => Undo) => WaitingCalls
}

export type ManagedInstallationSource = InstallationSource<ManagedInstallation>
