/**
 * A named right, `area:action` or `area:action:resource`. A broader one covers
 * a narrower one: `events:subscribe` covers `events:subscribe:row:*`, and that
 * covers `events:subscribe:row:update`.
 *
 * `network:self` is the page's own origin; any other origin is written out, as
 * in `network:https://api.example.com`; `network:*` is all of them.
 */
export type Permission =
  | 'state:read'
  | 'state:write'
  | `rows:${'create' | 'update' | 'delete'}`
  | 'events:subscribe'
  | `events:subscribe:${string}`
  | 'events:emit'
  | `events:emit:${string}`
  | 'methods:register'
  | 'storage:use'
  | `network:${string}`
  | 'download'

const plain = /^(state:(read|write)|rows:(create|update|delete)|methods:register|storage:use|download)$/
const withResource = /^events:(subscribe|emit)(:.+)?$/
const network = /^network:(self|\*|https?:\/\/[^/\s*@]+)$/

/** Whether the text names a right that exists. */
export function isPermission(text: string): text is Permission {
  return plain.test(text) || withResource.test(text) || network.test(text)
}

/** Whether holding `grant` is enough where `request` is asked for. */
export function covers(grant: string, request: string): boolean {
  if (grant === request) return true
  if (grant.endsWith('*')) return request.startsWith(grant.slice(0, -1))
  // 'network:https://a.com' must not cover 'network:https://a.com:8080'.
  return !grant.startsWith('network:') && request.startsWith(`${grant}:`)
}
