import { styleText } from 'node:util';

/** What somebody who watches is shown. To a pipe or a file goes nothing but the plain text. */
export interface Terminal {
  /** Says what is going on, in one line that is gone once there is something else to say. */
  readonly progress: (doing: string) => void;
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
}

type Style = Parameters<typeof styleText>[0];
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** A terminal that can be written over. Colours are left out where somebody wants none (https://no-color.org). */
export function terminalOf(out: Stream, errors: Stream, environment: NodeJS.ProcessEnv): Terminal {
  const { NO_COLOR, TERM } = environment;
  const isDumb = TERM === 'dumb';
  const hasColours = !NO_COLOR && !isDumb;
  const styled = (stream: Stream, style: Style, text: string): string =>
    stream.isTTY && hasColours ? styleText(style, text) : text;
  let isBusy = false;

  function clear(): void {
    if (isBusy) errors.write('\r\u001B[K');
    isBusy = false;
  }

  return {
    progress(doing) {
      if (!errors.isTTY || !out.isTTY || isDumb) return;
      clear();
      errors.write(styled(errors, 'dim', `${doing} …`));
      isBusy = true;
    },
    write(text) {
      clear();
      // The first word says what a line is about.
      out.write(text.replaceAll(/^\S+/gm, (word) => styled(out, word === 'Ready' ? ['bold', 'green'] : 'bold', word)));
    },
    complain(text) {
      clear();
      errors.write(text.replace(/^\S+:/, (name) => styled(errors, ['bold', 'red'], name)));
    },
  };
}
