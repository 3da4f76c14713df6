import type { PluginAlert } from '../definition/events.ts'
import type { Undo } from '../lifetime/scope.ts'
import { BackOff } from './back-off.ts'
import { PluginAlerts, type AlertOptions } from './plugin-alerts.ts'
import { RecentTimes } from './recent-times.ts'

/** How often a plugin on trial has to work. */
const enoughSuccesses = 5
/** How long it has to go without a failure otherwise, in milliseconds. */
const quietTrial = 10_000

/**
 * `closed`: the plugin is called as usual. `open`: it is suspended. `half-open`:
 * it is called again, on trial. `down`: it is suspended until someone acts.
 */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'down'

/**
 * What a breaker works with. The `threshold` is asked whenever it matters, so
 * that it may change meanwhile; `alert` is told before the threshold's own
 * `onAlert`, whose failures are reported.
 */
export interface BreakerOptions extends AlertOptions {
  /** From 0 to 1. Default `Math.random`. */
  readonly random?: () => number
  /** Told when the state has changed, before the alert. */
  readonly changed: (state: BreakerState, reason: string) => void
}

/**
 * Suspends a plugin that fails too often, and lets it run again after a while:
 * each time that ends in a failure, it waits twice as long. One for each running
 * plugin. May be called from within what it calls.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions
  readonly #alerts: PluginAlerts
  readonly #backOff: BackOff
  readonly #failures = new RecentTimes()
  readonly #restarts = new RecentTimes()
  #state: BreakerState = 'closed'
  #successes = 0
  #cancelTimer: Undo = () => {}
  #ended = false

  constructor(pluginId: string, options: BreakerOptions) {
    this.#options = options
    this.#alerts = new PluginAlerts(pluginId, options)
    this.#backOff = new BackOff(options.clock.elapsed(), options.random ?? Math.random)
  }

  get state(): BreakerState {
    return this.#state
  }

  /** A failure is charged to the plugin. While it is suspended, that is late news and ignored. */
  failed(reason: string): void {
    if (!this.#runs) return
    const { errors, window, action } = this.#options.threshold()
    const now = this.#options.clock.elapsed()
    if (this.#state === 'closed') this.#backOff.forgive(now, window)
    this.#backOff.soundSince(now)
    this.#failures.add(now, window, errors)
    if (this.#state === 'closed') return this.#judge(reason)
    if (action === 'disable') return this.#open(`it failed when it ran on trial: ${reason}`)
    // It was tripped: failures alone don't suspend it, but they don't end its trial either.
    this.#beginTrial()
    this.#judge(reason)
  }

  /** A call into the plugin worked. */
  succeeded(): void {
    if (this.#state !== 'half-open' || this.#ended) return
    this.#successes += 1
    if (this.#successes >= enoughSuccesses) this.#settle(`it worked ${enoughSuccesses} times`)
  }

  /** Suspends the plugin at once, whatever its threshold says. */
  trip(reason: string): void {
    if (!this.#runs) return
    const { clock, threshold } = this.#options
    if (this.#state === 'closed') this.#backOff.forgive(clock.elapsed(), threshold().window)
    this.#open(reason)
  }

  /** Someone acted: the plugin runs as usual, and what was is forgotten. */
  reset(): void {
    if (this.#ended) return
    this.#forgetFailures()
    this.#restarts.clear()
    this.#backOff.reset()
    this.#cancelTimer()
    if (this.#state !== 'closed') this.#become('closed', 'it was reset')
  }

  /** The plugin is torn down: nothing more happens. */
  close(): void {
    this.#ended = true
    this.#cancelTimer()
  }

  get #runs(): boolean {
    return !this.#ended && (this.#state === 'closed' || this.#state === 'half-open')
  }

  #judge(lastReason: string): void {
    const { errors: most, window, warnAt, action } = this.#options.threshold()
    const errors = this.#errors
    const reason = `it failed ${errors} times within ${window / 1000} s, at last: ${lastReason}`
    if (errors < most) {
      if (errors >= Math.ceil(most * warnAt)) this.#alerts.tellOnce({ kind: 'warning', errors, reason })
      return
    }
    this.#alerts.tellOnce({ kind: 'threshold', errors, reason })
    // None are left where someone acted on the alert.
    if (action === 'disable' && this.#errors > 0) this.#open(reason)
  }

  #open(reason: string): void {
    // Someone acted on an alert that came before.
    if (!this.#runs) return
    this.#cancelTimer()
    const { clock, threshold } = this.#options
    const { maxRestarts, restartWindow, coolDown } = threshold()
    const errors = this.#errors
    this.#forgetFailures()
    const wait = this.#backOff.next(coolDown)
    const restarts = this.#restarts.count(clock.elapsed() + wait, restartWindow)
    if (restarts >= maxRestarts) {
      const history = `it was restarted ${restarts} times within ${restartWindow / 1000} s`
      return this.#become('down', `${reason}; ${history}, and stays down until someone acts`, {
        kind: 'down',
        errors,
      })
    }
    this.#cancelTimer = clock.after(wait, () => this.#tryAgain())
    this.#become('open', reason, { kind: 'suspended', errors, retryAt: clock.now() + wait })
  }

  #tryAgain(): void {
    const { clock, threshold } = this.#options
    const { restartWindow, maxRestarts } = threshold()
    const now = clock.elapsed()
    this.#restarts.add(now, restartWindow, maxRestarts)
    this.#backOff.soundSince(now)
    this.#beginTrial()
    this.#become('half-open', 'it runs again, on trial', { kind: 'resumed', errors: 0 })
  }

  #beginTrial(): void {
    this.#cancelTimer()
    this.#successes = 0
    this.#cancelTimer = this.#options.clock.after(quietTrial, () =>
      this.#settle(`it ran ${quietTrial / 1000} s without a failure`),
    )
  }

  #settle(reason: string): void {
    this.#cancelTimer()
    this.#become('closed', reason)
  }

  #become(
    state: BreakerState,
    reason: string,
    alert?: Omit<PluginAlert, 'pluginId' | 'window' | 'reason'>,
  ): void {
    this.#state = state
    this.#options.changed(state, reason)
    // It is no longer true where the host acted on the change.
    if (alert && this.#state === state && !this.#ended) this.#alerts.tell({ ...alert, reason })
  }

  get #errors(): number {
    const { clock, threshold } = this.#options
    return this.#failures.count(clock.elapsed(), threshold().window)
  }

  #forgetFailures(): void {
    this.#failures.clear()
    this.#alerts.forget()
  }
}
