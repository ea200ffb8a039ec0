import * as z from 'zod';

import { GraphError } from '../errors.ts';
import { type Fault, refusalOf } from '../fault.ts';
import type { Context, Operation } from '../operation.ts';
import { remember } from '../remember.ts';
import type { GraphRequest } from './request.ts';

/** In bytes: of JSON, of content (F7), and of a fragment of an upload session, which has to be below 60 MiB [doc]. */
export const bodyLimits = { json: 1024 * 1024, bytes: 4 * 1024 * 1024, fragment: 60 * 1024 * 1024 };

/**
 * The request's body, as an operation's schema has it; an optional one may be empty. Annotations that the schema does not
 * know, and nulls, count as absent, at any depth; property names are compared without regard to case (F1.3, F2.1, F15).
 *
 * @throws GraphError `payloadTooLarge`, `emptyPayload`, `unreadablePayload`; and for what the schema refuses
 * `unknownParameter`, `missingParameter`, `wrongType`, `invalidRequest`: of several faults the first, with all in its details
 */
export async function bodyOf<Body>(
  request: GraphRequest,
  operation: Pick<Operation<never, never, Body>, 'name' | 'body' | 'faults'>,
  context: Context,
): Promise<Body> {
  const { name, body: schema, faults = () => [] } = operation;
  if (schema === undefined) return undefined as Body;
  const isOptional = schema instanceof z.ZodOptional;
  const bytes = await readBytes(request, schema === 'bytes' ? bodyLimits.bytes : bodyLimits.json);
  if (schema === 'bytes') return bytes as Body;
  if (bytes.length === 0 && isOptional) return undefined as Body;
  const text = jsonTextOf(bytes, request);
  const read = readerOf(schema)(text);
  if (read) return read.body;
  const { given, error } = parse(schema, text);
  const found = error?.issues.flatMap((issue) => faultsOf(issue, given)) ?? [];
  throw refusalOf([...found, ...faults(given, context)], name);
}

function parse<Body>(schema: z.ZodType<Body>, text: string) {
  const given = cleaned(objectIn(text), shapeOf(schema));
  return { given, ...schema.safeParse(given) };
}

/** What a schema makes of a text; undefined where it refuses it. Nobody changes it, for the next one may send the same. */
type Reader<Body> = (text: string) => { readonly body: Body } | undefined;

/** Of every schema that has been asked for: they are as many as there are operations. */
const readers = new WeakMap<z.ZodType, Reader<unknown>>();

/** Of bodies, in bytes or characters. */
const longestRemembered = 1000;

/** A client's calls differ in their addresses, and seldom in their bodies. */
function readerOf<Body>(schema: z.ZodType<Body>): Reader<Body> {
  // What was made for a schema reads by it.
  const known = readers.get(schema) as Reader<Body> | undefined;
  if (known) return known;
  const read: Reader<Body> = (text) => {
    const parsed = parse(schema, text);
    return parsed.success ? { body: parsed.data } : undefined;
  };
  const reader = remember(read, 100, longestRemembered);
  readers.set(schema, reader);
  return reader;
}

/**
 * The body as it is, as far as the host takes it. What is read of a body is read here, so that the journal has it.
 * @throws GraphError `payloadTooLarge` for more bytes than `limit`
 */
export async function readBytes(request: GraphRequest, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  checkLength(Number(request.headers.get('content-length') ?? 0), limit);
  const bytes = await request.bytes();
  request.seen = bytes;
  checkLength(bytes.length, limit);
  return bytes;
}

function checkLength(length: number, limit: number): void {
  if (length > limit) throw new GraphError('payloadTooLarge', { values: { limit: String(limit) } });
}

/** The same as text, replacing what is no UTF-8. */
export const textOf = async (request: GraphRequest): Promise<string> =>
  new TextDecoder().decode(await readBytes(request));

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A body that is a JSON object. @throws GraphError `emptyPayload`, `unreadablePayload` */
export const jsonOf = (bytes: Uint8Array, request: Pick<GraphRequest, 'headers'>): Readonly<Record<string, unknown>> =>
  objectIn(jsonTextOf(bytes, request));

