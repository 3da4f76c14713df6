/**
 * A named right, `area:action` or `area:action:resource`. A broader one covers
 * a narrower one, and nothing else:
 *
 * - Without a resource, or with `*` for it, a right is for all of them:
 *   `messages:send` covers `messages:send:@acme/stats`.
 * - The patterns of events and hooks may end with `:*`: `events:subscribe:row:*`
 *   covers `events:subscribe:row:update`, `hooks:register:before:*` covers
 *   `hooks:register:before:row:*`. All other names are compared as they are.
 * - `network:self` is the page's own origin, `network:*` every address. Any
 *   other origin is written as the browser writes it, as in
 *   `network:https://api.example.com:8443`; `network:https://*.example.com` is
 *   every origin below that name, of that scheme and port, but not the name itself.
 * - `columns:read:personal` is for columns whose `sensitivity` is `personal`.
 *   A label holds no `*`.
 *
 * There is no right for a whole area, such as `rows:*`: each action is asked for.
 */
export type Permission =
  | 'state:read'
  | 'state:write'
  | `rows:${'create' | 'update' | 'delete'}`
  | 'events:subscribe'
  | `events:subscribe:${string}`
  | 'events:emit'
  | `events:emit:${string}`
  | 'hooks:register'
  | `hooks:register:${string}`
  | 'middleware:register'
  | 'methods:register'
  | 'messages:send'
  | `messages:send:${string}`
  | 'services:export'
  | 'services:import'
  | `services:import:${string}`
  | 'storage:use'
  | 'ui:contribute'
  | `ui:contribute:${string}`
  | `network:${string}`
  | 'download'
  | `clipboard:${'read' | 'write'}`
  | 'columns:read'
  | `columns:read:${string}`
  | 'columns:write'
  | `columns:write:${string}`

const plain =
  /^(state:(read|write)|rows:(create|update|delete)|(middleware|methods):register|services:export|storage:use|download|clipboard:(read|write))$/
const scoped =
  /^(events:subscribe|events:emit|hooks:register|messages:send|services:import|ui:contribute|columns:read|columns:write)(?::(.*))?$/s
const types = String.raw`([^\s*]+/)?[a-z][a-z0-9-]*:(\*|[a-z][a-z0-9-]*)`
const eventPattern = new RegExp(`^${types}$`)
const hookPattern = new RegExp(`^(startup|shutdown|error|(before|after):(\\*|${types}))$`)
const pluginId = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/i
const slot = /^[^\s*]+$/
const label = /^[^\s*]([^*]*[^\s*])?$/

const resources: Readonly<Record<string, RegExp>> = {
  'events:subscribe': eventPattern,
  'events:emit': eventPattern,
  'hooks:register': hookPattern,
  'messages:send': pluginId,
  'services:import': pluginId,
  'ui:contribute': slot,
  'columns:read': label,
  'columns:write': label,
}
const network = 'network:'
const subdomains = /^(https?:\/\/)\*(\.[^*]+)$/

/** Whether the text names a right that exists. */
export function isPermission(text: string): text is Permission {
  if (plain.test(text)) return true
  if (text.startsWith(network)) return isAddress(text.slice(network.length))
  const [, action = '', resource = '*'] = scoped.exec(text) ?? []
  return resources[action] !== undefined && (resource === '*' || resources[action].test(resource))
}

/** Whether holding `grant` is enough where `request` is asked for. */
export function covers(grant: string, request: string): boolean {
  if (grant === request) return true
  if (grant.startsWith(network) && request.startsWith(network))
    return coversAddress(grant.slice(network.length), request.slice(network.length))
  const [, action, resource = '*'] = scoped.exec(grant) ?? []
  const [, askedAction, asked = '*'] = scoped.exec(request) ?? []
  if (action === undefined || action !== askedAction) return false
  if (resource === '*' || resource === asked) return true
  // Elsewhere a resource is a name, whatever it ends with.
  const pattern = resources[action] === eventPattern || resources[action] === hookPattern
  return pattern && resource.endsWith(':*') && asked.startsWith(resource.slice(0, -1))
}

function isAddress(text: string): boolean {
  if (text === 'self' || text === '*') return true
  // All of a top-level domain, as in 'https://*.com', is nobody's.
  const origin = text.replace(/^(https?:\/\/)\*(?=\.[^.]+\.)/, '$1any')
  if (!/^https?:\/\/[^*]+$/.test(origin)) return false
  try {
    return new URL(origin).origin === origin
  } catch {
    return false
  }
}

function coversAddress(grant: string, asked: string): boolean {
  if (grant === '*') return true
  const [, scheme, domain] = subdomains.exec(grant) ?? []
  if (scheme === undefined || domain === undefined) return false
  if (!asked.startsWith(scheme) || !asked.endsWith(domain)) return false
  return /^[^/:@?#\\]+$/.test(asked.slice(scheme.length, -domain.length))
}
