/**
 * What spreadsheets pass over before they look for a formula: white space of
 * any kind, control characters, and characters without width.
 */
const ignored = String.raw`[\s\p{Cc}\p{Cf}\p{Z}]*`
/** The full-width forms count: East Asian editions of Excel take them for the plain ones. */
const formula = new RegExp(String.raw`^(?:[\t\r\n]|${ignored}[=+\-@＝＋－＠])`, 'u')

/** Whether a spreadsheet could run this text. */
function isFormula(text: string): boolean {
  return formula.test(text)
}

/** Puts `'` before a text that a spreadsheet could run, which then shows it as it is. */
export function escapeFormula(text: string): string {
  return isFormula(text) ? `'${text}` : text
}
