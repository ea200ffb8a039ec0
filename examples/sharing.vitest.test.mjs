// How an app that shares files is tested with Vitest: npx vitest run --root examples sharing.vitest
import { expect, test } from 'vitest';

import { useGraphMock } from './use-graph-mock.vitest.mjs';

const graph = useGraphMock({ policy: { maximumExpirationDays: 30 } });

/** What is tested: shares a file with the organisation, and tells whether the link is a new one. */
async function share(path) {
  const response = await fetch(`${graph().url}/v1.0/me/drive/root:${path}:/createLink`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${graph().token()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'view', scope: 'organization' }),
  });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.status === 201;
}

test('a file is shared once', async () => {
  expect(await share('/Logo.png')).toBe(true);
  expect(await share('/Logo.png')).toBe(false);
});

test('what a test has shared, the next one finds unshared', async () => {
  expect(await share('/Logo.png')).toBe(true);
});

test('an outage is told', async () => {
  await graph().faults.add({ profile: 'maintenance' });
  await expect(share('/Logo.png')).rejects.toThrow('503');
});
