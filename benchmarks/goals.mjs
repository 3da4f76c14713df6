/** @typedef {import('./src/measure.ts').Measurement} Measurement */

/**
 * At most so many times what another contestant takes, in each of these disciplines.
 *
 * @typedef {object} Goal
 * @property {string} suite
 * @property {readonly string[]} disciplines
 * @property {string} contestant
 * @property {string} against
 * @property {number} most
 */

const bus = 'Event bus: one emit'
const counts = ['1 handler', '10 handlers', '100 handlers']

/** @type {readonly Goal[]} */
const ratios = [
  { suite: bus, disciplines: counts, contestant: 'GridKit', against: 'eventemitter3', most: 1 },
  {
    suite: `${bus}, with a wildcard listener besides`,
    disciplines: counts,
    contestant: 'GridKit',
    against: 'mitt',
    most: 0.7,
  },
  {
    suite: 'Profiler: one emit to ten handlers of a plugin, each with about 1 µs of work',
    disciplines: ['emit'],
    contestant: 'on',
    against: 'nothing timed',
    most: 1.02,
  },
  {
    suite: 'Table, 100,000 rows',
    disciplines: ['mount', 'sort numbers', 'sort strings', 'filter', 'select a row', 'select all'],
    contestant: 'GridKit, three plugins',
    against: 'bare TanStack v9',
    most: 1.05,
  },
]

/**
 * Those of `ratios`, and that the 95th of 100 times keeps within what its suite says.
 *
 * @param {readonly Measurement[]} results
 * @returns {readonly Goal[]}
 */
function goalsOf(results) {
  const times = results
    .filter(({ contestant }) => contestant === 'goal for p95')
    .map(({ suite, discipline }) => ({
      suite,
      disciplines: [discipline],
      contestant: 'p95',
      against: 'goal for p95',
      most: 1,
    }))
  return [...ratios, ...times]
}

/**
 * A row for each goal that something was measured for: what, the goal, the figure, and whether it is missed.
 *
 * @param {readonly Measurement[]} results
 * @returns {readonly (readonly string[])[]}
 */
export function goalRows(results) {
  const of = (/** @type {Goal} */ { suite }, /** @type {string} */ discipline, /** @type {string} */ name) =>
    results.find((each) => each.suite === suite && each.discipline === discipline && each.contestant === name)
      ?.nanoseconds
  return goalsOf(results).flatMap((goal) =>
    goal.disciplines.flatMap((discipline) => {
      const { contestant, against, most } = goal
      const ratio = (of(goal, discipline, contestant) ?? Number.NaN) / (of(goal, discipline, against) ?? 0)
      if (Number.isNaN(ratio)) return []
      const what = `${goal.suite.split(/[:,] /, 1)[0]}: ${discipline}${goal.suite.includes('wildcard') ? ' and a wildcard' : ''}`
      return [
        [
          what,
          `${contestant} ≤ ${most} × ${against}`,
          `${ratio.toFixed(3)} ×`,
          ratio <= most ? '' : 'missed',
        ],
      ]
    }),
  )
}
