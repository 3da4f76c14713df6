import type { StorageMigration } from '../definition/storage.ts'
import { storageMigrationFailed, storageMigrationOneWay, storageNewer } from '../errors/storage-errors.ts'
import { draftStorage } from './draft-storage.ts'
import { differences, type KeyedTexts, type TextChanges } from './keyed-texts.ts'

/** Stored data that migrations take from one version to another. */
export interface Migratable {
  readonly owner: string
  /** The version the data is in now, whichever tab brought it there. 0 before the first migration. */
  version(): Promise<number>
  /** A copy of the data to work on. */
  draft(): KeyedTexts
  /** Makes changes, all or none. False, and nothing is changed, when the data is not of version `from` any more. */
  commit(changes: TextChanges, from: number, to: number): Promise<boolean>
}

interface Step {
  readonly version: number
  readonly run: StorageMigration['up']
}

/** Takes data to the newest version, each migration once. @throws GK_STORAGE_NEWER, GK_STORAGE_MIGRATION_FAILED */
export function migrateUp(data: Migratable, migrations: readonly StorageMigration[]): Promise<void> {
  const steps = migrations.map((each) => ({ version: each.version, run: each.up.bind(each) }))
  return migrate(data, 'up', steps.length, steps.length, (from) => steps.slice(from))
}

/** Takes data back, newest first. @throws GK_STORAGE_NEWER, GK_STORAGE_MIGRATION_ONE_WAY, GK_STORAGE_MIGRATION_FAILED */
export function migrateDown(
  data: Migratable,
  migrations: readonly StorageMigration[],
  toVersion: number,
): Promise<void> {
  return migrate(data, 'down', migrations.length, toVersion, (from) =>
    migrations
      .slice(toVersion, from)
      .reverse()
      .map((each) => {
        if (each.down === undefined) throw storageMigrationOneWay(data.owner, each.version)
        return { version: each.version, run: each.down.bind(each) }
      }),
  )
}

async function migrate(
  data: Migratable,
  direction: 'up' | 'down',
  known: number,
  to: number,
  stepsFrom: (version: number) => readonly Step[],
): Promise<void> {
  // Another tab may have migrated in the meantime: then there is less left to do.
  for (let done = false; !done;) {
    const from = await data.version()
    if (from > known) throw storageNewer(data.owner, from, known)
    const steps = stepsFrom(from)
    if (steps.length === 0) return
    const [before, draft] = [data.draft(), data.draft()]
    for (const step of steps) await runStep(data.owner, direction, step, draft)
    // Only what the migrations changed: another tab may have changed the rest meanwhile.
    done = await data.commit(differences(before, draft), from, to)
  }
}

async function runStep(
  owner: string,
  direction: 'up' | 'down',
  { version, run }: Step,
  draft: KeyedTexts,
): Promise<void> {
  const { storage, end } = draftStorage(draft, owner)
  try {
    await run(storage)
  } catch (error) {
    throw storageMigrationFailed(owner, direction, version, error)
  } finally {
    end()
  }
}
