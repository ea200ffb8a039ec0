/** A text as one word of a shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** .NET takes the system's authorities; on Linux those are a file that the environment may name. */
const dotnet: Readonly<Partial<Record<NodeJS.Platform, (file: string) => string>>> = {
  win32: (file) => `certutil -user -addstore Root "${file}"`,
  darwin: (file) => `security add-trusted-cert -k ~/Library/Keychains/login.keychain-db ${quoted(file)}`,
};

/** How clients learn to trust the authority in a file, a line for each kind. */
export function trustLines(file: string, platform: NodeJS.Platform = process.platform): string[] {
  return [
    `Node    NODE_EXTRA_CA_CERTS=${quoted(file)}`,
    `curl    --cacert ${quoted(file)}`,
    `.NET    ${dotnet[platform]?.(file) ?? `SSL_CERT_FILE=${quoted(file)}`}`,
    `Python  REQUESTS_CA_BUNDLE=${quoted(file)}`,
  ];
}
