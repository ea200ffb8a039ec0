import type * as createLinkModule from '../../src/sharing/createLink.ts';

/** Runs with a `Function` that takes down what code it is given to compile. */
function compiledBy(run: () => void): string[] {
  const compiled: string[] = [];
  const original = globalThis.Function;
  globalThis.Function = new Proxy(original, {
    construct(target, given: string[]) {
      compiled.push(given.at(-1) ?? '');
      return Reflect.construct(target, given);
    },
  });
  try {
    run();
  } finally {
    globalThis.Function = original;
  }
  return compiled;
}

test('zod compiles the schema of a body once, and takes the compiled one for every body', () => {
  jest.isolateModules(() => {
    const { createLink } = jest.requireActual<typeof createLinkModule>('../../src/sharing/createLink.ts');
    const schema = createLink.body;
    if (schema === undefined || schema === 'bytes') throw new Error('createLink takes a JSON body');
    const ofTheBody = (code: string): boolean => code.includes('retainInheritedPermissions');

    const first = compiledBy(() => expect(schema.safeParse({ type: 'view', scope: 'anonymous' }).success).toBe(true));
    expect(first.filter(ofTheBody)).toHaveLength(1);

    const second = compiledBy(() => expect(schema.safeParse({ type: 'nothing' }).success).toBe(false));
    expect(second.filter(ofTheBody)).toEqual([]);
  });
});
