import { expectTypeOf, test } from 'vitest'
import type { ServiceHandle, UntypedService } from './services.ts'

interface Stats {
  readonly unit: string
  mean(column: string, options?: { readonly digits: number }): number
  rows(): Promise<readonly string[]>
  then(): void
}

test('a handle has the methods of the service, each with a promise, and nothing else', () => {
  expectTypeOf<ServiceHandle<Stats>>().toEqualTypeOf<{
    readonly mean: (column: string, options?: { readonly digits: number }) => Promise<number>
    readonly rows: () => Promise<readonly string[]>
  }>()
})

test('a handle of an unknown service has any method', () => {
  expectTypeOf<ServiceHandle<UntypedService>['anything']>().toEqualTypeOf<
    (...parameters: unknown[]) => Promise<unknown>
  >()
})
