// The one Chromium of browser tests, e2e tests and benchmarks.
import { existsSync } from 'node:fs'

const named = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/**
 * The browser at `CHROMIUM_PATH`, else Debian's; where neither is, Playwright's
 * own. It runs as root in containers, and asks nothing of a closed network.
 */
export const chromiumLaunchOptions = {
  ...(existsSync(named) ? { executablePath: named } : {}),
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
  ],
}
