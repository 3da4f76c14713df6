import type { Permission } from '../definition/permission.ts'
import type { Report } from '../definition/signal.ts'
import { permissionPolicyFailed, type DenialReason } from '../errors/context-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { withDeadline } from '../lifetime/deadline.ts'

/** Whether the application's code brought a plugin, or a loader. */
export type PluginOrigin = 'code' | 'loader'

/** What a policy is asked. */
export interface PermissionRequest {
  readonly pluginId: string
  readonly permission: Permission
  /** `install` for what the definition requires or would like, `runtime` for `requestPermission`. */
  readonly when: 'install' | 'runtime'
  /** Whether the plugin can't be installed without it. */
  readonly required: boolean
  /** Whether the application's code brought the plugin, or a loader. */
  readonly origin: PluginOrigin
}

/** Answers a request; anything but `true` refuses, and so do a throw and a rejection. */
export type PermissionPrompt = (request: PermissionRequest) => boolean | PromiseLike<boolean>

/**
 * Decides which rights plugins get. `'granted-as-requested'` gives the
 * application's own plugins all they declare, and has a person asked for what a
 * loader brought; `'prompt'` has a person asked for all of them. Who asks is
 * `promptPermission`: without it, what it would be asked is refused. A function
 * is asked about each right.
 */
export type PermissionPolicy = 'granted-as-requested' | 'prompt' | PermissionPrompt

/** What decides, and who hears that it failed. */
export interface PermissionJudgeOptions {
  readonly policy: PermissionPolicy
  readonly prompt: PermissionPrompt | undefined
  readonly clock: Clock
  readonly report: Report
}

/** Asks the policy, and never fails. */
export class PermissionJudge {
  readonly #options: PermissionJudgeOptions

  constructor(options: PermissionJudgeOptions) {
    this.#options = options
  }

  /** Whether plugins of this origin get what they declare, without anyone being asked. */
  grantsAll(origin: PluginOrigin): boolean {
    return this.#options.policy === 'granted-as-requested' && origin === 'code'
  }

  /** Why the request is refused, or `undefined` when it is granted. An abort refuses it at once, as `closed`. */
  async refusalOf(request: PermissionRequest, signal?: AbortSignal): Promise<DenialReason | undefined> {
    if (this.grantsAll(request.origin)) return undefined
    const { policy, prompt, clock, report } = this.#options
    const decide = typeof policy === 'function' ? policy : prompt
    if (decide === undefined) return 'no-prompt'
    const outcome = await withDeadline<unknown>(clock, undefined, signal, () => decide(request))
    if (outcome.kind === 'done') return outcome.value === true ? undefined : 'refused'
    if (outcome.kind !== 'failed') return 'closed'
    const error = permissionPolicyFailed(request.pluginId, request.permission, outcome.error)
    // No plugin is at fault when the application's policy fails.
    report({ pluginId: undefined, phase: 'the permission policy', error })
    return 'policy-failed'
  }
}
