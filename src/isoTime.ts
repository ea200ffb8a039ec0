let last = { at: Number.NaN, text: '' };

/** As `toISOString` writes it, made once for all that happens within a millisecond. */
export function isoTime(date: Date): string {
  const at = date.getTime();
  if (at !== last.at) last = { at, text: date.toISOString() };
  return last.text;
}
