import { covers, type Permission } from '../definition/permission.ts'
import type { DenialReason } from '../errors/context-errors.ts'
import type { CountedEntry } from './permission-trail.ts'
import type { PluginOrigin } from './permission-policy.ts'

/** What a plugin asks for in its definition. */
export interface PermissionClaims {
  readonly required: readonly Permission[]
  readonly optional: readonly Permission[]
}

/** How one right of one plugin stands, until something changes. */
export interface Standing {
  /** Why the plugin lacks it; `undefined` when it holds it. */
  readonly refusal: DenialReason | undefined
  /** Where its uses are counted. */
  uses: CountedEntry | undefined
}

/** Plugins make names up, and can't be let to fill the memory with them. */
const mostStandings = 1000
/** Each event is checked again when it is delivered, so that a part that was revoked need not cost the rest. */
const filteredLater = /^events:subscribe(:|$)/

/** The rights of one plugin, from install to teardown. */
export class PluginRights {
  readonly pluginId: string
  readonly origin: PluginOrigin
  /** What the policy is being asked at run time. */
  readonly asking: Map<string, Promise<boolean>> = new Map()
  claims: PermissionClaims
  readonly #closing = new AbortController()
  /**
   * What was decided, by right. What a later decision covers is dropped, and of
   * two rights one covers the other or they have nothing in common: therefore
   * the narrowest decision that covers a request is the one that counts.
   */
  readonly #decided = new Map<Permission, 'granted' | 'revoked'>()
  readonly #refusals = new Map<string, DenialReason>()
  readonly #standings = new Map<string, Standing>()
  #granted: readonly Permission[] | undefined

  constructor(pluginId: string, claims: PermissionClaims, origin: PluginOrigin) {
    this.pluginId = pluginId
    this.claims = claims
    this.origin = origin
  }

  /** Aborted when the plugin goes. */
  get signal(): AbortSignal {
    return this.#closing.signal
  }

  close(): void {
    this.#closing.abort()
  }

  /** To be called after each change of the claims; all the others do it themselves. */
  forgetStandings(): void {
    this.#standings.clear()
    this.#granted = undefined
  }

  /** How the right stands now. The same object until something changes. */
  standingOf(permission: string): Standing {
    const known = this.#standings.get(permission)
    if (known !== undefined) return known
    if (this.#standings.size >= mostStandings) this.#standings.clear()
    const standing: Standing = { refusal: this.#refusalOf(permission), uses: undefined }
    this.#standings.set(permission, standing)
    return standing
  }

  /** What the application decides: it ends whatever was decided about parts of the right. */
  decide(permission: Permission, decision: 'granted' | 'revoked'): void {
    for (const each of this.#decided.keys()) if (covers(permission, each)) this.#decided.delete(each)
    this.#decided.set(permission, decision)
    this.forgetStandings()
  }

  /** What the policy grants: parts that the application revoked stay so. */
  allow(permission: Permission): void {
    this.#decided.set(permission, 'granted')
    this.#refusals.delete(permission)
    this.forgetStandings()
  }

  /** Takes over what was decided of the plugin before, but for what it no longer claims. */
  inherit(before: PluginRights): void {
    const dropped = new Set(all(before.claims).filter((each) => !all(this.claims).includes(each)))
    const kept = [...before.#decided].filter(
      ([each, decision]) => decision === 'revoked' || !dropped.has(each),
    )
    // What was revoked is not given back by parts, unless a part was given back then.
    for (const [permission, decision] of kept) if (decision === 'revoked') this.decide(permission, decision)
    for (const [permission, decision] of kept) this.#decided.set(permission, decision)
    this.forgetStandings()
  }

  /** Whether the right was given, or given and taken. */
  isDecided(permission: Permission): boolean {
    const { refusal } = this.standingOf(permission)
    return refusal === undefined || refusal === 'revoked'
  }

  /** Why the policy refused the right, if it did. */
  refusalBefore(permission: Permission): DenialReason | undefined {
    return this.#refusals.get(permission)
  }

  /** The rights given, broad ones for their parts; the same list until something changes. */
  get granted(): readonly Permission[] {
    this.#granted ??= [...this.#decided]
      .filter(([, decision]) => decision === 'granted')
      .map(([each]) => each)
    return this.#granted
  }

  /** What the policy refuses, and why. */
  refuse(permission: Permission, reason: DenialReason): void {
    this.#refusals.set(permission, reason)
    this.forgetStandings()
  }

  #refusalOf(permission: string): DenialReason | undefined {
    let narrowest: Permission | undefined
    let partRevoked = false
    for (const [each, decision] of this.#decided) {
      if (covers(each, permission)) {
        if (narrowest === undefined || covers(narrowest, each)) narrowest = each
      } else if (decision === 'revoked' && covers(permission, each)) {
        partRevoked = true
      }
    }
    const decision = narrowest && this.#decided.get(narrowest)
    if (decision === 'revoked' || (partRevoked && !filteredLater.test(permission))) return 'revoked'
    return decision === 'granted' ? undefined : this.#lacking(permission)
  }

  #lacking(permission: string): DenialReason {
    if (!all(this.claims).some((claim) => covers(claim, permission))) return 'undeclared'
    for (const [each, reason] of this.#refusals) if (covers(each, permission)) return reason
    return 'unasked'
  }
}

function all({ required, optional }: PermissionClaims): readonly Permission[] {
  return [...required, ...optional]
}
