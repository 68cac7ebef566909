/**
 * For every reader the files that it reads, at a length: what people write, many times over. Each yields texts by path.
 */

/** `head`, then as many pieces as fit, then `tail`; `piece` gets the number of the piece. */
function filled(bytes, piece, head = "", tail = "", between = "") {
  const parts = [];
  for (let left = bytes - head.length - tail.length, i = 0; left > 0; i++) {
    const text = piece(i) + between;
    parts.push(text);
    left -= text.length;
  }
  const body = parts.join("");
  return head + (between === "" ? body : body.slice(0, -between.length)) + tail;
}

const octets = (i) => `${20 + ((i >> 16) & 127)}.${(i >> 8) & 255}.${i & 255}`;
const address = (i) => `${20 + ((i >> 22) & 127)}.${(i >> 14) & 255}.${(i >> 6) & 255}.${(i & 63) << 2}`;
const comment = "# Written by the configuration management; changes here are lost with the next run.\n";

const mainCf =
  "smtpd_tls_security_level = encrypt\nsmtpd_sasl_auth_enable = yes\nsmtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject\n";
const masterCf = "submission inet n - y - - smtpd\n";
const exchangeRule = (i) => ({
  Identity: `EX${i}\\Scanners`,
  Server: `EX${i}`,
  TransportRole: "FrontendTransport",
  Enabled: true,
  Bindings: ["[::]:587", "0.0.0.0:587"],
  RemoteIPRanges: [`${octets(i)}.0-${octets(i)}.255`, `10.20.${i & 255}.0/24`],
  AuthMechanism: "Tls, BasicAuth, BasicAuthRequireTLS",
  PermissionGroups: "ExchangeUsers",
  RequireTLS: true,
  Fqdn: "mail.example.com",
});
const exchangeRow = (i) =>
  `"0.0.0.0:587","${octets(i)}.0-${octets(i)}.255","Tls, BasicAuth, BasicAuthRequireTLS","ExchangeUsers","True","True","EX${i}","EX${i}\\Scanners"\n`;
const exchangeHeader =
  '"Bindings","RemoteIPRanges","AuthMechanism","PermissionGroups","RequireTLS","Enabled","Server","Identity"\n';

