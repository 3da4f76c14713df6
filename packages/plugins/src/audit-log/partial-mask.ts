const email = /^([^\s@]+)@([^\s@]+)\.([^\s@.]+)$/u
const digitsOnly = /^[\d\s().+-]+$/
/** A number this long keeps its last four digits; of a shorter one they would be too much of it. */
const identifyingDigits = 9
const word = /[\p{L}\p{N}\p{M}]+/gu

/** Hides a text and keeps its shape: `j***@e***.com`, `***-**-6789`, `A** L*******`. */
export function partialMask(text: string): string {
  const parts = email.exec(text)
  if (parts) return `${maskedName(parts[1] ?? '')}@${maskedName(parts[2] ?? '')}.${parts[3] ?? ''}`
  const digits = text.match(/\d/g)?.length ?? 0
  if (digits >= identifyingDigits && digitsOnly.test(text)) return maskedNumber(text, digits)
  return text.replace(word, maskedWord)
}

function maskedName(name: string): string {
  const [first = '', ...others] = name
  return others.length === 0 ? '***' : `${first}***`
}

function maskedNumber(text: string, digits: number): string {
  let left = digits - 4
  return text.replace(/\d/g, (digit) => (left-- > 0 ? '*' : digit))
}

/** Keeps the first letter of a longer word; digits and short words give away too much. */
function maskedWord(text: string): string {
  const [first = '', ...others] = text
  const kept = others.length >= 2 && /\p{L}/u.test(first) ? first : '*'
  return kept + '*'.repeat(others.length)
}
