/** Values that readers take as they stand: what they make of them once parts are replaced is asked by fuzz.test.ts. */

const metadata = { name: "mail", namespace: "a", labels: { app: "mail" } };
const template = {
  metadata,
  spec: {
    containers: [
      {
        name: "mail",
        image: "ghcr.io/docker-mailserver/docker-mailserver:14",
        ports: [{ name: "submission", containerPort: 587, protocol: "TCP", hostPort: 587 }],
        env: [
          { name: "SSL_TYPE", value: "manual" },
          { name: "MAIL_HOST", valueFrom: { configMapKeyRef: { name: "mail", key: "host" } } },
        ],
        envFrom: [{ configMapRef: { name: "mail" } }],
        volumeMounts: [{ name: "config", mountPath: "/etc/postfix", subPath: "main.cf" }],
      },
    ],
    volumes: [{ name: "config", configMap: { name: "mail", items: [{ key: "main.cf", path: "main.cf" }] } }],
    hostNetwork: false,
  },
};
const peers = [
  { podSelector: { matchLabels: { app: "mail" } }, namespaceSelector: { matchExpressions: [] } },
  { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
];
const ports = [
  { protocol: "TCP", port: 587, endPort: 590 },
  { protocol: "TCP", port: "submission" },
];
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", labels: { team: "x" } } };
const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata,
  data: { "main.cf": "smtpd_tls_security_level = may\n", host: "b" },
};
const secret = { apiVersion: "v1", kind: "Secret", metadata, data: { MAIL_PASSWORD: "c2VjcmV0" }, stringData: {} };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: { selector: { matchLabels: { app: "mail" } }, template },
};
const pod = { apiVersion: "v1", kind: "Pod", ...template };
const service = {
  ...{ apiVersion: "v1", kind: "Service", metadata },
  spec: {
    ...{
      type: "LoadBalancer",
      selector: { app: "mail" },
      externalIPs: ["192.0.2.1"],
      externalTrafficPolicy: "Local",
    },
    ...{
      loadBalancerSourceRanges: ["0.0.0.0/0"],
      ports: [{ port: 587, targetPort: "submission", nodePort: 30587 }],
    },
  },
};
const networkPolicy = {
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata },
  spec: {
    podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["mail"] }] },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: peers, ports }],
    egress: [{ to: peers, ports }],
  },
};
const adminNetworkPolicy = {
  ...{ apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "AdminNetworkPolicy", metadata: { name: "b" } },
  spec: {
    ...{ priority: 10, subject: { namespaces: { matchLabels: { team: "x" } } } },
    ingress: [
      {
        ...{ name: "c", action: "Deny", from: [{ namespaces: {} }] },
        ports: [{ portNumber: { protocol: "TCP", port: 587 } }, { portRange: { start: 25, end: 600 } }],
      },
    ],
  },
};
const gateway = {
  ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata },
  spec: { gatewayClassName: "x", listeners: [{ name: "l", port: 587, protocol: "TCP" }] },
};
const tcpRoute = {
  ...{ apiVersion: "gateway.networking.k8s.io/v1alpha2", kind: "TCPRoute", metadata },
  spec: {
    parentRefs: [{ name: "mail", sectionName: "l" }],
    rules: [{ backendRefs: [{ name: "mail", port: 587 }] }],
  },
};

/** Objects of a cluster, few at a time. */
export const clusters = [
  [namespace, configMap, secret, deployment, service],
  [namespace, pod, networkPolicy, adminNetworkPolicy],
  [deployment, service, gateway, tcpRoute],
].map((items) => ({ apiVersion: "v1", kind: "List", items }));

