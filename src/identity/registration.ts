import * as z from 'zod';

import { lazy } from '../lazy.ts';

const words = lazy(() => z.array(z.string().min(1)));

/** An app that may sign in. Without any registered, every client id may, with whatever secret it brings. */
const registration = lazy(() =>
  z.strictObject({
    id: z.string().min(1),
    name: z.string().min(1).exactOptional(),
    /** The secret it has to show; any will do without one. */
    secret: z.string().min(1).exactOptional(),
    /** Where a sign-in may lead; anywhere without them. */
    redirectUris: words().exactOptional(),
    /** What `.default` stands for: for the app itself, and for a user of it. */
    roles: words().exactOptional(),
    scopes: words().exactOptional(),
  }),
);

export type Registration = z.output<ReturnType<typeof registration>>;

const problem = 'must be a JSON list of apps such as [{"id":"…","secret":"…","roles":["Files.Read.All"]}]';

/** Registered apps, written as JSON. What is wrong is not quoted: there may be a secret in it. */
export const registrations = z.string().transform((text, check): Registration[] => {
  const read = z.array(registration()).safeParse(parsed(text));
  if (read.success) return read.data;
  check.issues.push({ code: 'custom', message: problem, input: undefined });
  return z.NEVER;
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
