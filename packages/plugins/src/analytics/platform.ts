/** What the platform lends this room: the only file here that touches `crypto`. */

/** A short text that no other instance on this page has. */
export function uniqueName(): string {
  return [...globalThis.crypto.getRandomValues(new Uint32Array(2))].map((each) => each.toString(36)).join('')
}
