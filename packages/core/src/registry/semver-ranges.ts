import satisfies from 'semver/functions/satisfies.js'
import validRange from 'semver/ranges/valid.js'
import type { VersionRanges } from '../definition/version-ranges.ts'

/** Ranges as npm reads them. In a module of its own: most tables have no ranges, and need not load it. */
export const semverRanges: VersionRanges = {
  isRange: (text) => validRange(text) !== null,
  includes: (range, version, prereleases) => satisfies(version, range, { includePrerelease: prereleases }),
}
