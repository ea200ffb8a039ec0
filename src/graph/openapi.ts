import * as z from 'zod';

import { lazy } from '../lazy.ts';
import { type Result, type Scopes, versions } from '../operation.ts';
import { resources } from './model.ts';
import type { Trigger } from './router.ts';

// What is emulated as OpenAPI 3.1, for tools that read it: made of the same schemas and routes as `$metadata`.

type Json = Readonly<Record<string, unknown>>;

/** A schema as the document has it, or a reference to where it does. */
type Refer = (schema: z.ZodType) => unknown;

interface Described {
  readonly title: string;
  readonly version: string;
}

const error = lazy(() =>
  z
    .object({
      error: z.object({
        code: z.string(),
        message: z.string(),
        details: z.array(z.object({ code: z.string(), message: z.string(), target: z.string() })).optional(),
        innerError: z.looseObject({
          code: z.string().optional(),
          date: z.string(),
          'request-id': z.string(),
          'client-request-id': z.string(),
        }),
      }),
    })
    .meta({ id: 'error' }),
);

/**
 * The document that describes everything that is registered, but for other ways to write the same addresses. Where that
 * is served (`servers`) is for whoever shows it to say.
 */
export function toOpenApi(triggers: readonly Trigger[], { title, version }: Described): Json {
  const schemas: Record<string, unknown> = {};
  const refer = (schema: z.ZodType): unknown => referTo(schema, schemas, true);
  const referPlainly = (schema: z.ZodType): unknown => referTo(schema, schemas, false);
  const failed = {
    description: 'An error as Graph words it',
    content: { 'application/json': { schema: refer(error()) } },
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const trigger of triggers) {
    if (trigger.route.includes('{*')) continue;
    const path = `/${trigger.route}`;
    for (const method of trigger.methods)
      paths[path] = {
        ...paths[path],
        [method.toLowerCase()]: operationObject(trigger, method, trigger.handler.control ? referPlainly : refer),
      };
  }
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'MIT', identifier: 'MIT' } },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        controlKey: { type: 'apiKey', in: 'header', name: 'x-mock-key' },
      },
      responses: { error: failed },
      schemas,
    },
  };
}

function operationObject({ name, route, handler }: Trigger, method: string, refer: Refer): Json {
  const { operation, control } = handler;
  const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: parameter === 'version' ? { type: 'string', enum: versions } : { type: 'string' },
  }));
  const parameters = [...inPath, ...(control ? controlParameters(control.query, refer) : [])];
  return {
    operationId: `${name}-${method.toLowerCase()}`,
    summary: control?.summary ?? `${method} /${route}`,
    tags: [tagOf({ name })],
    ...(operation
      ? { description: scopesText(operation.scopes) }
      : { security: control ? [{}, { controlKey: [] }] : [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(operation?.body !== undefined && { requestBody: requestBody(operation.body, refer) }),
    ...(control?.body !== undefined && { requestBody: controlBody(control, refer) }),
    responses: {
      ...(control ? controlSuccess(control.result, refer) : successes(operation?.result ?? document, refer)),
      '4XX': failure,
      '5XX': failure,
    },
  };
}

const failure = { $ref: '#/components/responses/error' };

const tagOf = ({ name }: Pick<Trigger, 'name'>): string => name.split('-')[0] ?? name;

const scopesText = ({ delegated, application }: Scopes): string =>
  `Delegated: any of ${delegated.join(', ')}. Application: ${application.length > 0 ? `any of ${application.join(', ')}` : 'not supported'}.`;

const requestBody = (body: z.ZodType | 'bytes', refer: Refer): Json => ({
  required: true,
  content: body === 'bytes' ? { 'application/octet-stream': {} } : { 'application/json': { schema: refer(body) } },
});

/** Without an operation it is a document. */
const document: Result = { statuses: [200] };

function successes({ statuses, type, many }: Result, refer: Refer): Json {
  const schema = type === undefined ? undefined : refer(answerSchema(type, many));
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: descriptions[status] ?? 'Done',
        ...(schema !== undefined && { content: { 'application/json': { schema } } }),
      },
    ]),
  );
}

type Control = NonNullable<Trigger['handler']['control']>;

/** Whose tenant it is about, and what its query takes. */
function controlParameters(query: Control['query'], refer: Refer): Json[] {
  const tenant = { name: 'x-mock-tenant', in: 'header', schema: { type: 'string' } };
  const asked = Object.entries(query?.().shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: refer(schema),
  }));
  return [tenant, ...asked];
}

/** A text is read as YAML, which JSON is too. */
function controlBody({ body, textIs }: Control, refer: Refer): Json {
  const schema = body === 'text' ? textIs && refer(textIs()) : body && refer(body());
  const json = { 'application/json': schema === undefined ? {} : { schema } };
  return { required: true, content: { ...json, ...(body === 'text' && { 'application/yaml': {} }) } };
}

const controlSuccess = ({ status, body }: Control['result'], refer: Refer): Json => ({
  [status]: {
    description: descriptions[status] ?? 'Done',
    ...(body && { content: { 'application/json': { schema: refer(body()) } } }),
  },
});

const descriptions: Readonly<Record<number, string>> = {
  200: 'What is there',
  201: 'Made',
  202: 'Accepted',
  204: 'Done; there is nothing to say',
  207: 'Done in part: an entry may have an error',
  302: 'Found: see Location',
  304: 'Not modified',
};

/** A resource of the model as an answer has it, or a page of them. */
export function answerSchema(type: string, many?: true): z.ZodType {
  const schema = resources()[type];
  if (!schema) throw new RangeError(`The model has no type ${type}`);
  return many ? z.looseObject({ value: z.array(schema), '@odata.nextLink': z.string().optional() }) : schema;
}

/** Annotations may stand in anything of Graph's, closed types included (F2.1, F2.5). */
const annotations = { '@': {} };

/** The schema as JSON Schema; the named ones in it join the components and are referred to. */
function referTo(schema: z.ZodType, schemas: Record<string, unknown>, isAnnotated: boolean): unknown {
  const whole = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (isAnnotated && jsonSchema.additionalProperties === false) jsonSchema.patternProperties = annotations;
    },
  });
  const { $schema: _schema, $defs = {}, ...json } = whole;
  const relocated = (part: unknown): unknown =>
    JSON.parse(JSON.stringify(part).replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [name, each] of Object.entries($defs)) schemas[name] = relocated(each);
  return relocated(json);
}
