const call = /(?<!function\s+)\bdefinePlugin\s*[(<]/
const pluginId = String.raw`(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*`
const text = String.raw`(["'\`])(${pluginId})\1`
const named = new RegExp(String.raw`\bid["']?\s*[:=]\s*${text}`, 'gi')
const anywhere = new RegExp(text, 'gi')

/** Whether the code of a module calls `definePlugin`. It may be a comment that does. */
export function definesPlugin(code: string): boolean {
  return call.test(code)
}

/**
 * The texts in a module that may be the ids of its plugins: those that stand
 * after `id`, or where there are none, all that have the form of one.
 */
export function candidatesIn(code: string): readonly string[] {
  const ids = textsBy(named, code)
  return ids.length > 0 ? ids : textsBy(anywhere, code)
}

function textsBy(pattern: RegExp, code: string): readonly string[] {
  return [...new Set([...code.matchAll(pattern)].flatMap(([, , found = '']) => found))]
}
