import { GridKitError, messageOf } from './gridkit-error.ts'

export function hotUpdateFailed(file: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_HOT_UPDATE_FAILED',
    message: `the new version of '${file}' can't be loaded: ${messageOf(cause)}`,
    hint: 'Correct the file. Until then its plugins go on as they were.',
    cause,
  })
}
