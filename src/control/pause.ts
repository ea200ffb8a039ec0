/** Waits, but no longer than until the signal is given. Nobody else waits meanwhile. */
export function pause(milliseconds: number, until: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (until?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      until?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    until?.addEventListener('abort', done);
  });
}
