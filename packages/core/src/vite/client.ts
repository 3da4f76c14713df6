declare module 'virtual:gridkit/hot-reload' {
  /** Tells of the plugins whose code was changed. In a build, of none. */
  // oxlint-disable-next-line typescript/consistent-type-imports -- A module declared here can't import by relative path.
  export const hotReloadSource: import('../definition/hot-reload.ts').HotReloadSource
}
