// Lints the OpenAPI document that comes in, and prints what is wrong with it as JSON. The linter is an ES module, which
// Jest does not load.
import { text } from 'node:stream/consumers';

import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({
  extends: ['recommended'],
  // Content is a redirection (F7).
  rules: { 'operation-2xx-response': 'off' },
});
const problems = await lintFromString({ source: await text(process.stdin), absoluteRef: 'openapi.json', config });
process.stdout.write(JSON.stringify(problems.map(({ severity, ruleId, message }) => ({ severity, ruleId, message }))));
