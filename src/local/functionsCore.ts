/** A function as the library hands it over: its bindings, and the callback that the library's invocation model calls. */
export interface Registration {
  readonly metadata: {
    readonly name: string;
    readonly bindings: Readonly<
      Record<string, { type: string; direction: string; route?: string; methods?: string[] }>
    >;
  };
  readonly callback: (...inputs: unknown[]) => unknown;
}

// What the Functions worker supplies as the module `@azure/functions-core`. Where there is no worker, the build and Jest
// put this file in its place: the library finds a host, stays silent, and what it registers can be looked at.

export const version = '4.0.0';
export const registrations: Registration[] = [];
export const registerFunction = (
  metadata: Registration['metadata'],
  callback: Registration['callback'],
): { dispose: () => void } => {
  registrations.push({ metadata, callback });
  return { dispose: () => {} };
};

let model: unknown;
export const setProgrammingModel = (given: unknown): void => {
  model = given;
};
export const getProgrammingModel = (): unknown => model;
export const registerHook = (): { dispose: () => void } => ({ dispose: () => {} });
