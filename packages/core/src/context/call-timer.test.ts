import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { CallTimer } from './call-timer.ts'

/** A handler whose calls are all timed, or none, and what it was charged with. */
function handler(isTimed = true, weight = 1) {
  const charged: number[] = []
  const busy: number[] = []
  const probe = {
    begin: () => isTimed,
    weight,
    end: (_: number, milliseconds: number) => void charged.push(milliseconds),
    failed: () => {},
  }
  return { probe, payer: { busy: (milliseconds: number) => void busy.push(milliseconds) }, charged, busy }
}

describe('the time of a call', () => {
  test('is without that of the calls it leads to, whoever they are of', () => {
    const clock = new FakeClock()
    const timer = new CallTimer(clock)
    const outer = handler()
    const inner = handler()
    const unsampled = handler(false)
    timer.run(
      outer.probe,
      outer.payer,
      () => {
        clock.spend(5)
        timer.run(inner.probe, inner.payer, () => clock.spend(20), undefined)
        timer.run(unsampled.probe, unsampled.payer, () => clock.spend(40), undefined)
        clock.spend(2)
      },
      undefined,
    )
    expect([outer.charged, inner.charged, unsampled.charged]).toEqual([[7], [20], []])
  })

  test('is without what the host was let do meanwhile, with all in it', () => {
    const clock = new FakeClock()
    const timer = new CallTimer(clock)
    const outer = handler()
    const inner = handler()
    timer.run(
      outer.probe,
      outer.payer,
      () => {
        clock.spend(1)
        timer.outside(() => {
          clock.spend(10)
          timer.run(inner.probe, inner.payer, () => clock.spend(20), undefined)
        })
        clock.spend(1)
      },
      undefined,
    )
    expect([outer.charged, inner.charged]).toEqual([[2], [20]])
    expect(timer.outside(() => 'done')).toBe('done')
  })

  test('is charged also to a call that throws, and the next begins anew', () => {
    const clock = new FakeClock()
    const timer = new CallTimer(clock)
    const each = handler()
    const fail = (): never => {
      clock.spend(3)
      throw new Error('broken')
    }
    expect(() => timer.run(each.probe, each.payer, fail, undefined)).toThrow('broken')
    timer.run(each.probe, each.payer, () => clock.spend(4), undefined)
    expect(each.charged).toEqual([3, 4])
  })

  test('is paid for all calls it stands for, unless it was long', () => {
    const clock = new FakeClock()
    const timer = new CallTimer(clock)
    const quick = handler(true, 128)
    timer.run(quick.probe, quick.payer, () => clock.spend(0.0625), undefined)
    timer.run(quick.probe, quick.payer, () => clock.spend(50), undefined)
    expect(quick.busy).toEqual([8, 50])
  })
})
