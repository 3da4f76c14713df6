import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  oneof,
  record,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import type { ErrorThreshold } from '../definition/health.ts'
import { CircuitBreaker, type BreakerState } from './circuit-breaker.ts'
import { defaultThreshold } from './error-threshold.ts'

type Step =
  | { readonly do: 'failed' | 'succeeded'; readonly times: number }
  | { readonly do: 'advance'; readonly milliseconds: number }
  | { readonly do: 'trip' | 'reset' }

const step: Arbitrary<Step> = oneof(
  {
    arbitrary: record({ do: constantFrom('failed', 'succeeded'), times: integer({ min: 1, max: 6 }) }),
    weight: 4,
  },
  {
    arbitrary: record({
      do: constantFrom('advance'),
      milliseconds: constantFrom(0, 900, 5_000, 9_000, 30_000, 70_000),
    }),
    weight: 4,
  },
  { arbitrary: record({ do: constantFrom('trip', 'trip', 'reset') }), weight: 1 },
) as Arbitrary<Step>

const thresholds = record({
  errors: integer({ min: 1, max: 6 }),
  window: constantFrom(1_000, 20_000, 60_000),
  action: constantFrom('disable', 'disable', 'alert', 'log'),
  warnAt: constantFrom(0, 0.5, 0.8, 1),
  coolDown: constantFrom(1_000, 5_000),
  maxRestarts: integer({ min: 0, max: 4 }),
  restartWindow: constantFrom(10_000, 300_000),
}) as Arbitrary<ErrorThreshold>

/** A breaker, and what it told. */
function createBreaker(threshold: Required<ErrorThreshold>, random: () => number) {
  const clock = new FakeClock()
  const states: string[] = []
  const alerts: string[] = []
  const breaker = new CircuitBreaker('acme', {
    clock,
    threshold: () => threshold,
    random,
    changed: (state) => void states.push(`${clock.elapsed() - 1_000},${state}`),
    alert: ({ kind, errors, retryAt }) => void alerts.push(`${kind} ${errors} ${retryAt}`),
  })
  return { clock, breaker, states, alerts }
}

test('no history leads a breaker elsewhere than its model', async () => {
  const randoms = array(constantFrom(0, 0.5, 1), { minLength: 1 })
  await assert(
    asyncProperty(
      thresholds,
      randoms,
      array(step, { maxLength: 40, size: 'max' }),
      async (given, randoms, steps) => {
        let drawn = 0
        const threshold = { ...defaultThreshold, ...given }
        const made = createBreaker(threshold, () => randoms[drawn++ % randoms.length] ?? 0)
        const model = new BreakerModel(threshold, randoms)
        for (const each of steps) {
          if (each.do === 'advance') {
            await made.clock.advance(each.milliseconds)
            model.advance(each.milliseconds)
          } else if (each.do === 'failed' || each.do === 'succeeded') {
            for (let time = 0; time < each.times; time += 1) {
              made.breaker[each.do]('reason')
              model[each.do]()
            }
          } else {
            made.breaker[each.do]('reason')
            model[each.do]()
          }
          expect(made.states).toEqual(model.states)
          expect(made.alerts).toEqual(model.alerts)
          expect(made.clock.pending).toBe(model.state === 'open' || model.state === 'half-open' ? 1 : 0)
        }
        made.breaker.close()
        expect(made.clock.pending).toBe(0)
      },
    ),
    { numRuns: 500 },
  )
})

/** The rules, one by one, over everything that ever happened. Times begin at 0. */
class BreakerModel {
  readonly states: string[] = []
  readonly alerts: string[] = []
  state: BreakerState = 'closed'
  readonly #threshold: Required<ErrorThreshold>
  readonly #randoms: readonly number[]
  #drawn = 0
  #now = 0
  #failures: number[] = []
  #restarts: number[] = []
  #toldAt: Record<string, number> = {}
  #doublings = 0
  #soundSince = 0
  #successes = 0
  /** When the next change comes by itself. */
  #due = Infinity

  constructor(threshold: Required<ErrorThreshold>, randoms: readonly number[]) {
    this.#threshold = threshold
    this.#randoms = randoms
  }

  failed(): void {
    if (this.state === 'open' || this.state === 'down') return
    this.#forgive()
    this.#soundSince = this.#now
    this.#failures.push(this.#now)
    const { errors, warnAt, action } = this.#threshold
    if (this.state === 'half-open') {
      if (action === 'disable') return this.#suspend()
      this.#successes = 0
      this.#due = this.#now + 10_000
    }
    const count = this.#count()
    if (count >= errors) {
      this.#once('threshold', count)
      if (action === 'disable') this.#suspend()
    } else if (count >= errors * warnAt) this.#once('warning', count)
  }

  succeeded(): void {
    if (this.state === 'half-open' && ++this.#successes === 5) this.#become('closed', Infinity)
  }

  trip(): void {
    if (this.state === 'open' || this.state === 'down') return
    this.#forgive()
    this.#suspend()
  }

  reset(): void {
    this.#failures = []
    this.#restarts = []
    this.#toldAt = {}
    this.#doublings = 0
    if (this.state !== 'closed') this.#become('closed', Infinity)
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    while (this.#due <= end) {
      this.#now = this.#due
      if (this.state === 'half-open') this.#become('closed', Infinity)
      else this.#restart()
    }
    this.#now = end
  }

  #restart(): void {
    this.#restarts.push(this.#now)
    this.#soundSince = this.#now
    this.#successes = 0
    this.#become('half-open', this.#now + 10_000)
    this.alerts.push('resumed 0 undefined')
  }

  #suspend(): void {
    const { coolDown, maxRestarts, restartWindow } = this.#threshold
    const count = this.#count()
    const random = this.#randoms[this.#drawn++ % this.#randoms.length] ?? 0
    const wait = Math.min(300_000, coolDown * 2 ** this.#doublings++)
    const due = this.#now + Math.round(wait * (0.8 + 0.4 * random))
    this.#failures = []
    this.#toldAt = {}
    const isDown = this.#restarts.filter((at) => at > due - restartWindow).length >= maxRestarts
    this.#become(isDown ? 'down' : 'open', isDown ? Infinity : due)
    this.alerts.push(isDown ? `down ${count} undefined` : `suspended ${count} ${due + 1_000}`)
  }

  #become(state: BreakerState, due: number): void {
    this.state = state
    this.#due = due
    this.states.push(String([this.#now, state]))
  }

  #forgive(): void {
    if (this.state === 'closed' && this.#now - this.#soundSince >= this.#threshold.window) this.#doublings = 0
  }

  #once(kind: string, count: number): void {
    if (this.#now - (this.#toldAt[kind] ?? -Infinity) < this.#threshold.window) return
    this.#toldAt[kind] = this.#now
    this.alerts.push(`${kind} ${count} undefined`)
  }

  /** No more than lead to a suspension. */
  #count(): number {
    const { errors, window } = this.#threshold
    return Math.min(errors, this.#failures.filter((at) => at > this.#now - window).length)
  }
}
