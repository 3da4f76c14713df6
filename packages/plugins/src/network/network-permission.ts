import type { Permission } from '@gridkit/core'

/** Takes the place of the page's origin where there is no page. */
const noPage = 'http://page.invalid/'

/** The page's address, or `undefined` outside of a page. */
export function pageAddress(): string | undefined {
  return (globalThis as { location?: { href?: string } }).location?.href
}

/**
 * The right that reaching an address needs: `network:self` on the page's own
 * origin, else `network:<origin>`. `undefined` when it is no http(s) address.
 */
export function networkPermissionFor(address: string, page = pageAddress()): Permission | undefined {
  const base = page ?? noPage
  if (!URL.canParse(address, base)) return undefined
  const { origin, protocol } = new URL(address, base)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  return origin === new URL(base).origin ? 'network:self' : `network:${origin}`
}

/** Whether an address says nothing about its origin, and so needs a page. */
export function isRelative(address: string): boolean {
  return !URL.canParse(address)
}