/** Servers: name, and files by path. */
const servers = {
  "Postfix main.cf": (n) => ({
    "postfix/main.cf": filled(n, (i) => `${comment}virtual_setting_${i} = value, other, third\n`, mainCf),
    "postfix/master.cf": masterCf,
  }),
  "Postfix master.cf": (n) => ({
    "postfix/main.cf": mainCf,
    "postfix/master.cf": filled(
      n,
      (i) =>
        `out${i} unix - - n - 20 smtp\n  -o smtp_helo_name=out${i}.example.com\n  -o smtp_bind_address=${address(i)}\n`,
      masterCf,
    ),
  }),
  "Postfix access map": (n) => ({
    "postfix/main.cf": `${mainCf}smtpd_tls_cert_file = /etc/mail.pem\nsmtpd_relay_restrictions = check_client_access cidr:/etc/postfix/access.cidr, permit_sasl_authenticated, reject\n`,
    "postfix/master.cf": masterCf,
    "postfix/access.cidr": filled(n, (i) => `${address(i)}/30 ${i % 3 ? "REJECT" : "OK"}\n`),
  }),
  "Postfix access map with keys": (n) => ({
    "postfix/main.cf": `${mainCf}smtpd_tls_cert_file = /etc/mail.pem\nsmtpd_relay_restrictions = check_client_access texthash:/etc/postfix/access, permit_sasl_authenticated, reject\n`,
    "postfix/master.cf": masterCf,
    "postfix/access": filled(
      n,
      (i) => `${i % 4 ? address(i) : `host${i}.example`} ${i % 3 ? "REJECT" : "OK"} for ${i}\n`,
    ),
  }),
  "Postfix access map of patterns": (n) => ({
    "postfix/main.cf": `${mainCf}smtpd_tls_cert_file = /etc/mail.pem\nsmtpd_relay_restrictions = check_sender_access regexp:/etc/postfix/senders, permit_sasl_authenticated, reject\n`,
    "postfix/master.cf": masterCf,
    "postfix/senders": filled(n, (i) => `/@spam${i}\\.example$/ ${i % 3 ? "REJECT" : "DUNNO"} for ${i}\n`),
  }),
  Exim: (n) => ({
    "exim4/exim4.conf": filled(
      n,
      (i) => `  deny    senders = *@spam${i}.example\n          message = rejected: ask postmaster\n`,
      "daemon_smtp_ports = 587\nacl_smtp_rcpt = check\nbegin acl\ncheck:\n",
      "  accept  authenticated = *\n  deny\n\nbegin routers\n\nbegin transports\n",
    ),
  }),
  Dovecot: (n) => ({
    "dovecot/dovecot.conf": filled(
      n,
      (i) => `${comment}plugin {\n  quota_rule${i} = *:storage=1G\n}\n`,
      "hostname = mail.example.com\nprotocols = submission\nssl = required\nssl_cert = </etc/c.pem\npassdb {\n  driver = pam\n}\n",
    ),
  }),
  Haraka: (n) => ({
    "haraka/config/smtp.ini": "listen=0.0.0.0:587\n",
    "haraka/config/connection.ini":
      "[message]\nhelo=Ready.\n\n[max]\nbytes=26214400\n\n[haproxy]\nhosts[] =\n\n[uuid]\nchars=6\n",
    "haraka/config/plugins": "tls\nauth/flat_file\nrelay\n",
    "haraka/config/auth_flat_file.ini": "[core]\nmethods=PLAIN,LOGIN\n\n[users]\n",
    "haraka/config/relay.ini": "[relay]\nacl=true\n",
    "haraka/config/relay_acl_allow": filled(n, (i) => `${address(i)}/32\n`),
  }),
  OpenSMTPD: (n) => ({
    "smtpd/smtpd.conf": filled(
      n,
      (i) => `match from any for domain "example${i}.org" action "out"\n`,
      'pki m cert "/c"\npki m key "/k"\nlisten on 0.0.0.0 port 587 tls-require pki m auth\naction "out" relay\n',
    ),
  }),
  "Sendmail cf": (n) => ({
    "mail/sendmail.cf": filled(
      n,
      (i) => `# rule ${i}\nR$* < @ host${i}.example.com > $*\t\t$: $1 < @ relay.example.net > $2\n`,
      "V10/Berkeley\nO DaemonPortOptions=Port=587, Name=MSA, M=Ea\nSlocal_own\n",
    ),
  }),
  "Sendmail mc": (n) => ({
    "mail/sendmail.mc": filled(
      n,
      (i) => `dnl # host ${i}\nLOCAL_DOMAIN(\`host${i}.example.com')dnl\n`,
      "include(`/usr/share/sendmail/cf/m4/cf.m4')dnl\nDAEMON_OPTIONS(`Name=MSA, Port=587, M=Ea')dnl\nFEATURE(`no_default_msa')dnl\n",
    ),
  }),
  "Sendmail access map": (n) => ({
    "mail/sendmail.mc":
      "include(`/usr/share/sendmail/cf/m4/cf.m4')dnl\nFEATURE(`access_db')dnl\nDAEMON_OPTIONS(`Name=MSA, Port=587, M=Ea')dnl\n",
    "mail/access": filled(n, (i) => `Connect:${octets(i)}\t${i % 3 ? "REJECT" : "RELAY"}\n`),
  }),
  "Courier settings": (n) => ({
    "courier/esmtpd-msa": filled(
      n,
      (i) => `${comment}SETTING_${i}="value ${i}"\n`,
      "PORT=587\nADDRESS=0\nESMTPDSTART=YES\n",
    ),
    "courier/esmtpd": 'ESMTPAUTH=""\nMAXDAEMONS=40\n',
  }),
  "Courier access files": (n) => ({
    "courier/esmtpd-msa": "PORT=587\nADDRESS=0\nESMTPDSTART=YES\n",
    "courier/esmtpd":
      'ESMTPAUTH=""\nACCESSFILE=/etc/courier/smtpaccess\nMAXDAEMONS=40\nMAXPERC=5\nMAXPERIP=5\nPIDFILE=/run/courier/esmtpd.pid\nMAILUSER=courier\nMAILGROUP=courier\n',
    "courier/smtpaccess/default": filled(n, (i) => `${octets(i)}\t${i % 3 ? "deny" : "allow,RELAYCLIENT"}\n`),
  }),
  maddy: (n) => ({
    "maddy/maddy.conf": filled(
      n,
      (i) => `${comment}$(setting${i}) = value${i}\n`,
      "hostname mail.example.com\ntls file c.pem k.pem\nsubmission tcp://0.0.0.0:587 {\n    reject 501\n}\n",
    ),
  }),
  Stalwart: (n) => ({
    "stalwart/config.toml": filled(
      n,
      (i) => `[queue.route.r${i}]\naddress = "relay${i}.example.com"\nport = 25\n`,
      '[server.listener.submission]\nbind = ["[::]:587"]\nprotocol = "smtp"\n',
    ),
  }),
  "Exchange JSON": (n) => ({
    "exchange/receive-connectors.json": filled(n, (i) => JSON.stringify(exchangeRule(i), null, 2), "[", "]", ","),
  }),
  "Exchange CSV": (n) => ({ "exchange/receive-connectors.csv": filled(n, exchangeRow, exchangeHeader) }),
  NixOS: (n) => ({
    "configuration.nix": filled(
      n,
      (i) => `  users.users.user${i} = { isNormalUser = true; }; # user ${i}\n`,
      "{ config, pkgs, ... }: {\n",
      "  services.postfix.enable = true;\n}\n",
    ),
  }),
};

