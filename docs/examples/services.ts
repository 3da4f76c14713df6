import { definePlugin } from '@gridkit/core'

export interface Rates {
  /** What an amount in euros is in another currency. */
  convert(euros: number, currency: string): number
}

const perEuro: Readonly<Record<string, number>> = { USD: 1.1, JPY: 160 }

export const ratesPlugin = definePlugin({
  metadata: { id: '@acme/rates', name: 'Rates', version: '1.0.0', category: 'data' },
  requiredPermissions: ['services:export'],
  initialize(context) {
    const rates: Rates = {
      convert: (euros, currency) => euros * (perEuro[currency] ?? Number.NaN),
    }
    context.exportService('rates', rates)
  },
})

export const pricesPlugin = definePlugin({
  metadata: { id: '@acme/prices', name: 'Prices', version: '1.0.0', category: 'data' },
  dependencies: { '@acme/rates': '^1.0.0' },
  requiredPermissions: ['services:import:@acme/rates', 'methods:register'],
  types: {} as { methods: { priceIn(currency: string): Promise<number> } },
  methods: ['priceIn'],
  initialize(context) {
    const rates = context.importService<Rates>('@acme/rates', 'rates')
    context.registerMethod('priceIn', (currency) => rates.convert(100, currency))
  },
})
