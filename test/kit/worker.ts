import type { Registration } from '../../src/local/functionsCore.ts';

// What the Functions worker does with an invocation, done with the library's own model of it: arguments in, RpcHttp out.
// https://github.com/Azure/azure-functions-nodejs-worker

/** What the Functions host tells its worker of an HTTP request. */
export interface RpcRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As the host has matched them against the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface RpcResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface InvocationModel {
  readonly getArguments: () => Promise<{ context: unknown; inputs: unknown[] }>;
  readonly invokeFunction: (context: unknown, inputs: unknown[], callback: unknown) => Promise<unknown>;
  readonly getResponse: (context: unknown, result: unknown) => Promise<InvocationResponse>;
}

interface InvocationResponse {
  readonly outputData?: readonly { readonly name: string; readonly data: RpcTypedHttp }[];
  readonly returnValue?: RpcTypedHttp;
}

interface RpcTypedHttp {
  readonly http: {
    readonly statusCode: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
  };
}

interface ProgrammingModel {
  readonly getInvocationModel: (context: unknown) => InvocationModel;
}

/** What an app has registered with its worker: functions, and the library's model of an invocation. */
export interface Registered {
  readonly registrations: readonly Registration[];
  readonly getProgrammingModel: () => unknown;
}

/** Calls a registered function as the worker does. `log` takes what the function logs: its level, and the text. */
export async function invoke(
  name: string,
  request: RpcRequest,
  { registrations, getProgrammingModel }: Registered,
  log: (level: string, text: string) => void = () => {},
): Promise<RpcResponse> {
  const registration = registrations.find(({ metadata }) => metadata.name === name);
  if (!registration) throw new Error(`No function is named ${name}`);
  const { metadata, callback } = registration;
  const [trigger = ''] = Object.entries(metadata.bindings).find(([, { type }]) => type === 'httpTrigger') ?? [];
  const { method, url, headers, params, body } = request;
  const invocationId = crypto.randomUUID();
  const http = { method, url, headers, params, ...(body && { body: { bytes: body } }) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library keeps these types to itself and the worker
  const invocation = (getProgrammingModel() as ProgrammingModel).getInvocationModel({
    invocationId,
    metadata,
    request: { invocationId, inputData: [{ name: trigger, data: { http } }], triggerMetadata: {} },
    log: (level: string, _: string, text: string) => log(level, text),
  });
  const { context, inputs } = await invocation.getArguments();
  const response = await invocation.getResponse(context, await invocation.invokeFunction(context, inputs, callback));
  const answer = response.returnValue ?? response.outputData?.[0]?.data;
  if (!answer) throw new Error(`${name} has answered nothing`);
  const { statusCode, headers: answered, body: answeredBody } = answer.http;
  return {
    status: Number(statusCode),
    headers: answered,
    body: answeredBody?.bytes ?? Buffer.from(answeredBody?.string ?? ''),
  };
}
