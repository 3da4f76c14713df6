// What is loaded later has a module of its own: bundlers warn of one that is also imported at once, as tables do.
export { createInstallation } from './create-installation.ts'
