import { permissionDenied } from '../errors/catalogue.ts'
import { covers } from '../definition/permission.ts'
import type { Permission } from '../definition/permission.ts'

/** What a policy is asked. */
export interface PermissionRequest {
  readonly pluginId: string
  readonly permission: Permission
  /** `install` for what the definition requires or would like, `runtime` for `requestPermission`. */
  readonly when: 'install' | 'runtime'
}

/**
 * Decides which rights plugins get. `'granted-as-requested'` gives all that the
 * definition asks for; a function is asked about each.
 */
export type PermissionPolicy =
  | 'granted-as-requested'
  | ((request: PermissionRequest) => boolean | PromiseLike<boolean>)

/** What a plugin asks for in its definition. */
export interface PermissionClaims {
  readonly required: readonly Permission[]
  readonly optional: readonly Permission[]
}

/** Who holds which rights. */
export class PermissionRegistry {
  readonly #grants = new Map<string, Set<Permission>>()
  readonly #claims = new Map<string, PermissionClaims>()
  readonly #policy: PermissionPolicy

  constructor(policy: PermissionPolicy) {
    this.#policy = policy
  }

  /**
   * Asks the policy for all that the plugin claims, and grants what it allows.
   *
   * @throws GK_PERMISSION_DENIED when a required right is refused.
   */
  async open(pluginId: string, claims: PermissionClaims): Promise<void> {
    this.#claims.set(pluginId, claims)
    this.#grants.set(pluginId, new Set())
    for (const permission of claims.required) {
      if (!(await this.#decide({ pluginId, permission, when: 'install' })))
        throw permissionDenied(pluginId, permission)
      this.grant(pluginId, permission)
    }
    for (const permission of claims.optional) {
      if (await this.#decide({ pluginId, permission, when: 'install' })) this.grant(pluginId, permission)
    }
  }

  /** Forgets the plugin and its rights. */
  close(pluginId: string): void {
    this.#grants.delete(pluginId)
    this.#claims.delete(pluginId)
  }

  has(pluginId: string, permission: string): boolean {
    const grants = this.#grants.get(pluginId)
    if (grants === undefined) return false
    for (const grant of grants) if (covers(grant, permission)) return true
    return false
  }

  /** @throws GK_PERMISSION_DENIED when the plugin does not hold the right. */
  require(pluginId: string, permission: string): void {
    if (!this.has(pluginId, permission)) throw permissionDenied(pluginId, permission)
  }

  /** Asks the policy again for a right the plugin declared. What it never declared is refused. */
  async request(pluginId: string, permission: Permission): Promise<boolean> {
    if (this.has(pluginId, permission)) return true
    const claims = this.#claims.get(pluginId)
    const declared = [...(claims?.required ?? []), ...(claims?.optional ?? [])]
    if (!declared.some((claim) => covers(claim, permission))) return false
    if (!(await this.#decide({ pluginId, permission, when: 'runtime' }))) return false
    this.grant(pluginId, permission)
    return true
  }

  grant(pluginId: string, permission: Permission): void {
    this.#grants.get(pluginId)?.add(permission)
  }

  /** Takes effect at the plugin's next call. Takes every grant that the permission covers. */
  revoke(pluginId: string, permission: Permission): void {
    const grants = this.#grants.get(pluginId)
    for (const grant of grants ?? []) if (covers(permission, grant)) grants?.delete(grant)
  }

  /** What the plugin holds. */
  granted(pluginId: string): readonly Permission[] {
    return [...(this.#grants.get(pluginId) ?? [])]
  }

  async #decide(request: PermissionRequest): Promise<boolean> {
    return this.#policy === 'granted-as-requested' || (await this.#policy(request))
  }
}
