import { posix } from "node:path";
import { clientFacts } from "../../mail/clients/index.js";
import { containerFacts } from "../../mail/containers/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import { type Estate, joinEstates } from "../../model/network.js";
import { Subjects } from "../../model/subjects.js";
import { clientsIn } from "../../sources/clients/index.js";
import { mailDefinitionsInUserData } from "../../sources/cloud-init.js";
import { hostLayersInUserData } from "../../sources/cloud-init-firewall.js";
import { containersIn } from "../../sources/containers/compose.js";
import { dockerfilesOver } from "../../sources/containers/dockerfile-edits.js";
import { inMemory } from "../../sources/host-firewall/files.js";
import { hostOf, partsOf } from "../../sources/host-firewall/host.js";
import { layersOf } from "../../sources/host-firewall/layers.js";
import { documentsIn } from "../../sources/kubernetes/documents.js";
import { helmValuesIn } from "../../sources/kubernetes/helm-values.js";
import { resourceOf } from "../../sources/kubernetes/objects.js";
import { mailDefinitionsIn } from "../../sources/mail/index.js";
import { treeOf } from "../../sources/mail/tree.js";
import { unevaluatedIn } from "../../sources/mail/unevaluated.js";
import { estateOf } from "../../sources/pulumi/index.js";
import { mailFacts } from "../mail/facts.js";
import { cloudConfig, clusters, listed, services, texts, values, windows, windowsRule } from "./samples.js";

/** Texts by their path. */
export type Texts = ReadonlyMap<string, string>;

/** What made-up files are made of. */
export interface Language {
  /** The files that are made up, by path. */
  readonly files: readonly string[];
  /** Files that stay as they are. */
  readonly beside?: Readonly<Record<string, string>>;
  /** What each may begin with: nothing, or what lets the reader come further. */
  readonly heads: readonly string[];
  /** Words and phrases of the language, apart by a line or two spaces. */
  readonly words: string;
  /** Texts, and values that are written as JSON: some of their words or parts are replaced. */
  readonly samples?: readonly unknown[];
  readonly write?: (value: unknown) => string;
  /** Reads the files up to the last fact. @throws what the readers throw. */
  readonly read: (texts: Texts) => Promise<void>;
}

async function factsOf(estate: Estate): Promise<void> {
  const subjects = new Subjects(nothingDeclared, estate.interfaces, estate.containers);
  await mailFacts(estate.definitions, subjects);
  await clientFacts(estate, subjects);
  containerFacts(estate.containers ?? [], subjects);
}

/** Everything that may lie anywhere in a directory. */
async function readTree(texts: Texts): Promise<void> {
  const idOf = (path: string) => path;
  const tree = treeOf(texts, idOf);
  const carrier = { origin: "planned", idOf } as const;
  const charts = helmValuesIn(tree, idOf);
  const definitions = [...mailDefinitionsIn(tree, carrier), ...unevaluatedIn(tree, idOf)];
  await factsOf({
    interfaces: [],
    definitions: dockerfilesOver(tree)(definitions),
    containers: [...containersIn(tree, idOf), ...charts.containers],
    clients: [...clientsIn(tree, carrier), ...charts.clients],
  });
}

async function readObjects(texts: Texts): Promise<void> {
  const documents = [...texts].flatMap(([path, text]) => documentsIn(text, path));
  await factsOf(await estateOf(documents.flatMap((each) => resourceOf(each) ?? [])));
}

async function readUserData(texts: Texts): Promise<void> {
  for (const text of texts.values()) {
    const definitions = mailDefinitionsInUserData(text, { at: "machine#userData", origin: "planned" });
    await factsOf(joinEstates({ interfaces: [], definitions }));
    await hostLayersInUserData(text, "machine#userData");
  }
}

async function readHost(texts: Texts): Promise<void> {
  const files = inMemory(new Map([...texts].map(([path, text]) => [posix.join("host", path), text])));
  layersOf((await hostOf(await partsOf("host", files), files)).ruleset);
}

