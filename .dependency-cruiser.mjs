/**
 * The import rules of docs/architecture.md. Type imports count: a cycle of
 * types is a cycle of ideas. Tests may reach what they test from anywhere.
 */
const test = '\\.(test|test-d|browser\\.test)\\.tsx?$'
const source = (path) => ({ path, pathNot: test })

/** Rooms of packages/core/src by level, lowest first; a room may import rooms of lower levels only. */
const levels = [
  ['errors', 'lifetime', 'logging'],
  ['definition'],
  [
    'registry',
    'events',
    'hooks',
    'storage',
    'permissions',
    'methods',
    'messaging',
    'limits',
    'health',
    'profiling',
  ],
  ['context'],
  ['manager'],
  ['host-options', 'create-installation', 'installation-part', 'create-host', 'reload'],
  ['table'],
]
const core = 'packages/core/src'
const roomsFrom = (level) => `^${core}/(${levels.slice(level).flat().join('|')})[/.]`

const levelRules = levels
  .map((rooms, level) => ({
    name: `core-level-${level}`,
    severity: 'error',
    comment: `Imports in @gridkit/core go down only: ${rooms.join(', ')} may not import a room of a higher level.`,
    from: source(`^${core}/(${rooms.join('|')})[/.]`),
    to: { path: roomsFrom(level + 1), dependencyTypesNot: [] },
  }))
  .slice(0, -1)

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'No cycles, those of types included.',
      from: source('^(packages|apps|benchmarks|e2e|scripts)'),
      to: { circular: true },
    },
    ...levelRules,
    {
      name: 'core-rooms-apart',
      severity: 'error',
      comment: 'Rooms of the registry level do not import each other; create-host wires them.',
      from: source(`^${core}/(${levels[2].join('|')})/`),
      to: { path: `^${core}/(${levels[2].join('|')})/`, pathNot: `^${core}/$1/` },
    },
    {
      name: 'core-vite-apart',
      severity: 'error',
      comment:
        'What is for Vite is an entry of its own: nobody in core imports it, and of core it takes what has no state.',
      from: { path: `^${core}/(?!vite/)`, pathNot: test },
      to: { path: `^${core}/vite/` },
    },
    {
      name: 'core-vite-takes-little',
      severity: 'error',
      comment: 'The page loads it beside the core of the application.',
      from: source(`^${core}/vite/`),
      to: { path: `^${core}/(?!(vite|errors|lifetime|definition)/)` },
    },
    {
      name: 'nobody-imports-index',
      severity: 'error',
      comment: 'index.ts and adapter.ts are for outsiders.',
      from: source('^packages/([^/]+)/src'),
      to: { path: '^packages/$1/src/(index|adapter)\\.ts$' },
    },
    {
      name: 'core-imports-no-package-of-ours',
      severity: 'error',
      comment: '@gridkit/core stands alone.',
      from: source('^packages/core/src'),
      to: { path: '^(packages/(?!core/)|apps/|benchmarks/|e2e/)' },
    },
    {
      name: 'core-has-no-react',
      severity: 'error',
      comment: '@gridkit/core and the plugins have no React.',
      from: source('^packages/(core|plugins)/src'),
      to: { path: 'node_modules/(react|react-dom|@tanstack/react-[a-z-]+)/' },
    },
    {
      name: 'plugins-import-core-only',
      severity: 'error',
      comment: 'A plugin that wants UI contributes it; it never imports the React package.',
      from: source('^packages/plugins/src'),
      to: { path: '^(packages/react/|apps/)|^packages/core/src/(?!index\\.ts$)' },
    },
    {
      name: 'plugins-apart',
      severity: 'error',
      comment: 'One subpath per plugin; none imports another. What they share of the network has a room.',
      from: source('^packages/plugins/src/([^/]+)/'),
      to: { path: '^packages/plugins/src/(?!$1/|network/)[^/]+/' },
    },
    {
      name: 'react-imports-core-only',
      severity: 'error',
      comment: '@gridkit/react knows the public core and its adapter entry, no plugin.',
      from: source('^packages/react/src'),
      to: { path: '^(packages/plugins/|apps/)|^packages/core/src/(?!(index|adapter)\\.ts$)' },
    },
    {
      name: 'no-app-from-packages',
      severity: 'error',
      comment: 'Applications depend on packages, never the other way round.',
      from: { path: '^packages/' },
      to: { path: '^(apps|e2e|benchmarks)/' },
    },
    {
      name: 'not-unresolvable',
      severity: 'error',
      comment: 'Every import resolves.',
      from: source('^(packages|apps)'),
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|test-results|playwright-report)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@gridkit/source', 'import', 'module', 'browser', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    },
  },
}
