const office = 'application/vnd.openxmlformats-officedocument';

/** What a file is, by the ending of its name: its media type, and the letter by which a sharing URL tells of it (F2.6 [seen]). */
const kinds = new Map<string, readonly [mimeType: string, letter: string]>(
  Object.entries({
    docx: [`${office}.wordprocessingml.document`, 'w'],
    doc: ['application/msword', 'w'],
    xlsx: [`${office}.spreadsheetml.sheet`, 'x'],
    xls: ['application/vnd.ms-excel', 'x'],
    pptx: [`${office}.presentationml.presentation`, 'p'],
    ppt: ['application/vnd.ms-powerpoint', 'p'],
    one: ['application/onenote', 'o'],
    pdf: ['application/pdf', 'b'],
    txt: ['text/plain', 't'],
    md: ['text/markdown', 't'],
    csv: ['text/csv', 't'],
    html: ['text/html', 't'],
    json: ['application/json', 't'],
    png: ['image/png', 'i'],
    jpg: ['image/jpeg', 'i'],
    jpeg: ['image/jpeg', 'i'],
    gif: ['image/gif', 'i'],
    svg: ['image/svg+xml', 'i'],
    mp4: ['video/mp4', 'v'],
    mov: ['video/quicktime', 'v'],
    zip: ['application/zip', 'u'],
  }),
);

const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

export const mimeTypeOf = (name: string): string => kinds.get(endingOf(name))?.[0] ?? 'application/octet-stream';

/** `u` stands for anything else. */
export const urlLetterOf = (name: string): string => kinds.get(endingOf(name))?.[1] ?? 'u';

/** Only these open in a workbook session (F8). */
export const isWorkbook = (name: string): boolean => endingOf(name) === 'xlsx';
