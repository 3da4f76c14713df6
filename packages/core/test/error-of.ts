import { GridKitError } from '../src/errors/gridkit-error.ts'

/** The error that a call throws or rejects with. */
export async function errorOf(run: () => unknown): Promise<GridKitError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof GridKitError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
