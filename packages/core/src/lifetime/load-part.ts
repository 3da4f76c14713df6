import { partUnavailable } from '../errors/plugin-errors.ts'

/** Loads a part of this package that not every host needs. @throws GK_PART_UNAVAILABLE */
export async function loadPart<T>(part: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    throw partUnavailable(part, error)
  }
}
