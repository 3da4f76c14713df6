import type { EnhancedPluginContext, GridKitEvent } from '@gridkit/core'
import { Subscriptions } from '../subscriptions.ts'
import type { AnalyticsOptions, AnalyticsProperties, AnalyticsStatus } from './analytics-options.ts'
import { describeEvent, trackedTypes } from './auto-track.ts'
import { adaptersFor, problemOf, sameProviders, settingsOf } from './configured-providers.ts'
import { ProviderRunner, type ProviderCall } from './provider-runner.ts'

/** What tracking takes of the plugin's context. */
export type AnalyticsContext = Pick<
  EnhancedPluginContext<AnalyticsOptions>,
  'config' | 'logger' | 'on' | 'hasPermission'
>

/** Tracks for one table: asks for consent, and hands on to every provider. */
export class AnalyticsTracker {
  readonly #context: AnalyticsContext
  readonly #subscriptions: Subscriptions
  #runners: readonly ProviderRunner[] = []
  #adopted: AnalyticsOptions | undefined
  /** What the user decided here; it counts more than the configuration. */
  #decision: boolean | undefined

  constructor(context: AnalyticsContext) {
    this.#context = context
    this.#subscriptions = new Subscriptions(context, (event) => this.observe(event))
  }

  /**
   * Takes over the configuration, when it is another; what the user decided
   * stays. Providers go on, unless they are others or reached otherwise.
   *
   * @throws GK_ANALYTICS_HOST_INVALID, GK_PERMISSION_DENIED
   */
  async adopt(): Promise<void> {
    const { config } = this.#context
    const before = this.#adopted
    if (config === before) return
    this.#adopted = config
    const retired = before === undefined || !sameProviders(before, config) ? this.#runners : undefined
    if (retired !== undefined) this.#runners = this.#createRunners(config)
    const ended = Promise.all(retired?.map((runner) => runner.end()) ?? [])
    this.#subscriptions.set(trackedTypes(config))
    await ended
  }

  #createRunners(config: AnalyticsOptions): readonly ProviderRunner[] {
    const { logger } = this.#context
    // The latest that says the same, functions aside; theirs no more once another is adopted.
    let own = config
    const latest = (): AnalyticsOptions => {
      const { config: now } = this.#context
      if (sameProviders(own, now)) own = now
      return own
    }
    const allowed = (): boolean => this.#isAllowed()
    const runners = adaptersFor(config, latest).map(
      (adapter) => new ProviderRunner({ adapter, settings: () => settingsOf(latest()), allowed, logger }),
    )
    const error = problemOf(config, this.#context)
    if (error === undefined) return runners
    for (const runner of runners) runner.fail(error)
    logger.info(error.message, error)
    return runners
  }

  get status(): AnalyticsStatus {
    const asked = this.#decision === undefined ? 'required' : 'denied'
    return {
      consent: this.#isAllowed() ? 'granted' : asked,
      providers: this.#runners.map(({ status }) => status),
    }
  }

  /** An event of the table. Without consent it is forgotten at once. */
  observe(event: GridKitEvent): void {
    if (!this.#isAllowed()) return
    const description = describeEvent(event, this.#context.config)
    if (description === undefined) return
    this.#push(trackCall(description.name, { ...description.properties, ...this.#extra(event) }))
  }

  /** Whether there was consent. @throws GK_ANALYTICS_KEY_MISSING, GK_ANALYTICS_SDK_UNAVAILABLE, GK_ANALYTICS_PROVIDER_FAILED when no provider works */
  track(name: string, properties: AnalyticsProperties = {}): boolean {
    return this.#call(trackCall(name, { ...properties }))
  }

  /** As `track`. */
  identify(userId: string): boolean {
    return this.#call({ action: 'identify', run: (adapter) => adapter.identify(userId) })
  }

  /** As `track`. */
  reset(): boolean {
    return this.#call({ action: 'reset', run: (adapter) => adapter.reset() })
  }

  async flush(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.flush()))
  }

  optIn(): void {
    this.#decision = true
    for (const runner of this.#runners) runner.load()
  }

  async optOut(): Promise<void> {
    this.#decision = false
    await this.close()
  }

  async close(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.close()))
  }

  #isAllowed(): boolean {
    if (this.#decision !== undefined) return this.#decision
    const { consent = 'required' } = this.#context.config
    if (typeof consent !== 'function') return consent === 'granted'
    try {
      return consent()
    } catch (error) {
      this.#context.logger.error("'consent' of analytics failed, and counts as none", error)
      return false
    }
  }

  #call(call: ProviderCall): boolean {
    const failures = this.#runners.map(({ failure }) => failure)
    if (failures.length > 0 && failures.every((failure) => failure !== undefined)) throw failures[0]
    if (!this.#isAllowed()) return false
    this.#push(call)
    return true
  }

  #push(call: ProviderCall): void {
    for (const runner of this.#runners) runner.push(call)
  }

  #extra(event: GridKitEvent): AnalyticsProperties {
    try {
      return this.#context.config.properties?.(event) ?? {}
    } catch (error) {
      this.#context.logger.error(`'properties' of analytics failed for '${event.type}'`, error)
      return {}
    }
  }
}

function trackCall(name: string, properties: AnalyticsProperties): ProviderCall {
  return { action: 'track', run: (adapter) => adapter.track(name, properties) }
}
