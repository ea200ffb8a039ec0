import { match } from '../../functions/http.ts';
import { answerSchema } from '../../src/graph/openapi.ts';
import type { Reply } from './graph.ts';

/**
 * Every answer of the suite is what the operation says of itself, in `$metadata` and OpenAPI: one of its statuses, and
 * a resource with the properties of its type and no others.
 *
 * @throws Error that names what differs
 */
export function holdAgainstModel(method: string, url: string, { status, body }: Reply): void {
  const operation = operationAt(method, url);
  if (!operation || status >= 400) return;
  const { statuses, type, many } = operation.result;
  if (!statuses.includes(status))
    throw new Error(`${method} ${url} answers ${status}, which ${operation.name} does not declare`);
  const isPart = /[?&]\$?select=/i.test(url);
  if (type === undefined || isPart || body === '') return;
  const checked = answerSchema(type, many).safeParse(withoutAnnotations(body));
  if (!checked.success) throw new Error(`${method} ${url} answers no ${type}: ${checked.error.message}`);
}

function operationAt(method: string, url: string) {
  try {
    return match({ method, url }).trigger.handler.operation;
  } catch {
    return undefined;
  }
}

/** Annotations belong to no type. */
function withoutAnnotations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes('@'))
      .map(([name, held]) => [name, withoutAnnotations(held)]),
  );
}
