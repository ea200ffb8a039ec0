/** What stands at a path of a resource; undefined where the path leads nowhere. */
export function valueAt(resource: unknown, path: readonly string[]): unknown {
  let value = resource;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