const scalar = (i) => `setting${i}: value\n`;

/** Clients: name, and files by path. */
const clients = {
  Alertmanager: (n) => ({
    "alertmanager.yml": filled(
      n,
      (i) => `  - name: team-${i}\n    email_configs:\n      - to: team${i}@example.com\n        require_tls: true\n`,
      "global:\n  smtp_smarthost: smtp.example.net:587\nreceivers:\n",
    ),
  }),
  Django: (n) => ({
    "settings.py": filled(
      n,
      (i) => `SETTING_${i} = "value"  # ${i}\n`,
      'EMAIL_HOST = "smtp.example.net"\nEMAIL_PORT = 587\n',
    ),
  }),
  GitLab: (n) => ({
    "gitlab.rb": filled(
      n,
      (i) => `# gitlab_rails['other_${i}'] = true\nnginx['setting_${i}'] = "value"\n`,
      "gitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_address'] = \"smtp.example.net\"\n",
    ),
  }),
  Grafana: (n) => ({
    "grafana.ini": filled(
      n,
      (i) => `;setting_${i} = value\nother_${i} = value\n`,
      "[smtp]\nenabled = true\nhost = smtp.example.net:587\n",
    ),
  }),
  Keycloak: (n) => ({
    "realm.json": filled(
      n,
      (i) => JSON.stringify({ clientId: `client-${i}`, enabled: true, redirectUris: [`https://a${i}.example.com/*`] }),
      '{"realm":"r","smtpServer":{"host":"smtp.example.net","port":"587"},"clients":[',
      "]}",
      ",",
    ),
  }),
  Laravel: (n) => ({
    ".env": filled(n, (i) => `SETTING_${i}="value ${i}"\n`, "MAIL_MAILER=smtp\nMAIL_HOST=smtp.example.net\n"),
  }),
  msmtp: (n) => ({
    ".msmtprc": filled(
      n,
      (i) => `account a${i}\nhost smtp${i}.example.net\nport 587\ntls on\nfrom a${i}@example.com\n\n`,
    ),
  }),
  nodemailer: (n) => ({
    "mail.js": filled(
      n,
      (i) => `export const name${i} = { label: "value ${i}", size: ${i} };\n`,
      'createTransport({ host: "smtp.example.net", port: 587 });\n',
    ),
  }),
  Rails: (n) => ({
    "config/environments/production.rb": filled(
      n,
      (i) => `  config.x.setting_${i} = "value ${i}"\n`,
      'Rails.application.configure do\n  config.action_mailer.smtp_settings = { address: "smtp.example.net", port: 587 }\n',
      "end\n",
    ),
  }),
  Sentry: (n) => ({ "config.yml": filled(n, scalar, "mail.host: smtp.example.net\nmail.port: 587\n") }),
  "Spring YAML": (n) => ({
    "application.yml": filled(
      n,
      (i) => `  s${i}:\n    name: value\n`,
      "spring:\n  mail:\n    host: smtp.example.net\nother:\n",
    ),
  }),
  "Spring properties": (n) => ({
    "application.properties": filled(n, (i) => `other.setting.s${i}=value\n`, "spring.mail.host=smtp.example.net\n"),
  }),
  sSMTP: (n) => ({
    "ssmtp.conf": filled(n, (i) => `# line ${i}\nSetting${i}=value\n`, "mailhub=smtp.example.net:587\n"),
  }),
  Symfony: (n) => ({ ".env": filled(n, (i) => `SETTING_${i}=value\n`, "MAILER_DSN=smtp://smtp.example.net:587\n") }),
  WordPress: (n) => ({
    "wp-config.php": filled(
      n,
      (i) => `define( 'SETTING_${i}', 'value' );\n`,
      "<?php\ndefine( 'WPMS_ON', true );\ndefine( 'WPMS_SMTP_HOST', 'smtp.example.net' );\n",
    ),
  }),
};

