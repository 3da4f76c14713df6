/** The one of `names` that was probably meant; `undefined` where none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  // Three slips in a long name are still that name; in `id`, one is another word.
  const slips = Math.min(3, Math.ceil(written.length / 3))
  const [nearest] = names
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= slips)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.name
}

/** Levenshtein's: how many letters must be put in, left out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [index, letter] of a.split('').entries()) {
    const next = [index + 1]
    for (const [place, other] of b.split('').entries()) {
      const replaced = (row[place] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
