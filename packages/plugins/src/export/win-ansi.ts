/** Beyond Latin-1, the characters that Windows-1252 has: what the standard fonts of PDF can show. */
const beyondLatin = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')
const lineFeed = '\n'

/** Scripts, with a font that has their characters. */
const fonts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u, 'Noto Sans CJK'],
  [/[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Latin}]/u, 'Noto Sans'],
  [/\p{Script=Arabic}/u, 'Noto Sans Arabic'],
  [/\p{Script=Hebrew}/u, 'Noto Sans Hebrew'],
  [/\p{Script=Devanagari}/u, 'Noto Sans Devanagari'],
  [/\p{Script=Thai}/u, 'Noto Sans Thai'],
  [/\p{Extended_Pictographic}/u, 'Noto Emoji'],
]

/** Text as the standard fonts take it: letters with their marks in one, tabs as spaces, one kind of line break. */
export function printable(text: string): string {
  return text.normalize('NFC').replace(/\r\n?/g, lineFeed).replaceAll('\t', '    ')
}

/** The first character that the standard fonts can't show. */
export function missingGlyph(text: string): string | undefined {
  for (const character of text) if (!isShown(character)) return character
  return undefined
}

function isShown(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  const latin = (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff)
  return latin || character === lineFeed || beyondLatin.has(character)
}

/** A font that has the character. */
export function fontFor(character: string): string {
  return fonts.find(([script]) => script.test(character))?.[1] ?? 'Noto Sans Symbols'
}
