/** Makes something when it is first asked for, and keeps it: no start pays for what few requests need. */
export function lazy<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}
