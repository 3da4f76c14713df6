/** Writes any text, lone surrogates included, in characters that no separator uses. */
export function encodeName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Reads what {@link encodeName} wrote; `undefined` when it never would have. */
export function decodeName(name: string): string | undefined {
  const text = name.replace(/~([0-9a-f]{4})/g, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  )
  return encodeName(text) === name ? text : undefined
}

/** The namespace of one plugin on one table; no two pairs share one. */
export function storageNamespace(tableId: string, pluginId: string): string {
  return `${encodeName(tableId)}/${encodeName(pluginId)}`
}

// No encoded name has a tilde without a number: these are out of reach of every table, plugin and key.

/** Where the schema version of a namespace is kept. */
export function schemaNamespace(namespace: string): string {
  return `${namespace}~schema`
}

/** Where the unreadable texts of a namespace are kept. */
export function backupNamespace(namespace: string): string {
  return `${namespace}~backup`
}
