// Azurite ships no types. This is what is used of it.
declare module 'azurite/dist/src/table/TableConfiguration.js' {
  export default class TableConfiguration {
    constructor(...settings: unknown[]);
  }
}
declare module 'azurite/dist/src/table/TableServer.js' {
  import type TableConfiguration from 'azurite/dist/src/table/TableConfiguration.js';

  export default class TableServer {
    constructor(configuration: TableConfiguration);
    start(): Promise<void>;
    close(): Promise<void>;
    clean(): Promise<void>;
    getHttpServerAddress(): string;
    readonly httpServer: import('node:http').Server;
    readonly metadataStore: { readonly db: import('./journal.ts').Database };
  }
}
