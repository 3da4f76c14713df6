/** What of a plugin a search looks into. */
export interface SearchablePlugin {
  readonly id: string
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly author?: string | undefined
}

/**
 * The plugins in which every word of the query occurs somewhere, the best
 * matches first: ids and names that start with the word, names and ids that
 * contain it, tags, then description and author. Equal ones stay in the order
 * given. Neither case nor accents count. An empty query finds all.
 */
export function searchPlugins<T extends SearchablePlugin>(infos: readonly T[], query: string): readonly T[] {
  const words = folded(query)
    .split(/\s+/)
    .filter((word) => word !== '')
  return infos
    .map((info) => ({ info, rank: rankOf(info, words) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0))
    .map(({ info }) => info)
}

/** How well the words match, in all; `undefined` where one of them occurs nowhere. */
function rankOf(info: SearchablePlugin, words: readonly string[]): number | undefined {
  const { id, name, tags = [], description = '', author = '' } = info
  const names = [id, id.slice(id.indexOf('/') + 1), name].map(folded)
  const fields = [tags, [description, author]].map((texts) => texts.map(folded))
  const ranks = words.map((word) => {
    if (names.some((text) => text.startsWith(word))) return 4
    const place = [names, ...fields].findIndex((texts) => texts.some((text) => text.includes(word)))
    return place < 0 ? 0 : 3 - place
  })
  return ranks.includes(0) ? undefined : ranks.reduce((sum, rank) => sum + rank, 0)
}

/** Upper case first, so that ß is ss. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().toLowerCase()
}
