import type { EventPattern, EventPayloads, GridKitEvent } from '@gridkit/core'
import type { AnalyticsOptions, AnalyticsProperties } from './analytics-options.ts'

interface Description<TPayload> {
  readonly name: string
  /** Ids of columns and counts only. `undefined` when there is nothing to tell. */
  describe(payload: TPayload): AnalyticsProperties | undefined
}

type Descriptions = { readonly [K in keyof EventPayloads]?: Description<EventPayloads[K]> }

/** The events that are tracked by themselves. */
const descriptions: Descriptions = {
  'row:select': {
    name: 'Table Row Selected',
    describe: ({ before, after }) => {
      const added = Object.keys(after).filter((id) => after[id] && !before[id]).length
      return added === 0 ? undefined : { added, selected: Object.values(after).filter(Boolean).length }
    },
  },
  'filter:apply': {
    name: 'Table Filter Applied',
    describe: ({ filters, globalFilter }) => ({
      filterCount: filters.length,
      columnIds: filters.map(({ id }) => id),
      global: globalFilter !== undefined && globalFilter !== null && globalFilter !== '',
    }),
  },
  'sort:change': {
    name: 'Table Sorted',
    describe: ({ after }) => ({ columnIds: after.map(({ id }) => id) }),
  },
  'export:complete': {
    name: 'Table Exported',
    describe: ({ format, rows, duration }) => ({ format, rowCount: rows, duration }),
  },
  'column:resize': {
    name: 'Table Column Resized',
    describe: ({ before, after }) =>
      columns(Object.keys(after).filter((id) => !Object.is(before[id], after[id]))),
  },
  'column:visibility': {
    name: 'Table Column Hidden',
    describe: ({ before, after }) =>
      columns(Object.keys(after).filter((id) => after[id] === false && before[id] !== false)),
  },
  'column:pin': {
    name: 'Table Column Pinned',
    describe: ({ before, after }) =>
      columns([
        ...after.start.filter((id) => !before.start.includes(id)),
        ...after.end.filter((id) => !before.end.includes(id)),
      ]),
  },
  'column:reorder': {
    name: 'Table Column Reordered',
    describe: ({ before, after }) => columns(after.filter((id, index) => before[index] !== id)),
  },
  'row:create': { name: 'Table Row Created', describe: () => ({}) },
  'row:update': {
    name: 'Table Row Updated',
    describe: ({ after }) => ({ columnIds: Object.keys(after) }),
  },
  'row:delete': { name: 'Table Row Deleted', describe: () => ({}) },
  'page:change': {
    name: 'Table Page Changed',
    describe: ({ after }) => ({ pageIndex: after.pageIndex, pageSize: after.pageSize }),
  },
  'plugin:error': {
    name: 'Table Plugin Error',
    // Not the message: it may quote a value. Not our own: telling of it may fail again.
    describe: ({ pluginId, phase, code }) =>
      pluginId === 'analytics' ? undefined : { pluginId, phase, code },
  },
}

function columns(columnIds: readonly string[]): AnalyticsProperties | undefined {
  return columnIds.length === 0 ? undefined : { columnIds }
}

/** The types of events that a configuration tracks. */
export function trackedTypes({
  autoTrack = false,
  customEvents = {},
}: AnalyticsOptions): readonly EventPattern[] {
  const automatic = Object.entries(descriptions)
    .filter(([type, { name }]) => isChosen(autoTrack, type, name))
    .map(([type]) => type)
  // Types of the application's own are checked by the bus.
  return [...new Set([...automatic, ...Object.keys(customEvents)])] as EventPattern[]
}

function isChosen(autoTrack: boolean | readonly string[], type: string, name: string): boolean {
  if (typeof autoTrack === 'boolean') return autoTrack
  return autoTrack.some((each) => each === type || each === name || each === `${type.split(':')[0]}:*`)
}

/** What to track an event as, or `undefined` when it is nothing to tell. */
export function describeEvent(
  event: GridKitEvent,
  { customEvents = {} }: AnalyticsOptions,
): { readonly name: string; readonly properties: AnalyticsProperties } | undefined {
  // Each type's description takes that type's payload; the compiler can't follow it through the lookup.
  const known: Description<never> | undefined = Object.hasOwn(descriptions, event.type)
    ? descriptions[event.type as keyof EventPayloads]
    : undefined
  const name = Object.hasOwn(customEvents, event.type) ? customEvents[event.type] : known?.name
  if (name === undefined) return undefined
  const properties = known === undefined ? {} : known.describe(event.payload as never)
  return properties === undefined ? undefined : { name, properties }
}
