import { candidatesIn, definesPlugin } from './module-text.ts'

/** Which modules define plugins, beside those that call `definePlugin`. */
export interface HotReloadOptions {
  /** Paths of files or folders, from the root of the Vite project, or patterns of whole paths. */
  readonly include?: ModulePattern | readonly ModulePattern[]
  /** The same, of modules that are to be left alone, whatever they do. */
  readonly exclude?: ModulePattern | readonly ModulePattern[]
}

export type ModulePattern = string | RegExp

/** A Vite plugin, as far as this one goes. Vite's own types are not needed to build with it. */
export interface HotReloadPlugin {
  readonly name: string
  readonly configResolved: (config: {
    readonly command: 'build' | 'serve'
    readonly root: string
    readonly base: string
  }) => void
  readonly resolveId: (id: string) => string | undefined
  readonly load: (id: string, options?: { readonly ssr?: boolean | undefined }) => string | undefined
  readonly transform: (
    code: string,
    id: string,
    options?: { readonly ssr?: boolean | undefined },
  ) => { readonly code: string; readonly map: null } | undefined
  readonly hotUpdate: (change: {
    readonly modules: readonly { readonly id: string | null; isSelfAccepting?: boolean | undefined }[]
  }) => void
}

const sourceId = 'virtual:gridkit/hot-reload'
const resolvedId = `\0${sourceId}`

const silentSource = 'export const hotReloadSource = { subscribe: () => () => {} }\n'

/**
 * Makes plugins reload while their code is being written, without the page. In
 * Vite's development server each module that calls `definePlugin` accepts its own
 * new versions, and `hotReloadSource` of `virtual:gridkit/hot-reload` tells of
 * them; give that to the host as its option `hotReload`. In a build it tells of nothing.
 *
 * Where a module exports what is no plugin too, its importers keep the old of that
 * until they are loaded anew: define plugins in modules of their own.
 */
export function gridkitHotReload(options: HotReloadOptions = {}): HotReloadPlugin {
  let serving = false
  let base = '/'
  let isIncluded = (_: string): boolean => false
  let isExcluded = isIncluded
  const accepting = new Set<string>()
  return {
    name: 'gridkit:hot-reload',
    configResolved(config) {
      serving = config.command === 'serve'
      base = config.base
      isIncluded = filterOf(options.include, config.root)
      isExcluded = filterOf(options.exclude, config.root)
    },
    resolveId: (id) => (id === sourceId ? resolvedId : undefined),
    load(id, { ssr = false } = {}) {
      if (id !== resolvedId) return undefined
      return serving && !ssr ? pageSource(base) : silentSource
    },
    transform(code, id, { ssr = false } = {}) {
      const isScript = /^[^?\0]+\.[cm]?[jt]sx?$/.test(id) && !id.includes('/node_modules/')
      if (!serving || ssr || !isScript) return undefined
      accepting.delete(id)
      if (isExcluded(id) || !(definesPlugin(code) || isIncluded(id))) return undefined
      accepting.add(id)
      return { code: code + acceptance(id, code), map: null }
    },
    hotUpdate({ modules }) {
      // Vite forgets it of a module that imported what is not there, and would load the page anew once it is mended.
      for (const module of modules)
        if (module.id !== null && accepting.has(module.id)) module.isSelfAccepting = true
    },
  }
}

function filterOf(
  patterns: ModulePattern | readonly ModulePattern[] = [],
  root: string,
): (id: string) => boolean {
  const each = [patterns].flat().map((pattern) => {
    if (typeof pattern !== 'string') return (id: string) => id.search(pattern) >= 0
    const path = pattern.startsWith(`${root}/`) ? pattern : `${root}/${pattern.replace(/^(\.?\/)+/, '')}`
    const folder = path.replace(/\/*$/, '/')
    return (id: string) => `${id}/`.startsWith(folder)
  })
  return (id) => each.some((matches) => matches(id))
}

/** The one list of modules of the page. */
function pageSource(base: string): string {
  return `import { HotModules } from ${JSON.stringify(siblingPath('hot-modules'))}
export const hotReloadSource = new HotModules((url) => import(/* @vite-ignore */ url), ${JSON.stringify(base)})
if (import.meta.hot) {
  import.meta.hot.on('vite:beforeUpdate', (payload) => hotReloadSource.updating(payload))
  import.meta.hot.on('vite:afterUpdate', () => hotReloadSource.updated())
  import.meta.hot.on('vite:error', ({ err }) => hotReloadSource.failed(err))
}
`
}

/** Goes to the end of a module, so that its lines stay where they are. */
function acceptance(file: string, code: string): string {
  const description = `file: ${JSON.stringify(file)}, candidates: ${JSON.stringify(candidatesIn(code))}`
  return `
;import { hotReloadSource as __gridkitHotReload } from ${JSON.stringify(sourceId)}
if (import.meta.hot) {
  import.meta.hot.accept()
  import.meta.hot.prune(() => __gridkitHotReload.removed(${JSON.stringify(file)}))
  __gridkitHotReload.evaluated({ ${description}, url: import.meta.url })
}
`
}

/** The path on disk of a module beside this one: sources import sources, and what was built what was built. */
function siblingPath(name: string): string {
  const [, extension = ''] = /(\.[jt]s)$/.exec(new URL(import.meta.url).pathname) ?? []
  const { pathname } = new URL(`./${name}${extension}`, import.meta.url)
  // As Vite writes the paths of Windows.
  return decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:)/, '')
}
