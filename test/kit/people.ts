import { sample } from '../../src/sample.ts';
import type { Graph } from './graph.ts';

const claimsOf = ({ id, userPrincipalName, displayName }: typeof sample.users.ada) => ({
  oid: id,
  upn: userPrincipalName,
  name: displayName,
});

/** Who calls in a test, as the claims of their token: people of one tenant, an application, and a stranger to the tenant. */
export const claims = {
  ada: claimsOf(sample.users.ada),
  bruno: claimsOf(sample.users.bruno),
  chiara: claimsOf(sample.users.chiara),
  app: { scp: undefined, roles: ['Files.ReadWrite.All'], oid: undefined, upn: undefined, name: undefined },
  foreigner: { ...claimsOf(sample.users.bruno), tid: 'c0ffee00-0000-4000-8000-00000000000b' },
} as const;

export type Person = keyof typeof claims;

/** The headers of a call by somebody else than Ada. */
export const as = (graph: Graph, person: Person, headers: Record<string, string> = {}): Record<string, string> => ({
  authorization: `Bearer ${graph.token(claims[person])}`,
  ...headers,
});
