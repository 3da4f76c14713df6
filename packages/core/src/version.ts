/** The version of `@gridkit/core`; plugins name a range of it as `metadata.coreVersion`. */
export const coreVersion = '0.1.0'