/** The text of a body that says it is JSON. */
function jsonTextOf(bytes: Uint8Array, { headers }: Pick<GraphRequest, 'headers'>): string {
  if (bytes.length === 0) throw new GraphError('emptyPayload');
  const type = headers.get('content-type');
  // A missing type is accepted when the payload parses (F15 [rule]); a foreign one is not (F2.4).
  if (type && !mayBeJson(type)) throw new GraphError('unreadablePayload');
  if (Buffer.compare(bytes, last.bytes) === 0) return last.text;
  try {
    const text = utf8.decode(bytes);
    if (bytes.length <= longestRemembered) last = { bytes, text };
    return text;
  } catch {
    throw new GraphError('unreadablePayload');
  }
}

const mayBeJson = remember((type) => /^\s*(application|text)\/([\w.+-]+\+)?json\s*(;|$)/i.test(type), 100, 200);

/** The body that came last, as text: to compare bytes takes a fifth of what it takes to read them. */
let last: { readonly bytes: Uint8Array; readonly text: string } = { bytes: new Uint8Array(), text: '' };

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new GraphError('unreadablePayload');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new GraphError('unreadablePayload');
  return json as Record<string, unknown>;
}

/** What a schema knows by name. */
interface Shape {
  /** Each name as it is spelt, by its lower case. */
  readonly names: ReadonlyMap<string, string>;
  /** Those for which null says something. */
  readonly nullable: ReadonlySet<string>;
  /** What is known of what they hold. */
  readonly inner: ReadonlyMap<string, Shape>;
  /** Whether every other name is refused, with null as with anything else. */
  readonly isClosed: boolean;
}

const noShape: Shape = { names: new Map(), nullable: new Set(), inner: new Map(), isClosed: false };

/** Of every schema, and of those within it. */
const shapes = new WeakMap<z.ZodType, Shape>();

function shapeOf(schema: unknown): Shape {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return shapeOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return shapeOf(schema.element);
  if (!(schema instanceof z.ZodObject)) return noShape;
  const known = shapes.get(schema);
  if (known) return known;
  const properties = Object.entries<unknown>(schema.shape);
  const takesNull = ([, property]: [string, unknown]): boolean =>
    property instanceof z.ZodType && property.safeParse(null).success;
  const shape = {
    names: new Map(properties.map(([name]) => [name.toLowerCase(), name])),
    nullable: new Set(properties.filter(takesNull).map(([name]) => name)),
    inner: new Map(properties.map(([name, property]) => [name, shapeOf(property)])),
    isClosed: schema.def.catchall instanceof z.ZodNever,
  };
  shapes.set(schema, shape);
  return shape;
}

/** Deeper than anything Graph asks for; what is below stays as it is, and no schema takes it. */
const deepest = 8;

function cleaned(value: unknown, shape: Shape, depth = 0): unknown {
  if (depth > deepest || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => cleaned(each, shape, depth + 1));
  const kept: [string, unknown][] = [];
  for (const [given, held] of Object.entries(value)) {
    const known = shape.names.get(given.toLowerCase());
    const name = known ?? given;
    const isAnnotation = known === undefined && given.includes('@');
    const isNothing = held === null && !shape.nullable.has(name) && (known !== undefined || !shape.isClosed);
    if (!isAnnotation && !isNothing) kept.push([name, cleaned(held, shape.inner.get(name) ?? noShape, depth + 1)]);
  }
  return Object.fromEntries(kept);
}

function faultsOf(issue: z.core.$ZodIssue, given: unknown): Fault[] {
  const target = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        what: 'unknownParameter',
        target: target ? `${target}.${key}` : key,
        problem: 'is not known',
      }));
    case 'invalid_type':
      return isAbsent(given, issue.path)
        ? [{ what: 'missingParameter', target, problem: 'is missing' }]
        : [{ what: 'wrongType', target, problem: `must be of type ${issue.expected}` }];
    case 'invalid_value':
      return [{ what: 'invalidRequest', target, problem: `must be one of ${issue.values.map(String).join(', ')}` }];
    case 'invalid_format':
      // What is no date cannot be read as the DateTimeOffset it should be (F2.4 [guess]).
      return issue.format === 'datetime'
        ? [{ what: 'unreadablePayload', target, problem: 'is not a date and time such as 2030-01-31T00:00:00Z' }]
        : [{ what: 'invalidRequest', target, problem: `is not a valid ${issue.format}` }];
    case 'too_big':
      return [{ what: 'invalidRequest', target, problem: `is longer than ${issue.maximum}` }];
    default:
      return [{ what: 'invalidRequest', target, problem: 'is not valid' }];
  }
}

function isAbsent(given: unknown, path: readonly PropertyKey[]): boolean {
  let value = given;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return true;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return false;
}
