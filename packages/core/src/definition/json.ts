/** Everything JSON can say. What crosses a plugin's context to be kept or sent is made of it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