/** Most of a large stream is what charts bring along: definitions, dashboards, settings. */
const manifest = (i) => `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: config-${i}
  namespace: team-${i % 50}
  labels:
    app.kubernetes.io/name: config
    app.kubernetes.io/managed-by: Helm
data:
  setting: "value"
  other.yaml: |
    server:
      port: 8080
      names: [one, two, three]
${i % 100 === 0 ? application(i) : ""}`;
const application = (i) => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${i}
  namespace: team-${i % 50}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-${i}
  template:
    metadata:
      labels:
        app: app-${i}
    spec:
      containers:
        - name: app
          image: registry.example.com/app:1.2.3
          ports:
            - containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
---
apiVersion: v1
kind: Service
metadata:
  name: app-${i}
  namespace: team-${i % 50}
spec:
  selector:
    app: app-${i}
  ports:
    - port: ${i % 1000 === 0 ? 587 : 80}
      targetPort: 8080
`;
/** A stream of workloads alone, each with its Service and its policy. */
const workload = (i) => `${application(i)}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: app-${i}
  namespace: team-${i % 50}
spec:
  podSelector:
    matchLabels:
      app: app-${i}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: app-${i + 50}
      ports:
        - port: 8080
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: app-${i - (i % 1000) + (i % 50)}
      ports:
        - port: 587
`;
const composeService = (i) => `  app${i}:
    image: registry.example.com/app:1.2.3
    restart: unless-stopped
    environment:
      LOG_LEVEL: info
      DATABASE_URL: postgres://db/app${i}
    ports:
      - "127.0.0.1:${10_000 + (i % 50_000)}:8080"
    networks: [internal]
`;

/** Containers and clusters. */
const containers = {
  "Compose YAML": (n) => ({
    "compose.yaml": filled(
      n,
      composeService,
      'services:\n  mail:\n    image: axllent/mailpit\n    ports: ["1025:1025"]\n',
    ),
  }),
  Dockerfile: (n) => ({
    // In a directory a Dockerfile alone is nothing: most are for something else.
    "compose.yaml": "services:\n  mail:\n    build: .\n    ports: [587:587]\n",
    Dockerfile: filled(
      n,
      (i) => `RUN echo ${i} && \\\n    apt-get install -y package${i}\nENV SETTING_${i}=value\n`,
      "FROM boky/postfix\n",
    ),
  }),
  "Kubernetes YAML": (n) => ({ "cluster.yaml": filled(n, manifest) }),
  "Kubernetes workloads": (n) => ({ "cluster.yaml": filled(n, workload) }),
  "Helm values": (n) => ({
    "chart/Chart.yaml": "apiVersion: v2\nname: docker-mailserver\nversion: 1.0.0\n",
    "chart/values.yaml": filled(
      n,
      (i) => `s${i}:\n  name: value\n  enabled: true\n`,
      "deployment:\n  env:\n    SSL_TYPE: letsencrypt\n",
    ),
  }),
  "Ansible YAML": (n) => ({
    "site.yml": filled(
      n,
      (i) => `    - name: Package ${i}\n      ansible.builtin.package:\n        name: package${i}\n`,
      "- hosts: mail\n  tasks:\n    - ansible.builtin.iptables: { chain: INPUT, protocol: tcp, destination_port: 587, jump: ACCEPT }\n",
    ),
  }),
};

const windowsRule = (i) => ({
  Name: `rule-${i}`,
  DisplayName: `Rule ${i}`,
  Enabled: "True",
  Direction: "Inbound",
  Action: i % 2 ? "Allow" : "Block",
  Profile: "Any",
  Protocol: "TCP",
  LocalPort: i % 4 ? "8080" : "587",
  RemotePort: "Any",
  LocalAddress: "Any",
  RemoteAddress: address(i),
  Program: "Any",
  Service: "Any",
  InterfaceType: "Any",
});
const port = (i) => (i % 4 ? 1000 + (i % 4) : 587);
const iptablesRule = (i, chain) =>
  `-A ${chain} -s ${address(i)}/32 -p tcp -m tcp --dport ${port(i)} -j ${i % 8 ? "DROP" : "ACCEPT"}\n`;

/** Firewalls of hosts. */
const firewalls = {
  nftables: (n) => ({
    "nftables.conf": filled(
      n,
      (i) => `    ip saddr ${address(i)} tcp dport ${port(i)} ${i % 8 ? "drop" : "accept"}\n`,
      "#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n",
      "  }\n}\n",
    ),
  }),
  "iptables-save": (n) => ({
    "rules.v4": filled(
      n,
      (i) => iptablesRule(i, "INPUT"),
      "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n",
      "COMMIT\n",
    ),
  }),
  ufw: (n) => ({
    "ufw/ufw.conf": "ENABLED=yes\n",
    "ufw/default/ufw":
      'IPV6=no\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n',
    "ufw/before.rules": "*filter\nCOMMIT\n",
    "ufw/after.rules": "*filter\nCOMMIT\n",
    "ufw/user.rules": filled(
      n,
      (i) =>
        `### tuple ### allow tcp ${port(i)} 0.0.0.0/0 any ${address(i)} in\n${iptablesRule(i, "ufw-user-input")}\n`,
      "*filter\n:ufw-user-input - [0:0]\n:ufw-user-output - [0:0]\n### RULES ###\n",
      "### END RULES ###\nCOMMIT\n",
    ),
  }),
  pf: (n) => ({
    "pf.conf": filled(
      n,
      (i) => `pass in quick on egress proto tcp from ${address(i)} to any port ${port(i)}\n`,
      "set skip on lo\nblock all\n",
    ),
  }),
  "firewalld XML": (n) => ({
    "firewalld/firewalld.conf": "DefaultZone=public\nIPv6_rpfilter=no\n",
    "firewalld/zones/public.xml": filled(
      n,
      (i) =>
        `  <rule family="ipv4">\n    <source address="${address(i)}"/>\n    <port port="${port(i)}" protocol="tcp"/>\n    <accept/>\n  </rule>\n`,
      '<?xml version="1.0" encoding="utf-8"?>\n<zone>\n',
      "</zone>\n",
    ),
  }),
  "Windows JSON": (n) => ({
    "windows.json": filled(n, (i) => JSON.stringify(windowsRule(i), null, 2), '{"rules":[', "]}", ","),
  }),
};

