import fc from 'fast-check';

import { readQuery } from '../../../src/graph/odata/query.ts';
import { select, spelled } from '../../../src/graph/odata/select.ts';
import type { QueryOptions } from '../../../src/queryOptions.ts';
import { outcome } from './outcome.ts';

const children: QueryOptions = {
  type: 'driveItem',
  filter: { name: 'String' },
  orderBy: ['name', 'size'],
  pageSize: 200,
  expand: { thumbnails: { type: 'thumbnailSet' } },
};
const item: QueryOptions = { type: 'driveItem', expand: { children } };

const read = (query: string, options = children) => readQuery(options, new URLSearchParams(query));

describe('options', () => {
  test.each([
    ['$top=5', { pageSize: 5 }],
    ['top=5', { pageSize: 5 }],
    ['$TOP=5', { pageSize: 5 }],
    ['%24top=5', { pageSize: 5 }],
    ['$top=2147483647', { pageSize: 1000 }],
    ['', { pageSize: 200, order: [{ property: 'name', isDescending: false }] }],
    ['$orderby=', { order: [{ property: 'name', isDescending: false }] }],
    [
      '$orderby=SIZE desc, Name ASC',
      {
        order: [
          { property: 'size', isDescending: true },
          { property: 'name', isDescending: false },
        ],
      },
    ],
    ['$select=id, Name', { select: ['id', 'Name'] }],
    ['$select=', { select: undefined }],
    ['$select=id,*', { select: undefined }],
    ['$select=@microsoft.graph.downloadUrl', { select: ['@microsoft.graph.downloadUrl'] }],
    ['$skiptoken=abc', { skipToken: 'abc' }],
    ['$skipToken=abc', { skipToken: 'abc' }],
    ['$format=json', { pageSize: 200 }],
    ['@microsoft.graph.conflictBehavior=rename&ms-anything=1&api-version=2', { pageSize: 200 }],
    ['constructor=1&__proto__=2', { pageSize: 200 }],
  ])('%s is read', (query, expected) => {
    expect(read(query)).toMatchObject(expected);
  });

  test.each([
    ['$top=0', 'invalidTop', "Invalid value '0' for $top query option found."],
    ['$top=-1', 'invalidTop', "Invalid value '-1' for $top query option found."],
    ['$top=ten', 'invalidTop', "Invalid value 'ten' for $top query option found."],
    ['$top=', 'invalidTop', "Invalid value '' for $top query option found."],
    ['$top=1.5', 'invalidTop', ''],
    ['$top=2147483648', 'invalidTop', ''],
    ['$top=1&$top=2', 'optionRepeated', "Query option '$top' was specified more than once"],
    ['$top=1&TOP=2', 'optionRepeated', ''],
    ['$skip=1', 'optionRefused', "'$skip'"],
    ['skip=1', 'optionRefused', ''],
    ['$count=true', 'optionRefused', ''],
    ['$search=x', 'optionRefused', ''],
    ['$apply=x', 'optionRefused', "'$apply'"],
    ['$=x', 'optionRefused', ''],
    ['$__proto__=x', 'optionRefused', ''],
    ['$orderby=webUrl', 'invalidOrderBy', "The property 'webUrl' cannot be used in the $orderby query option."],
    ['$orderby=name up', 'invalidOrderBy', "'name up'"],
    ['$orderby=name,', 'invalidOrderBy', ''],
    ['$orderby=constructor', 'invalidOrderBy', ''],
    ['$select=id,,name', 'invalidTerm', "Term '' is not valid"],
    ["$select='id'", 'invalidTerm', ''],
    ['$select=id name', 'invalidTerm', ''],
    ['$expand=permissions', 'optionRefused', "'$expand=permissions'"],
    ['$expand=constructor', 'optionRefused', ''],
    ['$expand=thumbnails(', 'invalidTerm', ''],
    ['$expand=thumbnails)', 'invalidTerm', ''],
    ["$expand=thumbnails($filter='x)", 'invalidTerm', ''],
    ['$expand=thumbnails()', 'invalidTerm', ''],
    ['$expand=thumbnails($top=1)', 'optionRefused', "'$top'"],
    ['$expand=,', 'invalidTerm', ''],
  ] as const)('%s is refused', (query, what, message) => {
    expect(() => read(query)).toThrow(
      expect.objectContaining({
        what,
        message: expect.stringContaining(message),
        row: expect.objectContaining({ status: 400, code: 'invalidRequest', innerCode: 'invalidQueryOption' }),
      }),
    );
  });

  test('an expansion has options of its own, and what may be expanded in it too', () => {
    const text = "Children( $select=id,name ; $top=5;$filter=name eq 'a;b,c)''';$orderby=size desc;$expand=thumbnails)";
    const query = readQuery(item, [['$expand', text]]);
    const nested = query.expand.get('children');
    expect(nested).toMatchObject({
      select: ['id', 'name'],
      pageSize: 5,
      order: [{ property: 'size', isDescending: true }],
    });
    expect(nested?.filter?.matches({ name: "a;b,c)'" })).toBe(true);
    expect([...(nested?.expand.keys() ?? [])]).toEqual(['thumbnails']);
  });

  test('what a single resource does not take is refused', () => {
    for (const option of ['$filter=name eq null', '$top=1', '$orderby=name', '$skiptoken=x'])
      expect(() => read(option, { type: 'drive' })).toThrow(expect.objectContaining({ what: 'optionRefused' }));
  });

  test('whatever comes is read, or refused as a bad query option', () => {
    const names = fc.constantFrom(
      '$select',
      '$filter',
      'orderby',
      '$top',
      '$skiptoken',
      '$expand',
      '$count',
      'x',
      '$y',
    );
    const piece = fc.constantFrom(
      'children',
      'thumbnails',
      'name',
      '(',
      ')',
      ';',
      ',',
      '=',
      "'",
      '$top',
      '1',
      ' ',
      '$expand',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((each) => each.join('')),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, text), { maxLength: 4 }), (parameters) => {
        expect(outcome(() => readQuery(item, parameters).order)).toMatch(/^(object|invalidQueryOption)$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('$select', () => {
  const resource = {
    '@odata.etag': 'W/1',
    '@microsoft.graph.downloadUrl': 'https://x',
    id: '1',
    name: 'a',
    link: { webUrl: 'https://y', scope: 'users' },
  };

  test.each([
    [['id'], ['@odata.etag', 'id']],
    [
      ['ID', 'nothing'],
      ['@odata.etag', 'id'],
    ],
    [['@microsoft.graph.downloadUrl'], ['@odata.etag', '@microsoft.graph.downloadUrl']],
    [['link/webUrl'], ['@odata.etag', 'link']],
    [['__proto__', 'constructor'], ['@odata.etag']],
  ])('%j keeps %j', (names, kept) => {
    expect(Object.keys(select(resource, names))).toEqual(kept);
  });

  test('names are spelt as the resources spell them', () => {
    expect(spelled(['ID', 'webURL', 'nothing'], [{ id: 1 }, { webUrl: 2 }])).toEqual(['id', 'webUrl', 'nothing']);
  });
});
