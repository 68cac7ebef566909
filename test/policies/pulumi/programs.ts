import { gzipSync } from "node:zlib";
import { CustomResource, type Input, type Output, type Resource, secret } from "@pulumi/pulumi";

type Props = Record<string, Input<unknown>>;

/** A resource by its type token: no provider SDK is needed for what the engine and the pack see. */
export class AnyResource extends CustomResource {
  declare readonly arn: Output<string>;

  constructor(type: string, name: string, props: Props) {
    super(type, name, { ...props, arn: undefined });
  }
}

export const securityGroup = (name: string, props: Props) =>
  new AnyResource("aws:ec2/securityGroup:SecurityGroup", name, props);

export const instance = (name: string, group: Resource & { id: Output<string> }, props: Props = {}) =>
  new AnyResource("aws:ec2/instance:Instance", name, { vpcSecurityGroupIds: [group.id], ...props });

export const configMap = (name: string, data: Props) =>
  new AnyResource("kubernetes:core/v1:ConfigMap", name, { metadata: { name }, data });

export const tcp = (port: number, ...cidrBlocks: Input<string>[]) => ({
  protocol: "tcp",
  fromPort: port,
  toPort: port,
  cidrBlocks,
});

/** A text that stands in mail files and must never be printed. */
export const canary = "c4n4ry-Tr0ub4dor";

const identity = `mynetworks = 127.0.0.0/8
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = inline:{[smtp.example.net]:587=app:${canary}}
`;

const defences = `disable_vrfy_command = yes
smtpd_forbid_bare_newline = normalize
smtpd_data_restrictions = reject_unauth_pipelining
`;

export const mainCf = {
  takesMailInClear: `${identity}compatibility_level = 3.6
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtpd_tls_auth_only = no
${defences}`,
  requiresTls: `${identity}compatibility_level = 3.6
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtpd_tls_auth_only = yes
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_client_restrictions = permit_sasl_authenticated, reject
${defences}`,
};

export const masterCf = "submission inet n - y - - smtpd\n";

/** cloud-init user data that writes both files, as EC2 takes it in `userDataBase64`. */
export function userData(main: string, zipped: boolean): string {
  const files = { "/etc/postfix/main.cf": main, "/etc/postfix/master.cf": masterCf };
  const entries = Object.entries(files).map(([path, content]) => ({ path, content }));
  const text = `#cloud-config\n${JSON.stringify({ write_files: entries })}\n`;
  return (zipped ? gzipSync(text) : Buffer.from(text)).toString("base64");
}

export const declaration = `endpoints:
  - host: mail.example.com
    ports: [587]
    exposure: [192.0.2.0/24]
    resource: mail
rules: { submissions-port-missing: false }
`;

/** Port 587 open to the world where a /24 is declared, and a server behind it that takes mail in clear. */
export function badProgram(): void {
  const group = securityGroup("fail-open-to-the-world", { ingress: [tcp(587, "0.0.0.0/0")] });
  instance("mail", group, { userDataBase64: secret(userData(mainCf.takesMailInClear, true)) });
  configMap("fail-clear", {
    "main.cf": `myhostname = sidecar.example.com\n${mainCf.takesMailInClear}`,
    "master.cf": masterCf,
  });
}

/** The same program, mended. */
export function goodProgram(): void {
  const group = securityGroup("pass-declared-clients", { ingress: [tcp(587, "192.0.2.0/24")] });
  instance("mail", group, { userDataBase64: secret(userData(mainCf.requiresTls, true)) });
  configMap("pass-tls", {
    "main.cf": `myhostname = sidecar.example.com\n${mainCf.requiresTls}`,
    "master.cf": masterCf,
  });
}
