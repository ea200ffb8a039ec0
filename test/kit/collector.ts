import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An export, as far as tests look at it. */
export interface Export {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly resource: Readonly<Record<string, string>>;
  /** The counts of `graph_mock.requests`, by operation, method and status. */
  readonly requests: Readonly<Record<string, number>>;
  /** Of how many requests `graph_mock.request.duration` tells. */
  readonly timed: number;
}

/** What takes telemetry by OTLP over HTTP, keeps it, and answers with this status, or not at all. Close it. */
export async function startCollector(status: number | 'silent' = 200) {
  const exports: Export[] = [];
  const arrived = new EventTarget();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    exports.push({ path: request.url ?? '', headers: request.headers, ...readMetrics(body) });
    if (status !== 'silent') response.writeHead(status).end();
    arrived.dispatchEvent(new Event('export'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    exports,
    /** When the next one has arrived. */
    next: async (): Promise<Export | undefined> => {
      await once(arrived, 'export');
      return exports.at(-1);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A message of protobuf: what stands under each number, in its order. */
type Message = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

/** @see https://protobuf.dev/programming-guides/encoding/ */
function messageOf(bytes: Buffer): Message {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const next = (length: number): Buffer => bytes.subarray(at, (at += length));
  const read: Readonly<Record<number, () => Buffer | bigint>> = {
    0: varint,
    1: () => next(8),
    2: () => next(Number(varint())),
    5: () => next(4),
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const value = read[tag & 7]?.();
    if (value === undefined) throw new Error(`no protobuf at ${at}`);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const bytesIn = (message: Message, field: number): Buffer[] =>
  (message.get(field) ?? []).filter((value) => Buffer.isBuffer(value));
const messagesIn = (message: Message, field: number): Message[] => bytesIn(message, field).map(messageOf);
const textIn = (message: Message, field: number): string => bytesIn(message, field)[0]?.toString() ?? '';

/** Attributes: a key, and a value that is a text or a number. */
const attributesIn = (message: Message, field: number): Record<string, string> =>
  Object.fromEntries(
    messagesIn(message, field).map((pair) => {
      const [value] = messagesIn(pair, 2);
      return [textIn(pair, 1), value ? textIn(value, 1) || String(value.get(3)?.[0] ?? '') : ''];
    }),
  );

/** A count: as_double, as_int or count, which are 8 bytes each. */
function countOf(point: Message): number {
  const [double] = bytesIn(point, 4);
  const [int] = bytesIn(point, 6);
  if (int) return Number(int.readBigInt64LE());
  return double ? double.readDoubleLE() : 0;
}

/** @see https://github.com/open-telemetry/opentelemetry-proto, ExportMetricsServiceRequest and what it holds */
function readMetrics(body: Buffer): Pick<Export, 'resource' | 'requests' | 'timed'> {
  const [ofResource = new Map()] = messagesIn(messageOf(body), 1);
  const metrics = messagesIn(ofResource, 2).flatMap((scope) => messagesIn(scope, 2));
  const pointsOf = (name: string, kind: number): Message[] =>
    metrics
      .filter((metric) => textIn(metric, 1) === name)
      .flatMap((metric) => messagesIn(metric, kind))
      .flatMap((data) => messagesIn(data, 1));
  const counts = pointsOf('graph_mock.requests', 7).map((point): [string, number] => {
    const attributes = attributesIn(point, 7);
    const names = ['operation', 'http.request.method', 'http.response.status_code'];
    return [names.map((name) => attributes[name]).join(' '), countOf(point)];
  });
  const timed = pointsOf('graph_mock.request.duration', 9).map((point) =>
    Number(bytesIn(point, 4)[0]?.readBigUInt64LE() ?? 0n),
  );
  return {
    resource: messagesIn(ofResource, 1).map((resource) => attributesIn(resource, 1))[0] ?? {},
    requests: Object.fromEntries(counts),
    timed: timed.reduce((sum, count) => sum + count, 0),
  };
}
