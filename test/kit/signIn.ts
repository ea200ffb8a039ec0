import { createHash } from 'node:crypto';

import { sample } from '../../src/sample.ts';
import type { Graph } from './graph.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
type Body = any;

export interface SignInReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export const clientId = 'd3590ed6-52b3-4102-aeff-aad2292ab01c';
export const redirectUri = 'https://app.example.com/auth';
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const challengeOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
export const delegated = 'openid profile offline_access https://graph.microsoft.com/Files.ReadWrite.All';

type Values = Readonly<Record<string, string | undefined>>;

const formOf = (values: Values): URLSearchParams =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  );

/** The sign-in endpoints of a tenant of the mock, as an app or a browser calls them. */
export function signInAt(graph: Pick<Graph, 'url'>, authority: string) {
  async function call(method: string, path: string, values: Values, headers: Record<string, string> = {}) {
    const isPost = method === 'POST';
    const response = await fetch(`${graph.url}/${authority}/${path}${isPost ? '' : `?${formOf(values).toString()}`}`, {
      method,
      redirect: 'manual',
      headers,
      ...(isPost && { body: formOf(values) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    const body: Body = isJson ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body } satisfies SignInReply;
  }

  const post = (path: string, values: Values, headers?: Record<string, string>) => call('POST', path, values, headers);
  const get = (path: string, values: Values = {}) => call('GET', path, values);
  const token = (values: Values, headers?: Record<string, string>) =>
    post('oauth2/v2.0/token', { client_id: clientId, ...values }, headers);

  /** What the redirect back to the app carries. */
  async function authorize(values: Values = {}, method = 'GET'): Promise<URLSearchParams> {
    const asked = {
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: delegated,
      login_hint: sample.users.ada.userPrincipalName,
      ...values,
    };
    const { headers } = await call(method, 'oauth2/v2.0/authorize', asked);
    return new URL(headers.get('location') ?? 'none:').searchParams;
  }

  return { call, post, get, token, authorize };
}

export const claimsOf = (token: string): Body =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
