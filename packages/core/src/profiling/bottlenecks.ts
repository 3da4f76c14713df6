import type { Bottleneck, HandlerMetrics, PluginMetrics } from '../definition/metrics.ts'

/** Handlers whose p95 or longest call is over the threshold in milliseconds, the worst first. */
export function bottlenecksIn(all: readonly PluginMetrics[], threshold: number): readonly Bottleneck[] {
  const found = all.flatMap((plugin) =>
    plugin.handlers
      .filter(({ p95, max }) => p95 > threshold || max > threshold)
      .map((handler) => bottleneck(plugin, handler, threshold)),
  )
  return Object.freeze(found.sort((a, b) => badness(b, threshold) - badness(a, threshold)))
}

/** What is slow often is worse than what was slow once, however long that was. */
function badness({ p95, max }: Bottleneck, threshold: number): number {
  return p95 > threshold ? p95 : -1 / max
}

function bottleneck(plugin: PluginMetrics, metrics: HandlerMetrics, threshold: number): Bottleneck {
  const { handler, count, total, p95, max } = metrics
  const share = plugin.total === 0 ? 0 : total / plugin.total
  const often = `one call in 20 takes ${text(p95)} ms or more, the longest took ${text(max)} ms`
  const once = `the longest call took ${text(max)} ms, though 95 of 100 take ${text(p95)} ms or less`
  const ofPlugin = `${Math.round(share * 100)} % of the time of plugin '${plugin.pluginId}'`
  const reason = `${handler}: ${p95 > threshold ? often : once}; ${ofPlugin}`
  return Object.freeze({ pluginId: plugin.pluginId, handler, count, total, p95, max, share, reason })
}

function text(milliseconds: number): string {
  return String(Number(milliseconds.toPrecision(3)))
}
