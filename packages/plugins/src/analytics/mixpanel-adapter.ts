import type { AnalyticsAdapter } from './analytics-options.ts'
import { keyMissing, notAccepted, sdkUnavailable } from './errors.ts'

/** Where Mixpanel is reached when no host is given. */
export const mixpanelHost = 'https://api-js.mixpanel.com'

const packageName = 'mixpanel-browser'

/** The part of Mixpanel's SDK that is used here. */
interface MixpanelInstance {
  track(
    name: string,
    properties: object,
    options: { send_immediately: boolean },
    done: (response: unknown) => void,
  ): unknown
  identify(userId: string): void
  reset(): void
  disable(): void
}

interface MixpanelSdk {
  init(token: string, config: object, name: string): MixpanelInstance
}

/** What the SDK adds to every event by itself, about the page and the device. */
const ownProperties = [
  '$current_url',
  '$referrer',
  '$referring_domain',
  '$initial_referrer',
  '$initial_referring_domain',
  '$search_engine',
  '$os',
  '$browser',
  '$browser_version',
  '$device',
  '$screen_height',
  '$screen_width',
  'current_page_title',
  'mp_keyword',
]

/** Everything off that is not an event of the grid: no cookie, no storage, no recording, no address. */
const quiet = {
  persistence: 'localStorage',
  disable_persistence: true,
  // Batches are kept in localStorage.
  batch_requests: false,
  autocapture: false,
  track_pageview: false,
  track_marketing: false,
  skip_first_touch_marketing: true,
  stop_utm_persistence: true,
  store_google: false,
  save_referrer: false,
  record_sessions_percent: 0,
  remote_settings_mode: 'disabled',
  flags: false,
  ip: false,
  property_blacklist: ownProperties,
}

/** Mixpanel, by its core build. `name` has to be unique on the page: the SDK keeps its instances by it. */
export function mixpanelAdapter(name: string): AnalyticsAdapter {
  let instance: MixpanelInstance | undefined
  let loads = 0
  return {
    name: 'mixpanel',
    async load({ apiKey, host = mixpanelHost }) {
      if (!apiKey) throw keyMissing('mixpanel')
      const sdk = await loadSdk()
      loads += 1
      instance = sdk.init(apiKey, { ...quiet, api_host: host.replace(/\/+$/, '') }, `${name}-${loads}`)
    },
    track: (event, properties) =>
      new Promise((resolve, reject) => {
        const done = (response: unknown): void =>
          response === 1 ? resolve() : reject(notAccepted('mixpanel'))
        const begun = instance?.track(event, properties, { send_immediately: true }, done)
        // Without a request there is no answer. After one the promise is settled, and this does nothing.
        if (!begun) done(undefined)
      }),
    identify: (userId) => instance?.identify(userId),
    reset: () => instance?.reset(),
    // Every event is sent at once.
    flush() {},
    close() {
      instance?.disable()
      instance = undefined
    },
  }
}

async function loadSdk(): Promise<MixpanelSdk> {
  try {
    // The core build: a quarter of the size, without recorder and surveys. Its types name no default export.
    const loaded: unknown = await import('mixpanel-browser/src/loaders/loader-module-core.js')
    const { default: sdk } = loaded as { default?: MixpanelSdk }
    // Blockers put empty modules in place of what they block.
    if (typeof sdk?.init !== 'function') throw new TypeError('it is not what it should be')
    return sdk
  } catch (error) {
    throw sdkUnavailable(packageName, error)
  }
}
