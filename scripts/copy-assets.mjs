// Puts next to the compiled files what the compiler does not touch.
import { copyFile } from 'node:fs/promises'

const root = new URL('..', import.meta.url)
await copyFile(
  new URL('packages/react/src/styles.css', root),
  new URL('packages/react/dist/styles.css', root),
)
