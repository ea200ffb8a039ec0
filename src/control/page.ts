import * as z from 'zod';

/** A part of a list, the newest first, and where it goes on. */
export interface Page<Each> {
  readonly value: readonly Each[];
  readonly '@odata.nextLink'?: string;
}

export const pageSchemaOf = <Schema extends z.ZodType>(each: Schema) =>
  z.object({ value: z.array(each), '@odata.nextLink': z.string().exactOptional() });

/** A page that, where there is more, is followed by what comes `before` its last one. `query` is what else was asked. */
export function pageOf<Each extends { readonly id: string }>(
  value: readonly Each[],
  isMore: boolean,
  url: string,
  query: URLSearchParams,
): Page<Each> {
  if (!isMore) return { value };
  const next = new URLSearchParams(query);
  next.set('before', value.at(-1)?.id ?? '');
  return { value, '@odata.nextLink': `${url}?${next.toString()}` };
}
