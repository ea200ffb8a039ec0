import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** A certificate and its private key. */
export interface Identification {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

const day = 24 * 3600 * 1000;

/** In days. Apple's systems take no server certificate that is good for more than 825. */
const lifetimes = { authority: 3650, server: 397 };

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';

/** A certificate authority of this machine's own, which can make server certificates and nothing else. */
export function newAuthority(now: Date): Identification {
  const subject = nameOf(`graph-sharing-mock ${randomBytes(4).toString('hex')}`);
  return issue({
    subject,
    now,
    days: lifetimes.authority,
    extensions: () => [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign), true),
    ],
  });
}

/** A certificate by which a server is all of these names and addresses. */
export function newServer(authority: Identification, names: readonly string[], now: Date): Identification {
  const { publicKey, raw } = authority.certificate;
  const { subject } = AsnConvert.parse(raw, Certificate).tbsCertificate;
  const alternatives = names.map((name) => new GeneralName(isIP(name) ? { iPAddress: name } : { dNSName: name }));
  return issue({
    subject: nameOf('graph-sharing-mock'),
    by: { name: subject, privateKey: authority.privateKey },
    now,
    days: lifetimes.server,
    extensions: () => [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, new SubjectAlternativeName(alternatives)),
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdOf(publicKey)) }),
      ),
    ],
  });
}

interface Wanted {
  readonly subject: Name;
  /** Who signs; itself without. */
  readonly by?: { readonly name: Name; readonly privateKey: KeyObject };
  readonly now: Date;
  readonly days: number;
  readonly extensions: () => Extension[];
}

/** RFC 5280, with an elliptic key (P-256), which is made in no time. */
function issue({ subject, by, now, days, extensions }: Wanted): Identification {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const keyId = new SubjectKeyIdentifier(keyIdOf(publicKey));
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: by?.name ?? subject,
    // Clocks of containers and virtual machines are off by a little.
    validity: new Validity({
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(now.getTime() + days * day),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
    extensions: new Extensions([...extensions(), extension(id_ce_subjectKeyIdentifier, keyId)]),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: exact(sign('sha256', signed, by?.privateKey ?? privateKey)),
  });
  return { certificate: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))), privateKey };
}

const extension = (extnID: string, value: unknown, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const nameOf = (text: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: text }) }),
    ]),
  ]);

/** Positive, and of full length. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return exact(bytes);
}

/** The identifier of a key by which a chain is found: the SHA-1 of its bits (RFC 5280, 4.2.1.2). */
function keyIdOf(publicKey: KeyObject): ArrayBuffer {
  const { subjectPublicKey } = AsnConvert.parse(
    publicKey.export({ type: 'spki', format: 'der' }),
    SubjectPublicKeyInfo,
  );
  return exact(createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest());
}

/** Bytes in a buffer of their own. */
const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
