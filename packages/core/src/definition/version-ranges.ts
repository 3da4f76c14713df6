/** What resolution asks about semantic versions. The `semver` package answers, in `registry/`. */
export interface VersionRanges {
  readonly isRange: (text: string) => boolean
  /** With `prereleases`, a version such as `2.0.0-rc.1` is in `>=1.0.0` too. */
  readonly includes: (range: string, version: string, prereleases: boolean) => boolean
}