export const services = {
  mail: {
    image: `boky/postfix:\${TAG:-4}`,
    build: { context: "./mail", dockerfile: "Dockerfile" },
    environment: { SSL_TYPE: "manual", MAIL_HOST: "smtp.example.net", MAIL_PASSWORD_FILE: "/run/secrets/p" },
    env_file: ["mail.env"],
    ports: ["127.0.0.1:587:587/tcp", "465-467:465-467", { target: 25, published: "25", host_ip: "::1" }],
    volumes: ["./config:/etc/postfix:ro", { type: "bind", source: "./other", target: "/tmp/docker-mailserver" }],
  },
};
export const values = {
  deployment: { env: { SSL_TYPE: "manual" } },
  config: { general: { ALLOWED_SENDER_DOMAINS: "a" }, postfix: { smtpd_tls_security_level: "may" } },
  extraEnv: [{ name: "A", value: "b" }],
  ingress: { tlsFlavorOverride: "notls" },
  smtp: { host: "smtp.example.net", port: 587, username: "u", password: "p", tls: true },
  env: { MAIL_HOST: "a", MAILER_DSN: "smtp://a:b@c:587" },
};
export const cloudConfig = {
  write_files: [
    { path: "/etc/postfix/main.cf", content: "smtpd_tls_security_level = may\n", append: true, defer: "yes" },
    { path: "/etc/postfix/master.cf", content: "c3VibWlzc2lvbiBpbmV0IG4gLSB5IC0gLSBzbXRwZAo=", encoding: "b64" },
    {
      path: "/etc/nftables.conf",
      content: "table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n }\n}\n",
    },
  ],
  runcmd: [
    "ufw allow 587/tcp",
    ["postconf", "-e", "smtpd_tls_auth_only=yes"],
    "iptables -A INPUT -p tcp --dport 587 -j DROP",
  ],
  bootcmd: ["ufw enable"],
  merge_how: [{ name: "list", settings: ["append"] }],
};
export const windowsRule = {
  ...{
    Name: "r",
    DisplayName: "R",
    Enabled: "True",
    Direction: "Inbound",
    Action: "Allow",
    Profile: "Any",
    Protocol: "TCP",
  },
  ...{
    LocalPort: ["587", "25-30"],
    RemotePort: "Any",
    LocalAddress: "Any",
    RemoteAddress: ["192.0.2.0/24", "LocalSubnet"],
  },
  ...{ Program: "Any", Service: "Any", InterfaceType: "Any" },
};
const profile = {
  Name: "Public",
  Enabled: "True",
  DefaultInboundAction: "Block",
  DefaultOutboundAction: "NotConfigured",
};
export const windows = {
  profiles: [profile, { ...profile, Name: "Private" }],
  rules: [windowsRule, { ...windowsRule, Direction: "Outbound", Action: "Block" }],
};
const within = { family: "inet", table: "f" };
const match = (left: unknown, right: unknown, op = "==") => ({ match: { op, left, right } });
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } });
export const listed = {
  nftables: [
    { metainfo: { version: "1.0.6", json_schema_version: 1 } },
    { table: { family: "inet", name: "f", handle: 1 } },
    { chain: { ...within, name: "i", handle: 1, type: "filter", hook: "input", prio: 0, policy: "drop" } },
    { chain: { ...within, name: "c", handle: 2 } },
    {
      set: {
        ...within,
        name: "s",
        type: "ipv4_addr",
        flags: ["interval"],
        elem: [{ prefix: { addr: "192.0.2.0", len: 24 } }],
      },
    },
    { map: { ...within, name: "m", type: "inet_service", map: "verdict", elem: [[587, { accept: null }]] } },
    {
      rule: {
        ...{ ...within, chain: "i", handle: 3 },
        expr: [
          match(payload("tcp", "dport"), { set: [587, { range: [25, 30] }] }),
          match(payload("ip", "saddr"), "@s", "!="),
          match({ ct: { key: "state" } }, ["established", "related"], "in"),
          { limit: { rate: 5, per: "second" } },
          { counter: { packets: 0, bytes: 0 } },
          { jump: { target: "c" } },
        ],
      },
    },
    {
      rule: {
        ...within,
        chain: "c",
        handle: 4,
        expr: [{ vmap: { key: payload("tcp", "dport"), data: "@m" } }, { drop: null }],
      },
    },
  ],
};

/** Texts whose words are replaced. */
export const texts = {
  Dockerfile: `ARG TAG=14
FROM boky/postfix:\${TAG} AS base
ENV SSL_TYPE=manual POSTFIX_myhostname="mail.example.com" \\
    OTHER=a
FROM base
WORKDIR /etc/postfix
COPY --chown=0:0 main.cf master.cf /etc/postfix/
RUN postconf -e smtpd_tls_auth_only=yes && postconf -M submission/inet="submission inet n - y - - smtpd"
USER postfix
`,
  nftables: `define mail = { 25, 587 }
table inet f {
  set office { type ipv4_addr; flags interval; elements = { 192.0.2.0/24, 10.0.0.1-10.0.0.9 } }
  map ports { type inet_service : verdict; elements = { 25 : drop, 587 : jump own } }
  chain own { ip saddr @office accept; return }
  chain i {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    tcp dport vmap @ports
    ip6 saddr 2001:db8::/32 tcp dport $mail counter accept
    tcp dport != 587 limit rate 5/second log prefix "a" reject with tcp reset
  }
}
`,
  iptables: `# Generated by iptables-save v1.8.9
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 25 -j DNAT --to-destination 10.0.0.1:587
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
:own - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT ! -s 192.0.2.0/24 -p tcp -m multiport --dports 25,587:590 -j own
-A INPUT -p tcp -m tcp --dport 587 --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 5/sec -j ACCEPT
-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.9 -m comment --comment "the office" -j REJECT --reject-with tcp-reset
-A own -m addrtype --dst-type LOCAL -j RETURN
-A own -j DROP
COMMIT
`,
  ufw: `*filter
:ufw-user-input - [0:0]
:ufw-user-limit - [0:0]
### RULES ###

### tuple ### allow tcp 587 0.0.0.0/0 any 192.0.2.0/24 in comment=6d61696c
-A ufw-user-input -p tcp --dport 587 -s 192.0.2.0/24 -j ACCEPT
### tuple ### limit any 25:26 0.0.0.0/0 any 0.0.0.0/0 in_eth0
-A ufw-user-input -i eth0 -p tcp -m multiport --dports 25:26 -m conntrack --ctstate NEW -m recent --set
-A ufw-user-input -i eth0 -p tcp -m multiport --dports 25:26 -j ufw-user-limit
### END RULES ###
-A ufw-user-limit -j REJECT
COMMIT
`,
  firewalld: `<?xml version="1.0" encoding="utf-8"?>
<zone target="default">
  <short>Public</short>
  <interface name="eth0"/>
  <source address="10.0.0.0/8"/>
  <service name="smtp-submission"/>
  <port port="587-590" protocol="tcp"/>
  <forward-port port="25" protocol="tcp" to-port="587" to-addr="10.0.0.1"/>
  <rule family="ipv4" priority="-5">
    <source address="192.0.2.0/24" invert="true"/>
    <port port="587" protocol="tcp"/>
    <log prefix="a" level="info"/>
    <reject type="tcp-reset"/>
  </rule>
</zone>
`,
  pf: `mail = "{ 25, 587 }"
table <office> { 192.0.2.0/24, !192.0.2.1 }
set skip on lo
set block-policy return
match in all scrub (no-df)
block drop in log quick from 203.0.113.0/24
block return in all
pass in on egress inet proto tcp from <office> to (egress) port $mail keep state
pass in quick inet6 proto { tcp, udp } from any to any port 587 >< 590 flags S/SA
pass out all
`,
};
