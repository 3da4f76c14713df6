import type { Report } from '../definition/signal.ts'
import { hookTimedOut } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { firstOf, settlementOf, type Happening } from './first-of.ts'
import type { Hook, Patience } from './hook.ts'
import type { HookHold } from './hook-hold.ts'
import type { OperationWay } from './operation-way.ts'
import { Turn } from './turn.ts'

/** What runs through hooks need of the registry. */
export interface RunRooms {
  readonly clock: Clock
  readonly report: Report
  /** The hooks of one plugin for a type of operation, as they are registered now, among others that are to run. */
  renew(left: readonly Hook[], owner: string, type: string): readonly Hook[]
}

/** How often an operation waits for a plugin to be replaced. A hook that has its plugin replaced when it is asked would never end. */
const mostRenewals = 10

type Outcome = 'done' | 'timed-out' | 'gone' | 'cancelled'

/** Asks the `before` hooks of one operation, one after the other, until one of them cancels it. */
export class BeforeRun {
  readonly #way: OperationWay
  readonly #rooms: RunRooms
  readonly #asked = new Set<Hook>()
  /** How many hooks of a plugin at a point had their say, whichever of its versions they were of. */
  readonly #heard = new Map<string, number>()
  #renewals = 0
  #left: readonly Hook[]
  #at = 0

  constructor(hooks: readonly Hook[], way: OperationWay, rooms: RunRooms) {
    this.#left = hooks
    this.#way = way
    this.#rooms = rooms
  }

  /** A promise only where something on the way is asynchronous. Never throws or rejects. */
  run(): Promise<void> | undefined {
    for (let hook = this.#next(); hook !== undefined; hook = this.#next()) {
      const waiting = hook.hold === undefined ? this.#ask(hook) : this.#await(hook, hook.hold)
      if (waiting) return waiting.then(() => this.run())
    }
    return undefined
  }

  #next(): Hook | undefined {
    if (this.#way.cancellation) return undefined
    const hook = this.#left[this.#at]
    this.#at += 1
    return hook
  }

  #ask(hook: Hook): Promise<void> | undefined {
    this.#asked.add(hook)
    const failed = (error: unknown): void =>
      this.#rooms.report({ pluginId: hook.owner, phase: `hook '${hook.point}'`, error })
    const turn = new Turn(hook, this.#way, failed)
    try {
      const answer = this.#way.as(hook.owner, () => hook.call(turn))
      if (isThenable(answer) && !this.#way.cancellation) return this.#wait(hook, turn, answer, failed)
      if (isThenable(answer)) answer.then(undefined, failed)
    } catch (error) {
      failed(error)
    }
    turn.end()
    this.#hear(hook)
    return undefined
  }

  async #wait(
    hook: Hook,
    turn: Turn,
    answer: PromiseLike<unknown>,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const outcome = await firstOf<Outcome>([
      this.#timeout(hook),
      onGone(hook),
      (happened) => this.#way.onCancel(() => happened('cancelled')),
      settlementOf(answer, () => 'done', failed),
    ])
    if (outcome === 'done') this.#hear(hook)
    if (outcome === 'done' || outcome === 'cancelled') return turn.end()
    turn.giveUp()
    if (outcome === 'timed-out') this.#late(hook)
    // It went because its plugin is being replaced: the next version is asked instead.
    else if (hook.hold) await this.#await(hook, hook.hold)
    return undefined
  }

  /** The hooks of the plugin as they are by then, where they are there in time. */
  async #await(hook: Hook, hold: HookHold): Promise<void> {
    this.#renewals += 1
    if (this.#renewals > mostRenewals) return this.#late(hook)
    const outcome = hold.isOpen
      ? await firstOf<Outcome>([
          this.#timeout(hook),
          (happened) => this.#way.onCancel(() => happened('cancelled')),
          (happened) => hold.onRelease(() => happened('done')),
        ])
      : 'done'
    if (outcome === 'timed-out') this.#late(hook)
    if (outcome !== 'done') return
    const others = this.#left.slice(this.#at).filter(({ owner }) => owner !== hook.owner)
    const renewed = this.#rooms.renew(others, hook.owner, this.#way.operation.type)
    this.#left = this.#unheard(renewed, hook.owner)
    this.#at = 0
  }

  /** Without those that were asked, and those in the place of one that was: nobody has a say twice. */
  #unheard(renewed: readonly Hook[], owner: string): readonly Hook[] {
    const heard = new Map(this.#heard)
    return renewed.filter((each) => {
      const place = placeOf(each)
      const count = heard.get(place) ?? 0
      heard.set(place, count - 1)
      return !this.#asked.has(each) && (each.owner !== owner || count <= 0)
    })
  }

  #hear(hook: Hook): void {
    const place = placeOf(hook)
    this.#heard.set(place, (this.#heard.get(place) ?? 0) + 1)
  }

  #timeout({ timeout }: Patience): Happening<Outcome> {
    return (happened) => this.#rooms.clock.after(timeout, () => happened('timed-out'))
  }

  #late({ owner, point, timeout, onTimeout }: Hook): void {
    const subject = `hook '${point}'`
    const error = hookTimedOut(owner, subject, timeout, onTimeout)
    if (onTimeout === 'cancel')
      this.#way.cancel({ by: owner, reason: `its ${subject} did not answer within ${timeout} ms` })
    this.#rooms.report({ pluginId: owner, phase: subject, error })
  }
}

function placeOf({ owner, point }: Hook): string {
  return `${owner} ${point}`
}

function onGone({ turns }: Hook): Happening<Outcome> {
  return (happened) => {
    const end = (): void => happened('gone')
    turns.add(end)
    return () => void turns.delete(end)
  }
}
