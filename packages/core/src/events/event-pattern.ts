const typePattern = /^([^\s*]+\/)?[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/
const subscriptionPattern = /^(\*|([^\s*]+\/)?[a-z][a-z0-9-]*:(\*|[a-z][a-z0-9-]*))$/

/** Whether the text is a `noun:verb`, or a plugin's own `<pluginId>/noun:verb`. */
export function isEventType(text: string): boolean {
  return typePattern.test(text)
}

/** Whether there can be an event that the pattern matches. */
export function isEventPattern(text: string): boolean {
  return subscriptionPattern.test(text)
}

export function matches(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true
  return pattern.endsWith(':*') && type.startsWith(pattern.slice(0, -1))
}
