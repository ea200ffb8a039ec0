// Prints as JSON what is wrong with a packed package, by publint and are-the-types-wrong. Both are ES modules, which
// Jest does not load.
import { readFile } from 'node:fs/promises';

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';

const bytes = await readFile(process.argv[2] ?? '');
const tarball = new Uint8Array(bytes).buffer;
const { messages } = await publint({ pack: { tarball }, strict: true });
const { types, problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
process.stdout.write(JSON.stringify({ publint: messages, types: types && types.kind, attw: problems }));
