/**
 * Remembers what a function makes of a text, for the texts that came last: at most so many, and none that is longer
 * than so many characters. For pure functions alone, whose result is the same on every instance and at any time.
 */
export function remember<Made>(
  make: (text: string) => Made,
  most: number,
  longest = Number.POSITIVE_INFINITY,
): (text: string) => Made {
  const known = new Map<string, { readonly made: Made }>();
  return (text) => {
    const found = known.get(text);
    if (found) return found.made;
    const made = make(text);
    if (text.length > longest) return made;
    // A Map keeps the order of insertion: its first key is the oldest.
    for (const oldest of known.keys()) {
      if (known.size < most) break;
      known.delete(oldest);
    }
    known.set(text, { made });
    return made;
  };
}
