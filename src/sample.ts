import type { Identity, User } from './operation.ts';

// What stands in every tenant before anybody has written to it. The ids of Ada Fenn's drives and of the site's library
// are documented in the README, so that a test can name them; every other drive has the same files under ids of its own.

/** A file or folder of the sample. `path` is relative to the drive's root. */
export interface SampleItem {
  readonly path: string;
  readonly guid: string;
  /** Absent for a folder. */
  readonly text?: string;
}

export interface SampleSite extends Identity {
  /** The server-relative path, `/` for the root site. */
  readonly path: string;
  readonly webId: string;
  readonly listId: string;
}

export interface SampleGroup extends Identity {
  readonly email: string;
}

const domain = 'contoso.com';
const person = (id: string, displayName: string): User => {
  const email = `${displayName.toLowerCase().replace(' ', '.')}@${domain}`;
  return { id, displayName, email, userPrincipalName: email };
};

export const sample = {
  tenant: '63c17a55-01d0-5275-a8e1-5595ba336d98',
  domain,
  siteHost: 'contoso.sharepoint.com',
  /** The app of a token that names none. */
  app: { id: '971807bb-16a8-53bc-9350-1bac088c0356', displayName: 'Contoso Link Tester' },
  users: {
    /** The caller of a token that names nobody. */
    ada: person('e3019764-1d4b-5ed3-91ed-66843ed2ffa6', 'Ada Fenn'),
    bruno: person('befe83eb-5cfd-539c-a4eb-25549acdf051', 'Bruno Costa'),
    chiara: person('026b0873-f282-5b62-93b2-99cb743430e0', 'Chiara Lund'),
  },
  group: {
    id: '5b0b3b6e-8f7c-5c1e-9d43-0c5c8a1f6e21',
    displayName: 'Field Trips',
    email: `field.trips@${domain}`,
  } satisfies SampleGroup,
  sites: {
    root: {
      id: '6f0cbb38-4c6d-5d8e-8a53-94f1f3f0a7d2',
      displayName: 'Contoso',
      path: '/',
      webId: 'b1c5f7ae-24c6-5a0b-90d8-3a7d0c1e9f54',
      listId: '2d9e8c10-7b3f-5e64-a1c7-58b6d4f0e392',
    },
    marketing: {
      id: 'da992cda-fc31-5353-a727-73545115b521',
      displayName: 'Marketing',
      path: '/sites/marketing',
      webId: '811a5255-906e-5cad-b19f-3db16842e2c6',
      listId: '8f66209a-4579-5531-b64c-29c8c2797a84',
    },
  } satisfies Record<string, SampleSite>,
  /** The parts of Ada Fenn's drive ids; other people's are derived from theirs. */
  adasDrives: {
    siteId: 'f7a59a57-240c-510f-842c-017a0496793d',
    webId: '05251afa-6224-5b10-8569-62bf98819fce',
    listId: 'e2e18471-ede8-5c37-8f48-20f4878558e2',
    personal: '8C41D9A07B52E63F',
  },
  /** The first characters of an item id, fixed per drive (F1.4). */
  itemPrefixes: {
    'b!V5ql9wwkD1GELAF6BJZ5PfoaJQUkYhBbhWliv5iBn85xhOHi6O03XI9IIPSHhVji': '012ZE7IA',
    'b!2iyZ2jH8U1OnJ3NUURW1IVVSGoFukK1csZ89sWhC4saaIGaPeUUxVbZMKcjCeXqE': '01F3RZ5I',
  } as Readonly<Record<string, string>>,
  items: {
    business: [
      { path: 'Projects', guid: '4cab372f-aafe-5d99-856d-ee6c71bf1c83' },
      { path: 'Projects/Report.docx', guid: '11c0233d-5e8f-5f2e-a938-952c49ec3473', text: 'The quarterly report.' },
      { path: 'Projects/Budget.xlsx', guid: 'bffad011-3b20-5b32-97f3-894a0af97532', text: 'The budget.' },
      {
        path: 'Projects/Café № 1 (50%).txt',
        guid: '7d0c4a52-93be-5f16-8a2d-61c9e0b7f384',
        text: 'A name that needs escaping.',
      },
      { path: 'Logo.png', guid: 'd5acd1c5-67f8-5a7f-b92f-ef186054a85b', text: 'A picture, as it were.' },
    ],
    personal: [
      { path: 'Reading list.txt', guid: 'b1c5076e-ef36-5e24-8c48-23e8dd89d1c0', text: 'Books to read.' },
      { path: 'Pictures', guid: '0e5b7f92-6a1d-5c38-b4e0-2f9d83c7a516' },
      { path: 'Pictures/Lake.jpg', guid: 'c84f1d30-b72e-5a69-9f05-e6137bd2c48a', text: 'A lake, as it were.' },
    ],
    documentLibrary: [
      { path: 'Launch.pptx', guid: '5f8e069a-441d-5b17-bf8e-29f13da7798d', text: 'The launch, in slides.' },
      { path: 'Plans', guid: '91a6c3e7-0d4f-5b82-a7e9-4c15f8d06b23' },
      { path: 'Plans/Plan.xlsx', guid: '3c72e9d8-f165-5041-8b9a-d07a46e1c5f3', text: 'The plan.' },
    ],
  } satisfies Record<string, readonly SampleItem[]>,
};
