const blank = /[ \t\n\r]*/y
const scalar =
  // Control characters are what JSON forbids in a text.
  // oxlint-disable-next-line no-control-regex
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Where a text stops being JSON, as an offset; `undefined` where it is JSON.
 * Browsers say it differently in their messages, or not at all.
 */
export function jsonErrorOffset(text: string): number | undefined {
  const closers: string[] = []
  let offset = 0
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = offset
    const [found = ''] = pattern.exec(text) ?? []
    offset += found.length
    return found
  }
  /** Whether the key of a member, and its colon, come next. */
  const key = (): boolean => {
    skip(blank)
    if (text[offset] !== '"' || skip(scalar) === '') return false
    skip(blank)
    if (text[offset] !== ':') return false
    offset += 1
    return true
  }
  for (;;) {
    skip(blank)
    const opener = text[offset]
    if (opener === '[' || opener === '{') {
      offset += 1
      closers.push(opener === '[' ? ']' : '}')
      skip(blank)
      if (text[offset] !== closers.at(-1)) {
        if (opener === '{' && !key()) return offset
        continue
      }
    } else if (skip(scalar) === '') return offset
    // A value has ended, or an empty list is about to.
    for (;;) {
      skip(blank)
      if (closers.length === 0) return offset === text.length ? undefined : offset
      if (text[offset] !== closers.at(-1)) break
      closers.pop()
      offset += 1
    }
    if (text[offset] !== ',') return offset
    offset += 1
    if (closers.at(-1) === '}' && !key()) return offset
  }
}
