// Puts next to the compiled files what the compiler does not touch.
import { copyFile, writeFile } from 'node:fs/promises'

const root = new URL('..', import.meta.url)
const styles = new URL('packages/react/dist/styles.css', root)
await copyFile(new URL('packages/react/src/styles.css', root), styles)
// Without it TypeScript refuses `import '@gridkit/react/styles.css'` where no bundler types CSS.
await writeFile(new URL('styles.css.d.ts', styles), 'export {}\n')
