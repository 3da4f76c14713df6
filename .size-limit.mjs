// A budget for what an import costs at once, gzipped. What is loaded later, by `import()`, does not count.

/** @type {import('esbuild').Plugin} */
const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

/**
 * @param {string} name
 * @param {string} path
 * @param {string} imported
 * @param {string} limit
 * @param {string[]} ignore
 */
const budget = (name, path, imported, limit, ignore) => ({
  name,
  path: `packages/${path}`,
  import: imported,
  limit,
  ignore,
  gzip: true,
  modifyEsbuildConfig: (/** @type {import('esbuild').BuildOptions} */ config) => ({
    ...config,
    plugins: [loadedLater, ...(config.plugins ?? [])],
  }),
})

const react = [
  'react',
  'react-dom',
  '@gridkit/core',
  '@gridkit/core/adapter',
  '@tanstack/react-table',
  '@tanstack/table-core',
]

export default [
  budget(
    '@gridkit/core: definePlugin, EnhancedPluginManager (without table-core)',
    'core/dist/index.js',
    '{ definePlugin, EnhancedPluginManager }',
    '12 kB',
    ['@tanstack/*'],
  ),
  budget('@gridkit/core: all of it (without table-core and immer)', 'core/dist/index.js', '*', '61 kB', [
    '@tanstack/*',
    'immer',
  ]),
  budget(
    '@gridkit/react: useGridEnhancedTable',
    'react/dist/index.js',
    '{ useGridEnhancedTable }',
    '4 kB',
    react,
  ),
  budget(
    '@gridkit/react: GridView',
    'react/dist/index.js',
    '{ GridView, useGridEnhancedTable }',
    '20 kB',
    react,
  ),
  budget(
    '@gridkit/plugins/audit-log',
    'plugins/dist/audit-log/audit-log-plugin.js',
    '{ auditLogPlugin }',
    '7 kB',
    ['@gridkit/core'],
  ),
  budget(
    '@gridkit/plugins/analytics',
    'plugins/dist/analytics/analytics-plugin.js',
    '{ analyticsPlugin }',
    '5 kB',
    ['@gridkit/core'],
  ),
  budget('@gridkit/plugins/export', 'plugins/dist/export/export-plugin.js', '{ exportPlugin }', '4 kB', [
    '@gridkit/core',
  ]),
]
