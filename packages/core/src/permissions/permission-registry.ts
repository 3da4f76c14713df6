import { permissionDenied } from '../errors/context-errors.ts'
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

/** The rights of one plugin, from install to teardown. */
interface Rights {
  readonly claims: PermissionClaims
  readonly granted: Set<Permission>
  readonly revoked: Set<Permission>
}

/** Who holds which rights. */
export class PermissionRegistry {
  readonly #rights = new Map<string, Rights>()
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
    const rights: Rights = { claims, granted: new Set(), revoked: new Set() }
    this.#rights.set(pluginId, rights)
    for (const permission of claims.required) {
      if (!(await this.#decide({ pluginId, permission, when: 'install' })))
        throw permissionDenied(pluginId, permission)
      rights.granted.add(permission)
    }
    for (const permission of claims.optional) {
      if (await this.#decide({ pluginId, permission, when: 'install' })) rights.granted.add(permission)
    }
  }

  /**
   * Takes over what a running plugin claims now, and asks the policy for what it
   * requires of that and does not hold. What was revoked stays so. Returns what
   * was refused: the plugin goes on, and its calls that need it fail.
   */
  async reopen(pluginId: string, claims: PermissionClaims): Promise<readonly Permission[]> {
    const rights = this.#rights.get(pluginId)
    if (rights === undefined) return claims.required
    this.#rights.set(pluginId, { ...rights, claims })
    const refused: Permission[] = []
    for (const permission of claims.required.filter((each) => !holds(rights, each))) {
      const revoked = [...rights.revoked].some((each) => covers(each, permission))
      const allowed = !revoked && (await this.#decide({ pluginId, permission, when: 'install' }))
      if (allowed) rights.granted.add(permission)
      else refused.push(permission)
    }
    return refused
  }

  /** Forgets the plugin and its rights. */
  close(pluginId: string): void {
    this.#rights.delete(pluginId)
  }

  has(pluginId: string, permission: string): boolean {
    const rights = this.#rights.get(pluginId)
    return rights !== undefined && holds(rights, permission)
  }

  /** @throws GK_PERMISSION_DENIED when the plugin does not hold the right. */
  require(pluginId: string, permission: string): void {
    if (!this.has(pluginId, permission)) throw permissionDenied(pluginId, permission)
  }

  /** Asks the policy again for a right the plugin declared. What it never declared, or what was revoked, is refused. */
  async request(pluginId: string, permission: Permission): Promise<boolean> {
    const rights = this.#rights.get(pluginId)
    if (rights === undefined) return false
    if (holds(rights, permission)) return true
    const { claims, granted, revoked } = rights
    if (![...claims.required, ...claims.optional].some((claim) => covers(claim, permission))) return false
    if ([...revoked].some((each) => covers(each, permission))) return false
    if (!(await this.#decide({ pluginId, permission, when: 'runtime' }))) return false
    granted.add(permission)
    return true
  }

  grant(pluginId: string, permission: Permission): void {
    const rights = this.#rights.get(pluginId)
    if (rights === undefined) return
    for (const each of rights.revoked) if (covers(permission, each)) rights.revoked.delete(each)
    rights.granted.add(permission)
  }

  /** Takes effect at the plugin's next call, and until the right is granted again. */
  revoke(pluginId: string, permission: Permission): void {
    const rights = this.#rights.get(pluginId)
    if (rights === undefined) return
    for (const each of rights.granted) if (covers(permission, each)) rights.granted.delete(each)
    rights.revoked.add(permission)
  }

  async #decide(request: PermissionRequest): Promise<boolean> {
    return this.#policy === 'granted-as-requested' || (await this.#policy(request))
  }
}

/** A grant holds unless a part of it was revoked; one inside what was revoked was given later. */
function holds({ granted, revoked }: Rights, permission: string): boolean {
  for (const grant of granted) {
    if (!covers(grant, permission)) continue
    if (revoked.size === 0) return true
    if (![...revoked].some((each) => covers(each, permission) && !covers(each, grant))) return true
  }
  return false
}
