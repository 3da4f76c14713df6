/** One contestant's figure in one discipline. */
export interface Measurement {
  readonly suite: string
  readonly discipline: string
  readonly contestant: string
  /** Median of the rounds, for one run. */
  readonly nanoseconds: number
  /** What the others are compared with. */
  readonly baseline: boolean
}

/** Something to time: prepared once, then run again and again. */
export interface Contestant {
  readonly name: string
  readonly baseline?: boolean
  readonly prepare: () => () => void
  /** Called after the last round. */
  readonly finish?: () => void | Promise<void>
}

const usualRounds = 15

/**
 * Times contestants turn by turn, so that what else the machine does hits all
 * of them alike. `repeat` runs make one round.
 */
export async function measure(
  suite: string,
  discipline: string,
  repeat: number,
  contestants: readonly Contestant[],
  rounds: number = usualRounds,
): Promise<readonly Measurement[]> {
  const runs = contestants.map(({ prepare }) => prepare())
  const times = contestants.map((): number[] => [])
  for (let round = -2; round < rounds; round += 1) {
    for (const [index, run] of runs.entries()) {
      const began = performance.now()
      for (let count = 0; count < repeat; count += 1) run()
      const took = performance.now() - began
      // The first rounds warm up.
      if (round >= 0) times[index]?.push(took / repeat)
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  }
  for (const { finish } of contestants) await finish?.()
  return contestants.map(({ name, baseline = false }, index) => ({
    suite,
    discipline,
    contestant: name,
    nanoseconds: median(times[index] ?? []) * 1e6,
    baseline,
  }))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
