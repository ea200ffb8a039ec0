import path from 'node:path';

import { TestEnvironment } from 'jest-environment-node';

import { exceptions } from './exceptions.js';

/** Skips what `exceptions` excuses, and what turns out to need the inside of the process that answers. */
export default class InstancesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.file = path.basename(context.testPath);
  }

  handleTestEvent(event) {
    if (event.name !== 'test_start') return;
    const name = nameOf(event.test);
    if (exceptions.some(([file, start]) => file === this.file && name.startsWith(start))) event.test.mode = 'skip';
  }
}

const nameOf = ({ name, parent }) => (parent.parent ? `${nameOf(parent)} ${name}`.trim() : name).replace(/^ROOT_DESCRIBE_BLOCK ?/, '');
