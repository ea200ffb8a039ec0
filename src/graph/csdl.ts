import * as z from 'zod';

import { lazy } from '../lazy.ts';
import { container, follow, navigation, resources } from './model.ts';
import type { Trigger } from './router.ts';

// Graph describes itself in CSDL, the XML of OData 4 (https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/). This is
// the part of it that is emulated, made of the schemas that validate bodies, the model, and the registered routes.

const namespace = 'microsoft.graph';
const qualified = (type: string): string => `${namespace}.${type}`;
const typeOf = (type: string, many: boolean | undefined): string =>
  many ? `Collection(${qualified(type)})` : qualified(type);

/** So much of what `z.toJSONSchema` says of a value. */
const jsonSchema = lazy(() => {
  const schema = z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    $ref: z.string().optional(),
    additionalProperties: z.unknown().optional(),
    required: z.array(z.string()).default([]),
    get items() {
      return schema.optional();
    },
    get anyOf() {
      return z.array(schema).optional();
    },
    get properties() {
      return z.record(z.string(), schema).default({});
    },
    get $defs() {
      return z.record(z.string(), schema).default({});
    },
  });
  return schema;
});
type JsonSchema = z.output<ReturnType<typeof jsonSchema>>;

/** An element as XMLBuilder writes it: attributes begin with `@`. */
type Element = Readonly<Record<string, unknown>>;

/** The document that describes everything that is registered. */
export async function toCsdl(triggers: readonly Trigger[]): Promise<string> {
  const { XMLBuilder } = await import('fast-xml-parser');
  const types = new Map<string, JsonSchema>();
  for (const [name, schema] of Object.entries(resources())) types.set(name, resolved(schema, types));
  const actions = actionsOf(triggers, types);
  const entities = [...types].filter(([name]) => Object.hasOwn(navigation, name));
  const complex = [...types].filter(([name]) => !Object.hasOwn(navigation, name));
  const places = Object.entries(container);
  const builder = new XMLBuilder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
    suppressEmptyNode: true,
    format: true,
  });
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'utf-8' },
    'edmx:Edmx': {
      '@Version': '4.0',
      '@xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx',
      'edmx:DataServices': {
        Schema: {
          '@Namespace': namespace,
          '@Alias': 'graph',
          '@xmlns': 'http://docs.oasis-open.org/odata/ns/edm',
          ComplexType: complex.map(([name, shape]) => ({
            '@Name': name,
            ...openness(shape),
            Property: propertiesOf(shape),
          })),
          EntityType: entities.map(([name, shape]) => ({
            '@Name': name,
            ...openness(shape),
            Key: { PropertyRef: { '@Name': 'id' } },
            Property: propertiesOf({ ...shape, required: [...shape.required, 'id'] }),
            NavigationProperty: Object.entries(navigation[name] ?? {}).map(([property, { type, many }]) => ({
              '@Name': property,
              '@Type': typeOf(type, many),
              '@ContainsTarget': true,
            })),
          })),
          Action: actions,
          EntityContainer: {
            '@Name': 'GraphService',
            EntitySet: places
              .filter(([, { many }]) => many)
              .map(([name, { type }]) => ({ '@Name': name, '@EntityType': qualified(type) })),
            Singleton: places
              .filter(([, { many }]) => !many)
              .map(([name, { type }]) => ({ '@Name': name, '@Type': qualified(type) })),
          },
        },
      },
    },
  });
}

/** The schema as JSON Schema; the named types in it join `types`. */
function resolved(schema: z.ZodType, types: Map<string, JsonSchema>): JsonSchema {
  const json = jsonSchema().parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  for (const [name, shape] of Object.entries(json.$defs)) types.set(name, shape);
  return (json.$ref === undefined ? undefined : types.get(nameIn(json.$ref))) ?? json;
}

/** `#/$defs/identity` */
const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

const openness = ({ additionalProperties }: JsonSchema): Element =>
  additionalProperties === false ? {} : { '@OpenType': true };

const propertiesOf = ({ properties, required }: JsonSchema): Element[] =>
  Object.entries(properties)
    // Annotations belong to no type.
    .filter(([name]) => !name.includes('@'))
    .map(([name, shape]) => ({
      '@Name': name,
      '@Type': edmTypeOf(shape),
      ...(required.includes(name) && { '@Nullable': false }),
    }));

/** One for each action and the type it is bound to, with the parameters of its body and what it answers. */
function actionsOf(triggers: readonly Trigger[], types: Map<string, JsonSchema>): Element[] {
  const actions = new Map<string, Element>();
  for (const { route, methods, handler } of triggers) {
    const { operation } = handler;
    const place = follow(route);
    if (!operation || place?.action === undefined || !methods.includes('POST')) continue;
    const {
      body,
      result: { type, many },
    } = operation;
    const parameters = body instanceof z.ZodType ? propertiesOf(resolved(body, types)) : [];
    actions.set(`${place.type} ${place.action}`, {
      '@Name': place.action,
      '@IsBound': true,
      Parameter: [{ '@Name': 'bindingParameter', '@Type': qualified(place.type) }, ...parameters],
      ...(type !== undefined && { ReturnType: { '@Type': typeOf(type, many) } }),
    });
  }
  return [...actions.values()];
}

function edmTypeOf({ type, format, $ref, items, anyOf }: JsonSchema): string {
  if ($ref !== undefined) return qualified(nameIn($ref));
  const [one] = anyOf?.filter((each) => each.type !== 'null') ?? [];
  if (one) return edmTypeOf(one);
  const plain = [type ?? []].flat().find((each) => each !== 'null');
  switch (plain) {
    case 'array':
      return `Collection(${items ? edmTypeOf(items) : 'Edm.Untyped'})`;
    case 'string':
      return format === 'date-time' ? 'Edm.DateTimeOffset' : 'Edm.String';
    case 'boolean':
      return 'Edm.Boolean';
    case 'integer':
      return 'Edm.Int64';
    case 'number':
      return 'Edm.Double';
    default:
      return 'Edm.Untyped';
  }
}
