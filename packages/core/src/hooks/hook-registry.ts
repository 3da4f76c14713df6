import type { HookOptions } from '../definition/hooks.ts'
import type { Operation } from '../definition/operations.ts'
import type { Report } from '../definition/signal.ts'
import { afterHooksLost, hookOrderCycle } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { BeforeRun, type RunRooms } from './before-run.ts'
import { createHook, type Hook } from './hook.ts'
import { orderHooks } from './hook-order.ts'
import { MissedOperations } from './missed-operations.ts'
import { concerns } from './operation-pattern.ts'
import type { OperationWay } from './operation-way.ts'
import { OwnerHolds } from './owner-holds.ts'

/** The hooks that run for one type of operation. */
interface Line {
  readonly before: readonly Hook[]
  readonly after: readonly Hook[]
}

type Moment = 'startup' | 'shutdown' | 'error'

const noHooks: Line = { before: [], after: [] }

/**
 * The hooks of all plugins of one host. Those added or removed while an operation is on its way take part, or no
 * longer do, from the next operation.
 */
export class HookRegistry {
  readonly #hooks = new Set<Hook>()
  readonly #lines = new Map<string, Line>()
  readonly #moments = new Map<Moment, readonly Hook[]>()
  readonly #holds = new OwnerHolds(this.#hooks, () => this.#forgetLines())
  /** By the plugins that are being replaced. */
  readonly #missed = new Map<string, MissedOperations>()
  readonly #contradictions = new Set<string>()
  #isTellingErrors = false
  readonly #report: Report
  readonly #rooms: RunRooms

  constructor({ clock, report }: { readonly clock: Clock; readonly report: Report }) {
    this.#report = report
    this.#rooms = {
      clock,
      report,
      renew: (left, owner, type) => this.#renewed(left, owner, type),
    }
  }

  /** How many hooks there are, of one plugin or of all. */
  count(owner?: string): number {
    if (owner === undefined) return this.#hooks.size
    return [...this.#hooks].filter((hook) => hook.owner === owner).length
  }

  /**
   * Adds a hook. Its undo ends turns of it that are waited for: those operations go on without it.
   *
   * @param call Gets a `HookTurn`, an `AfterHookInput`, or what {@link announce} was given.
   * @throws GK_HOOK_POINT_INVALID
   */
  register(owner: string, point: string, call: (input: never) => unknown, options: HookOptions = {}): Undo {
    const hook = createHook(owner, point, call, options)
    hook.hold = this.#holds.of(owner)
    this.#hooks.add(hook)
    this.#forgetLines()
    return () => {
      if (!this.#hooks.delete(hook)) return
      this.#forgetLines()
      for (const end of hook.turns) end()
    }
  }

  /** Lets operations go on that wait for hooks of a plugin, without what these may still have to say. */
  letGo(owner: string): void {
    for (const hook of this.#hooks) if (hook.owner === owner) for (const end of hook.turns) end()
  }

  /** Whether any hook concerns a type of operation. */
  has(type: string): boolean {
    return (this.#lines.get(type) ?? this.#lineOf(type)) !== noHooks
  }

  /** Asks the `before` hooks. A promise only where one of them is asynchronous, or held. Never throws or rejects. */
  before(way: OperationWay): Promise<void> | undefined {
    const { before } = this.#lineOf(way.operation.type)
    return before.length === 0 ? undefined : new BeforeRun(before, way, this.#rooms).run()
  }

  /** Tells the `after` hooks, later where their plugin is being replaced, and waits for none. Never throws. */
  after(operation: Operation, as: OperationWay['as']): void {
    const input = Object.freeze({ operation })
    const missing = new Set<string>()
    for (const hook of this.#lineOf(operation.type).after) {
      if (hook.hold?.isOpen === true) missing.add(hook.owner)
      else this.#tell(hook, input, as)
    }
    for (const owner of missing) this.#missed.get(owner)?.add({ operation, as })
  }

  /**
   * Tells the hooks of a moment, of one plugin or of all, and waits for none. Never throws.
   *
   * @param input For `error`, what happened; what hooks that are told of errors do wrong is not told to them.
   */
  announce(moment: Moment, input: object, owner?: string): void {
    const isOfErrors = moment === 'error'
    if (isOfErrors && (this.#isTellingErrors || Reflect.get(input, 'phase') === "hook 'error'")) return
    this.#isTellingErrors ||= isOfErrors
    for (const hook of this.#hooksAt(moment))
      if (owner === undefined || hook.owner === owner) this.#tell(hook, input, (_, run) => run())
    if (isOfErrors) this.#isTellingErrors = false
  }

  /**
   * Until it is undone, operations wait for the `before` hooks of a plugin, each as long as the hook's timeout
   * says. Then those are asked that are registered by then; and its `after` hooks are told what they missed.
   */
  hold(owner: string): Undo {
    if (!this.#missed.has(owner)) this.#missed.set(owner, new MissedOperations())
    return this.#holds.hold(owner, () => this.#catchUp(owner))
  }

  #catchUp(owner: string): void {
    const { all = [], lost = 0 } = this.#missed.get(owner) ?? {}
    this.#missed.delete(owner)
    if (lost > 0) this.#report({ pluginId: undefined, phase: 'reload', error: afterHooksLost(owner, lost) })
    for (const { operation, as } of all)
      for (const hook of this.#lineOf(operation.type).after)
        if (hook.owner === owner) this.#tell(hook, Object.freeze({ operation }), as)
  }

  #forgetLines(): void {
    this.#lines.clear()
    this.#moments.clear()
  }

  #hooksAt(moment: Moment): readonly Hook[] {
    const known = this.#moments.get(moment)
    if (known) return known
    const hooks = this.#ordered(
      [...this.#hooks].filter(({ phase }) => phase === moment),
      moment,
    )
    this.#moments.set(moment, hooks)
    return hooks
  }

  #lineOf(type: string): Line {
    const known = this.#lines.get(type)
    if (known) return known
    const concerned = this.#holds.standing.filter(({ operations }) => concerns(operations, type))
    const of = (phase: Hook['phase']): readonly Hook[] =>
      this.#ordered(
        concerned.filter((hook) => hook.phase === phase),
        `${phase}:${type}`,
      )
    const line = concerned.length === 0 ? noHooks : { before: of('before'), after: of('after') }
    this.#lines.set(type, line)
    return line
  }

  #renewed(left: readonly Hook[], owner: string, type: string): readonly Hook[] {
    const own = this.#lineOf(type).before.filter((hook) => hook.owner === owner)
    return this.#ordered([...left, ...own], `before:${type}`)
  }

  #ordered(hooks: readonly Hook[], point: string): readonly Hook[] {
    const { hooks: ordered, contradicting } = orderHooks(hooks)
    const key = contradicting.toSorted().join(' ')
    if (contradicting.length > 0 && !this.#contradictions.has(key)) {
      this.#contradictions.add(key)
      const error = hookOrderCycle(contradicting, point)
      this.#report({ pluginId: undefined, phase: 'the order of hooks', error })
    }
    return ordered
  }

  #tell(hook: Hook, input: object, as: OperationWay['as']): void {
    const failed = (error: unknown): void =>
      this.#report({ pluginId: hook.owner, phase: `hook '${hook.point}'`, error })
    try {
      const result = as(hook.owner, () => hook.call(input))
      if (isThenable(result)) result.then(undefined, failed)
    } catch (error) {
      failed(error)
    }
  }
}
