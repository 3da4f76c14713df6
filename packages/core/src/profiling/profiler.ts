import type { Bottleneck, PluginMetrics, Trace, TraceFilter } from '../definition/metrics.ts'
import type { Clock } from '../lifetime/clock.ts'
import { bottlenecksIn } from './bottlenecks.ts'
import { PluginProfile } from './plugin-profile.ts'
import { TaskTime } from './task-time.ts'
import { TraceRing } from './trace-ring.ts'

export type { PluginProfile } from './plugin-profile.ts'
export type { Probe } from './probe.ts'

/** What may be said of a profiler. */
export interface ProfilerOptions {
  readonly clock: Clock
  /** How many of the newest calls that were timed are kept. Default 1,000. */
  readonly traces?: number | undefined
  /** Whether calls that are timed are shown in the performance panel of Chromium, on a track per plugin. Default false. */
  readonly userTiming?: boolean | undefined
  /** A number from 0 to below 1, which chooses the calls that are timed. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** Counts and times the calls into all plugins of a host. */
export class Profiler {
  readonly #clock: Clock
  readonly #time: TaskTime
  readonly #traces: TraceRing
  readonly #userTiming: boolean
  readonly #random: () => number
  readonly #profiles = new Map<string, PluginProfile>()
  #enabled = true

  constructor({ clock, traces = 1000, userTiming = false, random = Math.random }: ProfilerOptions) {
    this.#clock = clock
    this.#time = new TaskTime(clock)
    this.#traces = new TraceRing(traces)
    this.#userTiming = userTiming
    this.#random = random
  }

  /** Whether calls are recorded. Off, figures stand still, but for what plugins record themselves. Default true. */
  get enabled(): boolean {
    return this.#enabled
  }

  set enabled(enabled: boolean) {
    this.#enabled = enabled
    for (const profile of this.#profiles.values()) profile.isOn = enabled
  }

  /** The plugin's figures: the same as before, if it was open before. */
  open(pluginId: string): PluginProfile {
    const known = this.#profiles.get(pluginId)
    if (known) return known
    const profile = new PluginProfile({
      pluginId,
      isOn: this.#enabled,
      isLimited: true,
      clock: this.#clock,
      time: this.#time,
      traces: this.#traces,
      userTiming: this.#userTiming,
      random: this.#random,
    })
    this.#profiles.set(pluginId, profile)
    return profile
  }

  /** For a plugin that was uninstalled. Calls that end later are not recorded. */
  forget(pluginId: string): void {
    const profile = this.#profiles.get(pluginId)
    if (!profile) return
    profile.isOn = false
    this.#profiles.delete(pluginId)
    this.#traces.forget(pluginId)
  }

  metrics(pluginId: string): PluginMetrics | undefined {
    return this.#profiles.get(pluginId)?.figures()
  }

  all(): readonly PluginMetrics[] {
    return Object.freeze([...this.#profiles.values()].map((profile) => profile.figures()))
  }

  /** The newest of the calls that were timed, the newest first. */
  traces(filter?: TraceFilter): readonly Trace[] {
    return this.#traces.list(this.#clock.now() - this.#clock.elapsed(), filter)
  }

  /**
   * Handlers that hold the main thread up: first those of which one call in 20 takes longer than the threshold, then
   * those of which any did; the slowest first.
   *
   * @param thresholdMilliseconds Default 16: a frame.
   */
  detectBottlenecks(thresholdMilliseconds = 16): readonly Bottleneck[] {
    return bottlenecksIn(this.all(), thresholdMilliseconds)
  }
}
