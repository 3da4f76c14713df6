import type { HotReloadSource, HotUpdate } from '../definition/hot-reload.ts'
import { hotUpdateFailed } from '../errors/hot-reload-errors.ts'
import { systemClock, type Clock } from '../lifetime/clock.ts'
import { factoriesIn, pluginsIn, type ModuleExports } from './module-exports.ts'

/** How long to wait for the server to say why a module did not load, in milliseconds. */
const serverDelay = 300

/** What a module says of itself each time it is evaluated. */
export interface ModuleDescription {
  /** The path of its file on disk. */
  readonly file: string
  /** Where this version of it was loaded from. */
  readonly url: string
  /** Plugin ids that its text may be about. */
  readonly candidates: readonly string[]
}

/** A module that defines plugins. */
interface HotModule extends ModuleDescription {
  /** Of the plugins that it exports as such. */
  readonly ids: ReadonlySet<string>
}

/** Vite's word of what failed. */
export interface ServerError {
  readonly message: string
  readonly id?: string
  readonly loc?: { readonly file?: string }
}

/** Vite's word of what is loaded anew. */
export interface ServerUpdate {
  readonly updates: readonly { readonly path: string; readonly timestamp: number }[]
}

/** Loads a module as the page does. */
export type ImportModule = (url: string) => Promise<ModuleExports>

type Listener = (update: HotUpdate) => void

/**
 * The modules of a page that define plugins, and those who wait for their new
 * versions. Which plugin a factory makes is known only when it is called: its
 * updates go to the plugins its text names, or where it names none that anyone
 * waits for, to those that no other module names.
 */
export class HotModules implements HotReloadSource {
  readonly #modules = new Map<string, HotModule>()
  readonly #listeners = new Map<string, Set<Listener>>()
  /** Files being loaded anew, with when the server says that was. */
  readonly #loading = new Map<string, number>()
  /** Files whose new version did not load, with the same, for a reason not known yet. */
  readonly #unexplained = new Map<string, number>()
  readonly #importModule: ImportModule
  readonly #base: string
  readonly #clock: Clock

  /** @param base The path that the server's paths start from, with a slash at its end. */
  constructor(importModule: ImportModule, base: string, clock: Clock = systemClock) {
    this.#importModule = importModule
    this.#base = base
    this.#clock = clock
  }

  subscribe(pluginId: string, listener: Listener): () => void {
    // One listener may be given twice, and each undo is for its own.
    const own: Listener = (update) => listener(update)
    const listeners = this.#listeners.get(pluginId) ?? new Set()
    this.#listeners.set(pluginId, listeners.add(own))
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#listeners.get(pluginId) === listeners)
        this.#listeners.delete(pluginId)
    }
  }

  /** Called by each version of a module at its end. It is loaded once more, to see what it exports. Never rejects. */
  async evaluated(description: ModuleDescription): Promise<void> {
    const { file, url } = description
    const known = this.#modules.get(file)
    this.#modules.set(file, { ...description, ids: known?.ids ?? new Set() })
    this.#settled(file)
    const exports = await this.#importModule(url).catch(() => ({}))
    // A later version may have come meanwhile.
    if (this.#modules.get(file)?.url !== url) return
    const plugins = pluginsIn(exports)
    const ids = new Set(plugins.map(({ metadata }) => metadata.id))
    this.#modules.set(file, { ...description, ids })
    if (known === undefined) return
    for (const plugin of plugins) this.#tell([plugin.metadata.id], { kind: 'plugin', plugin })
    const others = this.#concerned(file).filter((id) => !ids.has(id))
    for (const plugin of factoriesIn(exports)) this.#tell(others, { kind: 'plugin', plugin })
  }

  /** Called when nobody imports the module any more. */
  removed(file: string): void {
    this.#modules.delete(file)
    this.#settled(file)
  }

  /** Called before modules are loaded anew. */
  updating({ updates }: ServerUpdate): void {
    for (const { path, timestamp } of updates)
      for (const { file, url } of this.#modules.values())
        if (decodeURI(new URL(url).pathname) === this.#base + path.slice(1))
          this.#loading.set(file, timestamp)
  }

  /** Called after that. What was not evaluated has failed. */
  updated(): void {
    for (const [file, timestamp] of this.#loading) {
      this.#loading.delete(file)
      this.#unexplained.set(file, timestamp)
      this.#clock.after(serverDelay, () => {
        if (this.#unexplained.get(file) === timestamp) void this.#reproduce(file, timestamp)
      })
    }
  }

  /** Called when the server could not make a module: the one named, or one that those unexplained import. */
  failed(error: ServerError): void {
    const [file = ''] = (error.loc?.file ?? error.id ?? '').split('?')
    const files = new Set(this.#unexplained.keys())
    if (this.#modules.has(file)) files.add(file)
    for (const each of files) this.#report(each, error)
  }

  /** Browsers remember why a module failed when it was evaluated, and say it again. */
  async #reproduce(file: string, timestamp: number): Promise<void> {
    const { origin, pathname } = new URL(this.#modules.get(file)?.url ?? '')
    try {
      await this.#importModule(`${origin}${pathname}?t=${timestamp}`)
      this.#settled(file)
    } catch (error) {
      if (this.#unexplained.get(file) === timestamp) this.#report(file, error)
    }
  }

  #report(file: string, cause: unknown): void {
    this.#settled(file)
    this.#tell(this.#concerned(file), { kind: 'error', error: hotUpdateFailed(file, causeOf(cause)) })
  }

  #settled(file: string): void {
    this.#loading.delete(file)
    this.#unexplained.delete(file)
  }

  /** The plugins someone waits for that the module may define. */
  #concerned(file: string): readonly string[] {
    const awaited = [...this.#listeners.keys()]
    const module = this.#modules.get(file)
    const named = awaited.filter((id) => module !== undefined && isNamedIn(module, id))
    if (named.length > 0) return named
    return awaited.filter((id) => ![...this.#modules.values()].some((each) => isNamedIn(each, id)))
  }

  #tell(pluginIds: readonly string[], update: HotUpdate): void {
    for (const listener of pluginIds.flatMap((id) => [...(this.#listeners.get(id) ?? [])])) {
      try {
        listener(update)
      } catch (error) {
        // The page is to hear of it, and the other listeners of the update.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

function isNamedIn({ ids, candidates }: HotModule, pluginId: string): boolean {
  return ids.has(pluginId) || candidates.includes(pluginId)
}

/** The server's errors come as plain data. */
function causeOf(error: unknown): unknown {
  const isData =
    !(error instanceof Error) && typeof error === 'object' && error !== null && 'message' in error
  return isData ? String(error.message) : error
}
