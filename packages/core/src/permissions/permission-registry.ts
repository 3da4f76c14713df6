import type { Permission } from '../definition/permission.ts'
import type { Report } from '../definition/signal.ts'
import { permissionDenied, type DenialReason } from '../errors/context-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { decideClaims, type Decision } from './claims-decision.ts'
import {
  PermissionJudge,
  type PermissionPolicy,
  type PermissionPrompt,
  type PermissionRequest,
  type PluginOrigin,
} from './permission-policy.ts'
import type { PermissionTrail } from './permission-trail.ts'
import { PluginRights, type PermissionClaims } from './plugin-rights.ts'

export type {
  Decision,
  PermissionClaims,
  PermissionPolicy,
  PermissionPrompt,
  PermissionRequest,
  PluginOrigin,
}

/** What {@link PermissionRegistry} works with. */
export interface PermissionRegistryOptions {
  /** Default `'granted-as-requested'`. */
  readonly policy?: PermissionPolicy | undefined
  /** Asks a person. */
  readonly prompt?: PermissionPrompt | undefined
  /** Where decisions and uses are written. */
  readonly trail: PermissionTrail
  readonly clock: Clock
  readonly report: Report
}

/** Who holds which rights, and the trail of who got and used them. */
export class PermissionRegistry {
  readonly #rights = new Map<string, PluginRights>()
  /** What was decided of plugins that have no rights now: they are asked for, being restarted, or turned off. */
  readonly #kept = new Map<string, PluginRights>()
  readonly #judge: PermissionJudge
  readonly #trail: PermissionTrail
  #revision = 0

  constructor({ policy, prompt, trail, clock, report }: PermissionRegistryOptions) {
    this.#judge = new PermissionJudge({ policy: policy ?? 'granted-as-requested', prompt, clock, report })
    this.#trail = trail
  }

  /** Grows whenever anyone's rights change: what was asked before may be kept as long as it stays the same. */
  get revision(): number {
    return this.#revision
  }

  /**
   * Asks the policy for all that a plugin claims: for all that it requires, and,
   * unless any of that is refused, for what it would like. Changes nothing but
   * the audit, so that other plugins go on meanwhile. Answers at once where
   * nobody is to be asked. An abort refuses what is still open. What was decided
   * before a restart, or of the version that runs, is not asked again. Never rejects.
   */
  ask(
    pluginId: string,
    claims: PermissionClaims,
    origin: PluginOrigin,
    signal?: AbortSignal,
  ): Decision | Promise<Decision> {
    if (!this.#judge.grantsAll(origin)) {
      const kept = this.#kept.get(pluginId) ?? this.#rights.get(pluginId)
      return decideClaims(pluginId, claims, origin, async (request) => {
        if (kept?.isDecided(request.permission)) return undefined
        // Asking again at each restart for what is only wished for would be a nuisance.
        const known = request.required ? undefined : kept?.refusalBefore(request.permission)
        if (known !== undefined) return known
        const refusal = await this.#judge.refusalOf(request, signal)
        this.#recordRequest(pluginId, request.permission, refusal)
        return refusal
      })
    }
    const granted = [...new Set([...claims.required, ...claims.optional])]
    for (const permission of granted) this.#recordRequest(pluginId, permission)
    return { origin, granted, refused: [] }
  }

  /**
   * Gives a plugin what {@link ask} decided, and what was decided before. Where a
   * required right was refused, it is for the caller to keep the plugin from
   * running. The rights returned are what {@link close} takes.
   */
  open(pluginId: string, claims: PermissionClaims, decision: Decision): PluginRights {
    const { origin, granted, reason = 'refused' } = decision
    this.#rights.get(pluginId)?.close()
    const rights = new PluginRights(pluginId, claims, origin)
    for (const permission of granted) rights.allow(permission)
    for (const permission of [...claims.required, ...claims.optional])
      if (!granted.includes(permission)) rights.refuse(permission, reason)
    const kept = this.#kept.get(pluginId)
    if (kept) rights.inherit(kept)
    this.#kept.delete(pluginId)
    this.#rights.set(pluginId, rights)
    this.#revision += 1
    return rights
  }

