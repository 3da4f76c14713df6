/** A JSON Schema, draft 2020-12: keywords by name, or `true` for anything and `false` for nothing. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }
