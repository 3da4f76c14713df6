/** A control character or half of a surrogate pair: XML can't hold most of them, Excel writes `_x000D_`. */
const unwritable = /(?![\t\n])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu
/** Text that Excel would read as such a code. */
const looksEscaped = /_(?=x[0-9A-Fa-f]{4}_)/g

/** A text as a cell of Excel holds it, with nothing lost. */
export function xlsxText(text: string): string {
  return text.replace(looksEscaped, '_x005F_').replace(unwritable, escapeOf)
}

function escapeOf(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`
}
