import type { EnhancedPluginContext, GridKitEvent } from '@gridkit/core'
import type {
  AnalyticsAdapter,
  AnalyticsOptions,
  AnalyticsProperties,
  AnalyticsStatus,
} from './analytics-options.ts'
import { describeEvent } from './auto-track.ts'
import { keyMissing } from './errors.ts'
import { mixpanelAdapter } from './mixpanel-adapter.ts'
import { uniqueName } from './platform.ts'
import { ProviderRunner, type ProviderCall } from './provider-runner.ts'

/** What tracking takes of the plugin's context. */
export type AnalyticsContext = Pick<EnhancedPluginContext<AnalyticsOptions>, 'config' | 'logger'>

/** Tracks for one table: asks for consent, and hands on to every provider. */
export class AnalyticsTracker {
  readonly #context: AnalyticsContext
  readonly #runners: readonly ProviderRunner[]
  /** What the user decided here; it counts more than the configuration. */
  #decision: boolean | undefined

  constructor(context: AnalyticsContext) {
    this.#context = context
    this.#runners = adaptersFor(context).map(
      (adapter) =>
        new ProviderRunner({ adapter, settings: () => settingsOf(context.config), logger: context.logger }),
    )
    const { provider, apiKey } = context.config
    if (provider !== 'mixpanel' || apiKey) return
    const error = keyMissing(provider)
    for (const runner of this.#runners) runner.fail(error)
    context.logger.info(error.message, error)
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
    return typeof consent === 'function' ? consent() : consent === 'granted'
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

function settingsOf({ apiKey, host }: AnalyticsOptions): { apiKey?: string; host?: string } {
  return { ...(apiKey === undefined ? {} : { apiKey }), ...(host === undefined ? {} : { host }) }
}

/** A getter for each adapter, since the application may swap the functions of its own. */
function adaptersFor(context: AnalyticsContext): readonly (() => AnalyticsAdapter)[] {
  const { provider } = context.config
  if (provider === 'mixpanel') {
    const adapter = mixpanelAdapter(`gridkit-${uniqueName()}`)
    return [() => adapter]
  }
  return listOf(provider).map(
    (first, index) => () => listOf(context.config.provider as AnalyticsAdapter)[index] ?? first,
  )
}

function listOf(provider: AnalyticsAdapter | readonly AnalyticsAdapter[]): readonly AnalyticsAdapter[] {
  return 'load' in provider ? [provider] : provider
}
