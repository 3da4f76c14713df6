/** As the global `fetch`; tests and servers pass their own. */
export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>

/** The page's `fetch`, looked up at each call so that it can be instrumented. */
export const pageFetch: Fetch = (input, init) => globalThis.fetch(input, init)

/** The page's address, or `undefined` outside of a page. */
export function pageAddress(): string | undefined {
  return (globalThis as { location?: { href?: string } }).location?.href
}

/** The right that reaching an address needs: the page's own origin is `network:self`. */
export function networkPermission(target: URL, page: string | undefined): string {
  // 'null' is the origin of files and of addresses that have none: no two of those are the same.
  const own = page !== undefined && target.origin !== 'null' && new URL(page).origin === target.origin
  return own ? 'network:self' : `network:${target.origin}`
}
