import { GridKitError } from './gridkit-error.ts'

export function metricNameInvalid(pluginId: string, what: 'metric' | 'label', name: string): GridKitError {
  return new GridKitError({
    code: 'GK_METRIC_NAME_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't record a ${what} named '${name}'`,
    hint: "Use letters, digits and '_', not beginning with a digit; the labels 'plugin', 'le', 'quantile' and those beginning with '__' are taken.",
  })
}

/** @param existing What there is, such as `a gauge`. */
export function metricExists(pluginId: string, name: string, existing: string): GridKitError {
  return new GridKitError({
    code: 'GK_METRIC_EXISTS',
    pluginId,
    message: `plugin '${pluginId}' already has a metric '${name}', which is ${existing}`,
    hint: 'Use another name. What a plugin recorded is kept over reloads, until it is uninstalled.',
  })
}

export function metricValueInvalid(
  pluginId: string,
  name: string,
  value: unknown,
  allowed: string,
): GridKitError {
  return new GridKitError({
    code: 'GK_METRIC_VALUE_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't record ${typeof value === 'number' ? value : `a ${typeof value}`} for its metric '${name}': only ${allowed}`,
    hint: 'Check the number before it is recorded; nothing was changed.',
  })
}

export function metricBucketsInvalid(pluginId: string, name: string): GridKitError {
  return new GridKitError({
    code: 'GK_METRIC_BUCKETS_INVALID',
    pluginId,
    message: `the buckets that plugin '${pluginId}' gave for its metric '${name}' are not ascending numbers`,
    hint: 'Give 1 to 100 finite numbers, each greater than the one before.',
  })
}

export function tooManyMetrics(pluginId: string, name: string, most: number): GridKitError {
  return new GridKitError({
    code: 'GK_TOO_MANY_METRICS',
    pluginId,
    message: `plugin '${pluginId}' can't record '${name}': it has ${most} metrics already`,
    hint: 'Use fewer names, and labels that have few values: never ids or texts of users.',
  })
}
