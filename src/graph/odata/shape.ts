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
export async function shape(answer: Answer, query: Query, asked: Asked): Promise<Answer> {
  const { body, metadata, complete, ...others } = answer;
  if (body === undefined || body instanceof Uint8Array) return answer;
  const { value, ...rest } = listOf(body);
  if (!value) return { body: shapeOne(body, query), ...contextOf(metadata, query, [body]), ...others };
  const completed = async (when: Moment, resources: readonly object[]) =>
    complete && momentOf(query) === when ? Promise.all(resources.map(complete)) : resources;
  const list = arranged(await completed('filtering', value), query);
  const { page, next } = pageOf(list, { ...query, identity: identityOf(query, asked) });
  const shown = await completed('showing', page);
  return {
    body: {
      ...rest,
      ...(next !== undefined && { '@odata.nextLink': nextLinkOf(next, asked) }),
      value: shown.map((resource) => shapeOne(resource, query)),
    },
    ...contextOf(metadata, query, shown),
    ...others,
  };
}

/** When the late properties of a list have to be there. */
type Moment = 'filtering' | 'showing' | 'never';

/** A filter that only seems to name one, in a literal, costs time and nothing else. */
function momentOf({ late, filter, select: selected }: Query): Moment {
  const paths = late.map((path) => path.toLowerCase().split('/'));
  const text = filter?.text.toLowerCase();
  if (paths.some((names) => text?.includes(names.at(-1) ?? ''))) return 'filtering';
  const roots = selected?.map((name) => name.toLowerCase().split('/')[0]);
  return roots && !paths.some(([root]) => roots.includes(root)) ? 'never' : 'showing';
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
