// What the Functions worker supplies as the module `@azure/functions-core`. Where there is no worker, Jest puts
// this file in its place: the library finds a host, stays silent, and what it registers can be looked at.

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

interface Disposable {
  readonly dispose: () => void;
}

/** The version of the worker. */
export const version = '4.0.0';

/** Every function of the app, in the order of registration. */
export const registrations: Registration[] = [];

export function registerFunction(metadata: Registration['metadata'], callback: Registration['callback']): Disposable {
  const registration = { metadata, callback };
  registrations.push(registration);
  return { dispose: () => void registrations.splice(registrations.indexOf(registration), 1) };
}

let programmingModel: unknown;
export const setProgrammingModel = (given: unknown): void => {
  programmingModel = given;
};
/** The library's own model of an invocation, through which the worker calls a function. */
export const getProgrammingModel = (): unknown => programmingModel;

/** Hooks are the worker's to call. This is what it would call before it ends. */
export const terminateHooks: ((context: object) => unknown)[] = [];

export function registerHook(name: string, callback: (context: object) => unknown): Disposable {
  if (name === 'appTerminate') terminateHooks.push(callback);
  return { dispose: () => {} };
}

/** The library would fall back to the console. */
export const log = (): void => {};
