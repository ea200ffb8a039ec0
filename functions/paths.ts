import { itemAddresses } from '../src/graph/addresses.ts';
import { methods, type Trigger } from '../src/graph/router.ts';
import { dispatch, http } from './http.ts';

// What a route template cannot say, since a path between colons may hold any number of names and something may follow
// it: these requests are brought into the form without colons and dispatched again, to the trigger of that address.

const again: Omit<Trigger, 'name'> = {
  methods,
  route: '',
  handler: (request, _, context) => dispatch(request, context),
};

for (const { name, route } of itemAddresses) http(`path-${name}`, { ...again, route: `{version}/${route}:/{*path}` });

http('path-site', { ...again, route: '{version}/sites/{siteHost}:/{*path}' });

// Everything else: other ways to write an address, preflights, and what is to be refused.
http('fallback', { ...again, route: '{*path}' });
