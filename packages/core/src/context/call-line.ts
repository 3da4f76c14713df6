import type { ResourceMeter } from '../limits/resource-monitor.ts'

type Call = () => void

/** How long a reload waits for what nobody waits for, in milliseconds: it may never end. */
const patienceWithCallbacks = 1_000

/** The calls into one plugin that are under way, and those that wait to be made. */
export class CallLine {
  readonly #meter: ResourceMeter
  /** Asynchronous ones that have not ended: those that somebody waits for, and the others. */
  readonly #underWay = { answers: 0, callbacks: 0 }
  readonly #ended = new Set<Call>()
  /** While the plugin takes too much time. */
  readonly #slowed: Call[] = []
  /** While the plugin is being replaced. */
  #held: Call[] | undefined
  /** While the plugin is suspended. */
  readonly #suspended: Call[] = []

  constructor(meter: ResourceMeter) {
    this.#meter = meter
  }

  /** Makes a call that can wait, when its turn comes. */
  add(call: Call): void {
    if (this.#held) this.#held.push(call)
    else if (this.#meter.throttled) this.#slow(call)
    else call()
  }

  /** Resolves when the plugin may take time again, and when it is to be replaced or gone. */
  pace(): Promise<void> | undefined {
    return this.#meter.throttled ? new Promise((resolve) => this.#slow(resolve)) : undefined
  }

  /** Counts a call as under way until its promise has ended. */
  async follow<T>(kind: 'answers' | 'callbacks', work: () => PromiseLike<T>): Promise<T> {
    this.#underWay[kind] += 1
    try {
      return await work()
    } finally {
      this.#underWay[kind] -= 1
      for (const ended of this.#ended) ended()
    }
  }

  /** From now on what can wait does, until {@link release}. What was slowed down is called now. */
  hold(): void {
    this.#hurry()
    this.#held ??= []
  }

  /** Calls what was held. */
  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const call of held) call()
  }

  /** Keeps a call until {@link resume}. */
  suspend(call: Call): void {
    this.#suspended.push(call)
  }

  resume(): void {
    for (const call of this.#suspended.splice(0)) this.add(call)
  }

  /**
   * Resolves when nothing is under way that somebody waits for, and after `milliseconds` at the latest; for the rest
   * it waits a second.
   *
   * @param after Calls back after so many milliseconds, until its undo.
   */
  settled(milliseconds: number, after: (milliseconds: number, run: Call) => Call): Promise<void> {
    let isPatient = true
    const isDone = (): boolean =>
      this.#underWay.answers === 0 && (this.#underWay.callbacks === 0 || !isPatient)
    if (isDone()) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        this.#ended.delete(check)
        for (const cancel of timers) cancel()
        resolve()
      }
      const check = (): void => {
        if (isDone()) end()
      }
      const losePatience = (): void => {
        isPatient = false
        check()
      }
      const timers = [
        after(Math.min(patienceWithCallbacks, milliseconds), losePatience),
        after(milliseconds, end),
      ]
      this.#ended.add(check)
    })
  }

  #slow(call: Call): void {
    this.#slowed.push(call)
    if (this.#slowed.length === 1) void this.#meter.pause().then(() => this.#hurry())
  }

  #hurry(): void {
    for (const call of this.#slowed.splice(0)) call()
  }
}