/** A plan with one machine that gets user data, as `terraform show -json` writes it. */
function machine(data) {
  const head = {
    mode: "managed",
    type: "aws_instance",
    name: "mx",
    provider_name: "registry.terraform.io/hashicorp/aws",
  };
  const known = { ami: "ami-1", instance_type: "t3.small", user_data: data };
  const resource = { address: "aws_instance.mx", ...head, schema_version: 1 };
  const change = {
    actions: ["create"],
    before: null,
    after: known,
    after_unknown: { id: true },
    before_sensitive: false,
  };
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.13.0",
    planned_values: { root_module: { resources: [{ ...resource, values: known, sensitive_values: {} }] } },
    resource_changes: [{ ...resource, change: { ...change, after_sensitive: {} } }],
    configuration: {
      root_module: { resources: [{ ...resource, expressions: { user_data: { constant_value: "" } } }] },
    },
  });
}

function plan(bytes) {
  const provider = { mode: "managed", provider_name: "registry.terraform.io/hashicorp/aws", schema_version: 0 };
  const [values, changes, configuration] = [[], [], []];
  for (let i = 0; i * 1100 < bytes; i++) {
    const known = {
      ...{ type: "ingress", from_port: port(i), to_port: port(i), protocol: "tcp", security_group_id: "sg-1" },
      ...{ cidr_blocks: [`${address(i)}/32`], ipv6_cidr_blocks: null, description: `rule ${i}`, self: false },
    };
    const resource = {
      address: `aws_security_group_rule.r${i}`,
      ...provider,
      type: "aws_security_group_rule",
      name: `r${i}`,
    };
    values.push({ ...resource, values: known, sensitive_values: {} });
    const change = { actions: ["create"], before: null, after: known, after_unknown: { id: true } };
    changes.push({ ...resource, change: { ...change, before_sensitive: false, after_sensitive: {} } });
    const expressions = Object.fromEntries(Object.keys(known).map((name) => [name, { constant_value: null }]));
    configuration.push({ ...resource, expressions });
  }
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.13.0",
    planned_values: { root_module: { resources: values } },
    resource_changes: changes,
    configuration: { root_module: { resources: configuration } },
  });
}

/** What programs of infrastructure yield. */
const programs = {
  "cloud-init": (n) => ({
    "plan.json": machine(
      filled(
        n,
        (i) =>
          `  - path: /etc/app/${i}.conf\n    permissions: "0644"\n    content: |\n      setting = ${i}\n      other = value\n`,
        "#cloud-config\nwrite_files:\n  - path: /etc/postfix/main.cf\n    content: |\n      smtpd_tls_security_level = encrypt\n  - path: /etc/postfix/master.cf\n    content: |\n      submission inet n - y - - smtpd\n",
      ),
    ),
  }),
  "Terraform plan JSON": (n) => ({ "plan.json": plan(n) }),
};

export const files = { ...servers, ...clients, ...containers, ...firewalls, ...programs };
