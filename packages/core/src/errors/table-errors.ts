import { GridKitError, messageOf } from './gridkit-error.ts'

export function rowNotFound(rowId: string): GridKitError {
  return new GridKitError({
    code: 'GK_ROW_NOT_FOUND',
    message: `there is no row with the id '${rowId}'`,
    hint: 'Pass getRowId so that ids stay the same when rows move; without it a row id is its index.',
  })
}

export function rowExists(rowId: string): GridKitError {
  return new GridKitError({
    code: 'GK_ROW_EXISTS',
    message: `there is already a row with the id '${rowId}'`,
    hint: 'Give the new row an id of its own, as getRowId reads it.',
  })
}

export function rowNotEditable(rowId: string, reason: string): GridKitError {
  return new GridKitError({
    code: 'GK_ROW_NOT_EDITABLE',
    message: `row '${rowId}' can't be changed: ${reason}`,
    hint: 'Rows that GridKit edits are plain objects at the top level of data.',
  })
}

export function notPlainData(subject: string): GridKitError {
  return new GridKitError({
    code: 'GK_NOT_PLAIN_DATA',
    message: `what the plugin gave for ${subject} is not plain data`,
    hint: 'A plugin that may not see or change every column gives primitives, plain objects and arrays, Date, Map, Set and binary data; no functions, accessors, classes or cycles.',
  })
}

export function recipeFailed(subject: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_RECIPE_FAILED',
    message: `the recipe for ${subject} threw: ${messageOf(cause)}`,
    hint: 'Look at the cause. Nothing was changed.',
    cause,
  })
}

export function unknownColumns(ids: readonly string[], known: readonly string[]): GridKitError {
  return new GridKitError({
    code: 'GK_UNKNOWN_COLUMNS',
    message: `the table has no column ${ids.map((id) => `'${id}'`).join(', ')}`,
    hint: `Columns with values are: ${known.join(', ')}.`,
  })
}

export function featureMissing(member: string, feature: string): GridKitError {
  return new GridKitError({
    code: 'GK_FEATURE_MISSING',
    message: `${member} needs the TanStack feature '${feature}', which this table does not have`,
    hint: `Add ${feature} to features, or give no TanStack feature at all to get the stock set.`,
  })
}

export function errorWithheld(pluginId: string, member: string): GridKitError {
  return new GridKitError({
    code: 'GK_ERROR_WITHHELD',
    pluginId,
    message: `${member} of plugin '${pluginId}' failed in the application's own code`,
    hint: "What it said may quote columns the plugin may not read; it is in the table's log.",
  })
}

export function applicationFailed(pluginId: string, type: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_APPLICATION_FAILED',
    pluginId,
    message: `the application failed at '${type}', which plugin '${pluginId}' asked for: ${messageOf(cause)}`,
    hint: 'Mend what the application does when it hears of the change, such as its onDataChange. The plugin is not charged with it.',
    cause,
  })
}

export function operationCancelled(type: string, by: string, reason: string): GridKitError {
  const isHost = by === 'host'
  return new GridKitError({
    code: 'GK_OPERATION_CANCELLED',
    pluginId: isHost ? undefined : by,
    message: `${isHost ? 'the table' : `plugin '${by}'`} cancelled '${type}': ${reason}`,
    hint: 'Nothing was changed. Ask for something that the plugins on this table let through.',
  })
}

export function operationCycle(types: readonly string[], depth: number): GridKitError {
  return new GridKitError({
    code: 'GK_OPERATION_CYCLE',
    message: `hooks made operations ${depth} levels deep, and the last was not made: ${types.join(' -> ')}`,
    hint: 'A hook of one of these operations makes another of them. Amend the operation instead.',
  })
}
