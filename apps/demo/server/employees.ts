import { Faker, en } from '@faker-js/faker'

/** A person of an invented company. */
export interface Employee {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly ssn: string
  readonly department: string
  readonly title: string
  readonly city: string
  readonly salary: number
  /** Day, as `YYYY-MM-DD`. */
  readonly hired: string
  readonly remote: boolean
}

const seed = 20_260
const departments = [
  'Engineering',
  'Finance',
  'Legal',
  'Marketing',
  'Operations',
  'People',
  'Research',
  'Sales',
]

/** The same people every time. */
export function createEmployees(count: number): readonly Employee[] {
  const faker = new Faker({ locale: en, seed })
  return Array.from({ length: count }, (_, index) => {
    const firstName = faker.person.firstName()
    const lastName = faker.person.lastName()
    return {
      id: `E${String(index + 1).padStart(5, '0')}`,
      name: `${firstName} ${lastName}`,
      email: faker.internet.email({ firstName, lastName, provider: 'example.com' }).toLowerCase(),
      ssn: faker.helpers.replaceSymbols('9##-##-####'),
      department: faker.helpers.arrayElement(departments),
      title: faker.person.jobTitle(),
      city: faker.location.city(),
      salary: faker.number.int({ min: 320, max: 2400 }) * 100,
      hired: faker.date.between({ from: '2008-01-01', to: '2026-06-30' }).toISOString().slice(0, 10),
      remote: faker.datatype.boolean(),
    }
  })
}