const images = `FROM boky/postfix AS base  FROM base  ghcr.io/docker-mailserver/docker-mailserver:14  mailhog/mailhog  $TAG  \${TAG:-4}`;
const noise = `{  }  [  ]  :  -  ,  "  '  \\  #  $  \${A}  \${A:-b}  |  >  &a  *a  <<:  !x  __proto__  constructor  0  587  465-470  99999  -1  1e9  true  null  ~  \t`;
const values4 =
  "192.0.2.0/24  10.0.0.1-10.0.0.9  0.0.0.0/33  ::/0  2001:db8::/129  any  587  25:600  25-600  submission  -1  99999";

/** Every reader of files that are neither a mail server's nor a client's own. */
export const languages: Readonly<Record<string, Language>> = {
  Dockerfile: {
    files: ["Dockerfile", "mail/Dockerfile"],
    beside: {
      "mail/main.cf": "smtpd_tls_security_level = may\n",
      "mail/master.cf": "submission inet n - y - - smtpd\n",
    },
    heads: [
      "",
      "FROM boky/postfix\n",
      `ARG TAG=14\nFROM ghcr.io/docker-mailserver/docker-mailserver:\${TAG} AS base\n`,
    ],
    words: `${images}  ARG TAG=1  ENV SSL_TYPE=manual  ENV A b  COPY --from=base / /  COPY main.cf /etc/postfix/  ADD . /etc
      COPY ["a", "/etc/postfix/main.cf"]  RUN postconf -e smtpd_tls_auth_only=yes  RUN <<EOF  EOF  RUN ["sh", "-c", "a"]  ONBUILD
      USER x  WORKDIR /etc/postfix  SHELL ["/bin/sh"]  ENTRYPOINT  # escape=\`  # syntax=x  \\  &&  ||  ;  sed -i s/a/b/ main.cf
      --chown=0:0  AS  ${noise}`,
    samples: [texts.Dockerfile],
    read: readTree,
  },
  Compose: {
    files: ["compose.yaml", ".env", "mail.env", "mail/Dockerfile"],
    heads: ["", "services:\n  mail:\n    image: boky/postfix\n    ", "FROM mailhog/mailhog\n"],
    words: `services:  image: axllent/mailpit  build: ./mail  context: .  environment:  env_file:  ports:  volumes:  - "587:587"
      - \${P:-25}:1025  - 1-65535:1-65535  [::1]:587:587  - ./a:/etc/postfix  target: 587  published:  host_ip:  SSL_TYPE=manual
      A: b  MAIL_HOST: a  MAILER_DSN=smtp://a:b@c:1  ..  extends:  x-a: &a  \n  \n    ${noise}`,
    samples: [{ services }, { services: { ...services, catcher: { image: "mailhog/mailhog", ports: [1025] } } }],
    read: readTree,
  },
  Helm: {
    files: ["chart/values.yaml", "chart/values-production.yaml", "chart/Chart.yaml"],
    beside: { "other/Chart.yaml": "name: docker-mailserver\nversion: 1.0.0\n" },
    heads: [
      "",
      "name: docker-mailserver\n",
      "name: mail\ndependencies:\n  - name: mailu\n    alias: ",
      "deployment:\n  env:\n    SSL_TYPE: ",
    ],
    words: `name:  dependencies:  - name: mailu  alias: a  a:  deployment:  env:  config:  general:  postfix:  extraEnv:  - name: A
      value:  ingress:  tlsFlavorOverride: notls  smtp:  host: a  port: 587  {{ .Values.a }}  \n  \n    ${noise}`,
    samples: [values, { name: "mail", dependencies: [{ name: "mailu", alias: "smtp" }, { name: "mailpit" }] }],
    read: readTree,
  },
  Kubernetes: {
    files: ["cluster.yaml"],
    heads: ["", "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n", "apiVersion: v1\nkind: List\nitems:\n  - "],
    words: `---  apiVersion: v1  apiVersion: networking.k8s.io/v1  kind: Service  kind: NetworkPolicy  kind: List  kind: Pod  items:
      metadata:  name: a  generateName:  namespace: b  spec:  podSelector: {}  ingress:  egress:  - from:  - to:  - ports:  port: 587
      ipBlock: {cidr: 0.0.0.0/0}  selector:  matchLabels:  {{ .Values.a }}  kind: ConfigMap  data:  main.cf: |  \n  \n  ${noise}`,
    samples: clusters,
    read: readObjects,
  },
  NixOS: {
    files: ["configuration.nix", "mail.nix"],
    heads: ["", "{ config, pkgs, ... }: {\n"],
    words: `services.postfix.enable = true;  services.postfix = {  services.dovecot2  mailserver.fqdn  services.maddy  }  ;  ''  /* */  #
      # services.exim  services.  imports = [ ./mail.nix ];  let  in  with lib;  mkIf  ${noise}`,
    read: readTree,
  },
  "cloud-init": {
    files: ["user-data"],
    heads: [
      "",
      "#cloud-config\nwrite_files:\n  - path: /etc/postfix/main.cf\n    content: ",
      "#!/bin/sh\npostconf -e ",
      'Content-Type: multipart/mixed; boundary="b"\nMIME-Version: 1.0\n\n--b\nContent-Type: text/cloud-config\n\n',
      "## template: jinja\n#cloud-config\n",
    ],
    words: `#cloud-config  #!/bin/sh  #include  write_files:  - path: /etc/postfix/main.cf  content: |  encoding: gz+b64  encoding: b64
      H4sIAAAAAAAA  append: true  defer: true  permissions:  runcmd:  - ufw allow 587/tcp  - [ufw, enable]  - |  bootcmd:  merge_how:
      iptables -A INPUT -p tcp --dport 587 -j DROP  nft add rule inet f i tcp dport 587 drop  nft -f /etc/nftables.conf
      postconf -e smtpd_tls_auth_only=yes  postconf -M  systemctl enable --now nftables  firewall-cmd --permanent --add-port=587/tcp
      cat > /etc/postfix/main.cf <<EOF  EOF  if true; then  fi  for i in 1 2; do  done  f() {  && || ; | > >> \`  $(a)  --b  --b--
      Content-Transfer-Encoding: base64  Content-Type: text/x-shellscript  {{ a }}  \n  \n      ${noise}`,
    samples: [cloudConfig],
    write: (value) => `#cloud-config\n${JSON.stringify(value)}`,
    read: readUserData,
  },
  nftables: {
    files: ["nftables.conf"],
    heads: [
      "",
      "table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n  ",
      "flush ruleset\ndefine a = ",
    ],
    words: `table inet f {  table ip6 g {  chain i {  chain c {  set s {  map m {  type ipv4_addr;  flags interval;  elements = {
      type filter hook input priority 0; policy drop;  type nat hook prerouting priority dstnat;  }  ;  \n  accept  drop  reject  return
      jump c  goto c  tcp dport 587  tcp dport { 25, 587 }  tcp dport != 25-587  ip saddr 192.0.2.0/24  ip6 daddr ::/0  ip saddr @s
      ct state established,related  ct state vmap { established : accept, invalid : drop }  tcp dport vmap @m  meta l4proto tcp  iif lo
      limit rate 5/second  log prefix "a"  counter  queue  dnat to 10.0.0.1:25  redirect to :587  define a = 587  $a  include "b.nft"
      flush ruleset  add rule inet f i tcp dport 587 drop  delete  !  @  th dport 587  ip protocol tcp  fib  ${noise}`,
    samples: [texts.nftables, listed],
    read: readHost,
  },
  "iptables-save": {
    files: ["rules.v4"],
    heads: [
      "",
      "*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:c - [0:0]\n-A INPUT ",
      "# Generated by ip6tables-save\n*filter\n",
    ],
    words: `*filter  *nat  *raw  COMMIT  :INPUT DROP [0:0]  :c - [0:0]  \n  \n-A INPUT  \n-A c  -p tcp  -m tcp  --dport 587  -m multiport
      --dports 25,587:590  ! -s 192.0.2.0/24  -s 192.0.2.1  -d 10.0.0.0/8  -i lo  ! -i eth0  -m conntrack --ctstate ESTABLISHED
      -m state --state NEW  -j DROP  -j REJECT --reject-with tcp-reset  -j ACCEPT  -j c  -g c  -j RETURN  -j DNAT --to-destination 10.0.0.1:25
      -j LOG --log-prefix "a b"  -m limit --limit 5/s  -m iprange --src-range 10.0.0.1-10.0.0.9  -m set --match-set s src  -m comment
      --comment "x  --tcp-flags SYN,ACK SYN  --syn  -m owner --uid-owner 0  -m addrtype --dst-type LOCAL  -P INPUT DROP  -I INPUT 1  -N c
      [1:2]  ${values4}  ${noise}`,
    samples: [texts.iptables],
    read: readHost,
  },
  ufw: {
    files: ["ufw/user.rules", "ufw/user6.rules", "default/ufw"],
    beside: {
      "ufw/ufw.conf": "ENABLED=yes\n",
      "ufw/before.rules": "*filter\nCOMMIT\n",
      "ufw/after.rules": "*filter\nCOMMIT\n",
    },
    heads: [
      ...["", "ENABLED=yes\n", 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n'],
      "*filter\n:ufw-user-input - [0:0]\n### RULES ###\n",
    ],
    words: `ENABLED=yes  IPV6=no  DEFAULT_INPUT_POLICY="DROP"  DEFAULT_OUTPUT_POLICY=REJECT  *filter  COMMIT  :ufw-user-input - [0:0]
      :ufw-before-input - [0:0]  \n  \n-A ufw-user-input  \n-A ufw-before-input  -p tcp --dport 587  -j ACCEPT  -j ufw-user-limit  -s 192.0.2.1
      -m multiport --dports 25,587  ### tuple ### allow tcp 587 0.0.0.0/0 any 0.0.0.0/0 in  -m comment --comment 'dapp_A'  MANAGE_BUILTINS=
      ${values4}  ${noise}`,
    samples: [texts.ufw],
    read: readHost,
  },
  firewalld: {
    files: ["firewalld/zones/public.xml", "firewalld/firewalld.conf"],
    beside: { "firewalld/services/own.xml": '<service><port port="587" protocol="tcp"/></service>' },
    heads: ["", "DefaultZone=public\nIPv6_rpfilter=no\n", '<?xml version="1.0"?>\n<zone target="DROP">\n', "<service>"],
    words: `<zone>  </zone>  <zone target="DROP">  <service name="smtp-submission"/>  <service name="own"/>  <port port="587" protocol="tcp"/>
      <rule family="ipv4">  <rule priority="-1">  </rule>  <source address="192.0.2.0/24"/>  <source ipset="s"/>  <accept/>  <drop/>
      <reject type="tcp-reset"/>  <masquerade/>  <forward-port port="25" protocol="tcp" to-port="587"/>  <interface name="eth0"/>
      <service>  </service>  <direct>  <rule priority="0" table="filter" ipv="ipv4" chain="INPUT">-j DROP</rule>  <!--  -->  <![CDATA[
      <!DOCTYPE a [<!ENTITY b "c">]>  &b;  &lt;  &#0;  DefaultZone=public  Lockdown=no  <icmp-block-inversion/>  <limit value="1/m"/>
      port="1-99999"  ${noise}`,
    samples: [texts.firewalld],
    read: readHost,
  },
  pf: {
    files: ["pf.conf"],
    heads: ["", "set skip on lo\nblock all\n", 'ext = "egress"\n'],
    words: `block  pass  in  out  quick  log  on egress  on $ext  inet  inet6  proto tcp  proto { tcp udp }  from any  from <t>  from 192.0.2.0/24
      ! 10.0.0.1  to any  to self  to (egress)  port 587  port { 25 587 }  port 25:600  port != 25  port >< 1  keep state  no state  flags S/SA
      rdr-to 10.0.0.1 port 25  nat-to (egress)  rdr pass on egress  table <t> { 10.0.0.0/8 !10.1.0.0/16 }  table <t> persist file "/a"
      anchor "a"  anchor a {  load anchor  set skip on lo  set block-policy return  a = "587"  a = "{" $a "}"  $a  include "b"  match  antispoof
      scrub in all  block return-rst  tag x  tagged x  user root  \\  \n  \npass  ${values4}  ${noise}`,
    samples: [texts.pf],
    read: readHost,
  },
  "Windows JSON": {
    files: ["windows.json"],
    heads: ["", '{"rules":[', `{"rules":[${JSON.stringify(windowsRule)},`],
    words: `"rules":  "profiles":  "Direction":"Inbound"  "RemoteAddress":"Any"  "LocalPort":["587"]  "Enabled":"True"  "Action":"Block"
      "Protocol":"TCP"  "Protocol":6  ${noise}`,
    samples: [windows, [windowsRule]],
    read: readHost,
  },
};
