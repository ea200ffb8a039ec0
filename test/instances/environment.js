import path from 'node:path';

import { TestEnvironment } from 'jest-environment-node';

import { exceptions } from './exceptions.js';

/** Skips what `exceptions` excuses. */
export default class InstancesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const file = path.basename(context.testPath);
    this.exceptions = exceptions.filter(([name]) => name === file);
    this.unused = new Set(this.exceptions);
  }

  handleTestEvent(event) {
    if (event.name === 'test_start')
      for (const exception of this.exceptions)
        if (exception[1].test(fullNameOf(event.test))) {
          event.test.mode = 'skip';
          this.unused.delete(exception);
        }
    if (event.name === 'run_finish' && this.unused.size > 0)
      throw new Error(`test/instances/exceptions.js excuses what is not there: ${[...this.unused].join('; ')}`);
  }
}

const fullNameOf = ({ name, parent }) => {
  const above = parent?.parent ? fullNameOf(parent) : '';
  return above === '' ? name : `${above} ${name}`;
};
