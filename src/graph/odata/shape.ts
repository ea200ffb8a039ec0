import type { Answer, Caller } from '../../operation.ts';
import { pathOf } from '../place.ts';
import type { GraphRequest } from '../request.ts';
import { sorted } from './orderBy.ts';
import { pageOf } from './page.ts';
import type { Query } from './query.ts';
import { select, spelled } from './select.ts';

/** What a list is asked for by, besides its query. */
export interface Asked {
  readonly request: GraphRequest;
  readonly origin: string;
  readonly caller: Caller;
}

/** The answer with the query's options applied: the one place where that happens. An answer without a resource stays as it is. */
export function shape(answer: Answer, query: Query, asked: Asked): Answer {
  const { body, metadata, ...others } = answer;
  if (body === undefined || body instanceof Uint8Array) return answer;
  const { value, ...rest } = listOf(body);
  if (!value) return { body: shapeOne(body, query), ...contextOf(metadata, query, [body]), ...others };
  const { page, next } = pageOf(arranged(value, query), { ...query, identity: identityOf(query, asked) });
  return {
    body: {
      ...rest,
      ...(next !== undefined && { '@odata.nextLink': nextLinkOf(next, asked) }),
      value: page.map((resource) => shapeOne(resource, query)),
    },
    ...contextOf(metadata, query, page),
    ...others,
  };
}

function listOf(body: object): { value?: readonly object[] } {
  return 'value' in body && Array.isArray(body.value) ? { ...body, value: body.value } : {};
}

/** Filtered and sorted. */
const arranged = (resources: readonly object[], { filter, order }: Query): object[] =>
  sorted(filter ? resources.filter(filter.matches) : resources, order);

/** A resource with what is expanded in it; that comes along whether `$select` names it or not. */
function shapeOne(resource: object, query: Query): object {
  if (!query.select && query.expand.size === 0 && query.onlySelected.size === 0) return resource;
  const expanded = Object.fromEntries(
    Object.entries(resource).flatMap(([name, held]: [string, unknown]) => {
      const nested = query.expand.get(name);
      if (!nested || typeof held !== 'object' || held === null) return [];
      if (!Array.isArray(held)) return [[name, shapeOne(held, nested)]];
      // Here `$top` cuts, and nothing leads on.
      const { page } = pageOf(arranged(held, nested), { ...nested, identity: [name] });
      return [[name, page.map((each) => shapeOne(each, nested))]];
    }),
  );
  return { ...(query.select ? select(resource, query.select) : unasked(resource, query)), ...expanded };
}

/** What comes without having been selected. */
const unasked = (resource: object, { onlySelected }: Query): object =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !onlySelected.has(name)));

/** `…/children(id,name)`, `…/items(id,name)/$entity` (F6.2 [seen]). */
function contextOf(metadata: string | undefined, query: Query, resources: readonly object[]): { metadata?: string } {
  if (metadata === undefined) return {};
  if (!query.select) return { metadata };
  const [, collection = metadata, entity = ''] = /^(.*?)(\/\$entity)?$/s.exec(metadata) ?? [];
  return { metadata: `${collection}(${spelled(query.select, resources).join(',')})${entity}` };
}

const identityOf = ({ filter, order }: Query, { request, caller }: Asked): string[] => [
  caller.tenant,
  (caller.user ?? caller.app).id,
  pathOf(request.url),
  filter?.text ?? '',
  JSON.stringify(order),
];

/** The request's own URL with another token: the other options stay as they were sent (F11). */
function nextLinkOf(next: string, { request: { url }, origin }: Asked): string {
  const [, sent = ''] = /\?([^#]*)/.exec(url) ?? [];
  const kept = sent.split('&').filter((parameter) => parameter !== '' && !/^(\$|%24)?skiptoken=/i.test(parameter));
  return `${origin}${pathOf(url)}?${[...kept, `$skiptoken=${next}`].join('&')}`;
}
