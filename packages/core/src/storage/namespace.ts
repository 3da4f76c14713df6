/** Writes any text, lone surrogates included, in characters that no separator uses. */
export function encodeName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Reads what {@link encodeName} wrote. */
export function decodeName(name: string): string {
  return name.replace(/~([0-9a-f]{4})/g, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
}

/** The namespace of one plugin on one table; no two pairs share one. */
export function storageNamespace(tableId: string, pluginId: string): string {
  return `${encodeName(tableId)}/${encodeName(pluginId)}`
}