  /**
   * Takes over what a running plugin claims now, and asks the policy for what it
   * requires of that and does not hold. What was revoked stays so. Returns what
   * was refused: the plugin goes on, and its calls that need it fail.
   */
  async reopen(pluginId: string, claims: PermissionClaims): Promise<readonly Permission[]> {
    const rights = this.#rights.get(pluginId)
    if (rights === undefined) return claims.required
    rights.claims = claims
    this.#changed(rights)
    const refused: Permission[] = []
    for (const permission of new Set(claims.required)) {
      const { refusal } = rights.standingOf(permission)
      if (refusal === undefined) continue
      const allowed = refusal !== 'revoked' && (await this.#askFor(rights, permission, 'install'))
      if (!allowed) refused.push(permission)
    }
    return refused
  }

  /** Ends rights. What the plugin still waits for is refused. What was decided holds again when it comes back. */
  close(rights: PluginRights): void {
    rights.close()
    // By now the rights may be those of a successor.
    if (this.#rights.get(rights.pluginId) !== rights) return
    this.#rights.delete(rights.pluginId)
    this.#kept.set(rights.pluginId, rights)
    this.#revision += 1
  }

  /** Forgets what was decided of a plugin: it begins anew. */
  forget(pluginId: string): void {
    this.#kept.delete(pluginId)
  }

  /**
   * Whether the plugin holds the right, without a word in the audit. It holds
   * `events:subscribe` and its patterns also when only a part is left; every
   * other right only as a whole.
   */
  has(pluginId: string, permission: string): boolean {
    return this.refusalOf(pluginId, permission) === undefined
  }

  /** Why the plugin lacks the right, or `undefined` when it holds it. Not in the audit. */
  refusalOf(pluginId: string, permission: string): DenialReason | undefined {
    const rights = this.#rights.get(pluginId)
    return rights === undefined ? 'closed' : rights.standingOf(permission).refusal
  }

  /** Whether the plugin holds the right it is about to use. The audit tells either. */
  use(pluginId: string, permission: string): boolean {
    return this.#useOf(pluginId, permission) === undefined
  }

  /** As {@link use}. @throws GK_PERMISSION_DENIED when the plugin does not hold the right, with why. */
  require(pluginId: string, permission: string): void {
    const refusal = this.#useOf(pluginId, permission)
    if (refusal !== undefined) throw permissionDenied(pluginId, permission, refusal)
  }

  /**
   * Asks the policy for a right the plugin declared. What it never declared, or
   * what was revoked, is refused. Two that ask for the same at the same time
   * have it asked once. False also when the plugin goes, or the right is revoked,
   * before the answer. Never rejects.
   */
  async request(pluginId: string, permission: Permission): Promise<boolean> {
    const rights = this.#rights.get(pluginId)
    const refusal = this.refusalOf(pluginId, permission)
    if (refusal === undefined) return true
    const final = refusal === 'undeclared' || refusal === 'revoked'
    if (rights !== undefined && !final) return this.#askFor(rights, permission, 'runtime')
    this.#trail.count(undefined, pluginId, permission, 'request', refusal)
    return false
  }

  /**
   * Gives a right, whether the plugin declared it or not, and all parts of it that were revoked. Of a
   * plugin that has no rights now, it is remembered until it has.
   */
  grant(pluginId: string, permission: Permission): void {
    this.#decide(pluginId, permission, 'granted')
  }

  /**
   * Takes a right, or a part of a broader one, away. Takes effect at the plugin's
   * next call, and until it is granted again.
   */
  revoke(pluginId: string, permission: Permission): void {
    this.#decide(pluginId, permission, 'revoked')
  }

  #decide(pluginId: string, permission: Permission, decision: 'granted' | 'revoked'): void {
    const none = { required: [], optional: [] }
    const rights =
      this.#rights.get(pluginId) ?? this.#kept.get(pluginId) ?? new PluginRights(pluginId, none, 'code')
    if (!this.#rights.has(pluginId)) this.#kept.set(pluginId, rights)
    rights.decide(permission, decision)
    this.#revision += 1
    const granted = decision === 'granted'
    this.#trail.record({ pluginId, permission, action: granted ? 'grant' : 'revoke', allowed: granted })
  }

  #askFor(rights: PluginRights, permission: Permission, when: PermissionRequest['when']): Promise<boolean> {
    const asking = rights.asking.get(permission)
    if (asking !== undefined) return asking
    const asked = this.#askNow(rights, permission, when).finally(() => rights.asking.delete(permission))
    rights.asking.set(permission, asked)
    return asked
  }

  async #askNow(
    rights: PluginRights,
    permission: Permission,
    when: PermissionRequest['when'],
  ): Promise<boolean> {
    const { pluginId, origin, signal, claims } = rights
    const required = claims.required.includes(permission)
    const answer = await this.#judge.refusalOf({ pluginId, permission, when, required, origin }, signal)
    const { refusal: now } = rights.standingOf(permission)
    const refusal = signal.aborted ? 'closed' : now === 'revoked' ? now : answer
    this.#recordRequest(pluginId, permission, refusal)
    if (refusal === undefined) rights.allow(permission)
    else if (refusal !== 'revoked') rights.refuse(permission, refusal)
    this.#revision += 1
    // The application may have granted it while the policy was asked.
    return refusal === undefined || (now === undefined && !signal.aborted)
  }

  #useOf(pluginId: string, permission: string): DenialReason | undefined {
    const standing = this.#rights.get(pluginId)?.standingOf(permission)
    const refusal = standing === undefined ? 'closed' : standing.refusal
    const uses = this.#trail.count(standing?.uses, pluginId, permission, 'use', refusal)
    if (standing !== undefined) standing.uses = uses
    return refusal
  }

  #recordRequest(pluginId: string, permission: string, reason?: DenialReason): void {
    const fact = { pluginId, permission, action: 'request' } as const
    this.#trail.record(
      reason === undefined ? { ...fact, allowed: true } : { ...fact, allowed: false, reason },
    )
  }

  #changed(rights: PluginRights): void {
    rights.forgetStandings()
    this.#revision += 1
  }
}
