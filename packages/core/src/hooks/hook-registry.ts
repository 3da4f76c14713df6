import type { HookOptions } from '../definition/hooks.ts'
import type { Operation } from '../definition/operations.ts'
import type { Report } from '../definition/signal.ts'
import { hookOrderCycle } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { BeforeRun, type RunRooms } from './before-run.ts'
import { createHook, type Hook } from './hook.ts'
import { HookHold } from './hook-hold.ts'
import { orderHooks } from './hook-order.ts'
import { concerns } from './hook-point.ts'
import type { OperationWay } from './operation-way.ts'

/** The hooks that run for one type of operation. */
interface Line {
  readonly before: readonly Hook[]
  readonly after: readonly Hook[]
}

interface Hold {
  readonly hold: HookHold
  /** Those registered when it began, which keep their place when they go. */
  readonly hooks: Set<Hook>
  holders: number
}

const noHooks: Line = { before: [], after: [] }

/**
 * The hooks of all plugins of one host. Those added or removed while an operation is on its way take part, or no
 * longer do, from the next operation.
 */
export class HookRegistry {
  readonly #hooks = new Set<Hook>()
  readonly #lines = new Map<string, Line>()
  readonly #holds = new Map<string, Hold>()
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
    return owner === undefined ? this.#hooks.size : this.#hooksOf(owner).length
  }

  /**
   * Adds a hook. Its undo ends turns of it that are waited for: those operations go on without it.
   *
   * @param call Gets a `HookTurn`, an `AfterHookInput`, or what {@link announce} was given.
   * @throws GK_HOOK_POINT_INVALID
   */
  register(owner: string, point: string, call: (input: never) => unknown, options: HookOptions = {}): Undo {
    const hook = createHook(owner, point, call, options)
    hook.hold = this.#holds.get(owner)?.hold
    this.#hooks.add(hook)
    this.#lines.clear()
    return () => {
      if (!this.#hooks.delete(hook)) return
      this.#lines.clear()
      for (const end of hook.turns) end()
    }
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

  /** Tells the `after` hooks, and waits for none. Never throws. */
  after(operation: Operation, as: OperationWay['as']): void {
    const input = Object.freeze({ operation })
    for (const hook of this.#lineOf(operation.type).after) this.#tell(hook, input, as)
  }

  /**
   * Tells the hooks of a moment, of one plugin or of all, and waits for none. Never throws.
   *
   * @param input For `error`, what happened; what hooks that are told of errors do wrong is not told to them.
   */
  announce(moment: 'startup' | 'shutdown' | 'error', input: object, owner?: string): void {
    const isOfErrors = moment === 'error'
    if (isOfErrors && (this.#isTellingErrors || Reflect.get(input, 'phase') === "hook 'error'")) return
    const hooks = [...this.#hooks].filter(
      (hook) => hook.phase === moment && (owner === undefined || hook.owner === owner),
    )
    this.#isTellingErrors ||= isOfErrors
    for (const hook of this.#ordered(hooks, moment)) this.#tell(hook, input, (_, run) => run())
    if (isOfErrors) this.#isTellingErrors = false
  }

  /**
   * Until it is undone, operations wait for the `before` hooks of a plugin, each as long as the hook's timeout
   * says. Then those are asked that are registered by then.
   */
  hold(owner: string): Undo {
    const held = this.#holds.get(owner) ?? { hold: new HookHold(), hooks: new Set(), holders: 0 }
    this.#holds.set(owner, held)
    held.holders += 1
    for (const hook of this.#hooksOf(owner)) {
      hook.hold = held.hold
      if (hook.phase === 'before') held.hooks.add(hook)
    }
    this.#lines.clear()
    let isHeld = true
    return () => {
      if (isHeld) held.holders -= 1
      isHeld = false
      if (held.holders === 0 && held.hold.isOpen) this.#release(owner, held.hold)
    }
  }

  #release(owner: string, hold: HookHold): void {
    this.#holds.delete(owner)
    for (const hook of this.#hooksOf(owner)) hook.hold = undefined
    this.#lines.clear()
    hold.release()
  }

  #hooksOf(owner: string): readonly Hook[] {
    return [...this.#hooks].filter((hook) => hook.owner === owner)
  }

  #lineOf(type: string): Line {
    const known = this.#lines.get(type)
    if (known) return known
    const all = new Set([...this.#hooks, ...[...this.#holds.values()].flatMap(({ hooks }) => [...hooks])])
    const concerned = [...all].filter(({ operations }) => concerns(operations, type))
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
