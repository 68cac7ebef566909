import { adds, both, type Change, row, type Server, swaps } from "./rows.js";

const plugins = (text: string): Change => adds("config/plugins", text);
const without = (name: string): Change => swaps("config/plugins", `${name}\n`, "");
const tls = (text: string): Change => adds("config/tls.ini", text);
const smtp = (text: string): Change => adds("config/smtp.ini", text);
const relay = (text: string): Change =>
  both(swaps("config/plugins", "tls\n", "relay\ntls\n"), adds("config/relay.ini", `[relay]\n${text}`));
const private_ = { client: "10.0.0.1" };

export const haraka: Server = {
  heading: "Haraka",
  release: "3.3.4",
  files: {
    "config/plugins": "tls\nauth/flat_file\nrcpt_to.in_host_list\n",
    "config/smtp.ini": "listen=0.0.0.0:587,0.0.0.0:2525\n",
    "config/connection.ini": "[max]\nbytes=26214400\n[message]\nhelo=Haraka\n[uuid]\nbanner_chars=6\n",
    "config/tls.ini": "key=tls_key.pem\ncert=tls_cert.pem\n",
    "config/auth_flat_file.ini": "[core]\nmethods=PLAIN\n[users]\n",
  },
  rows: [
    row("listen", "listening", "not stated", "true", swaps("config/smtp.ini", "listen=", "listen=0.0.0.0:2587,"), {
      port: 2587,
    }),
    row("port", "listening", "not stated", "true", smtp("port=2587"), {
      given: swaps("config/smtp.ini", "listen=0.0.0.0:587,0.0.0.0:2525\n", ""),
      port: 2587,
    }),
    row("listen_host", "listening", "true", "false", smtp("listen_host=127.0.0.1"), {
      given: swaps("config/smtp.ini", "listen=0.0.0.0:587,0.0.0.0:2525\n", "port=587\n"),
    }),
    row("smtps_port", "implicitTls", "false", "true", smtp("smtps_port=587")),
    row("tls", "starttlsOffered", "offered", "absent", without("tls")),
    row("key", "starttlsOffered", "offered", "absent", swaps("config/tls.ini", "key=tls_key.pem", "key=")),
    row("cert", "starttlsOffered", "offered", "absent", swaps("config/tls.ini", "cert=tls_cert.pem", "cert=")),
    row("no_starttls_ports[]", "starttlsOffered", "offered", "absent", tls("no_starttls_ports[]=587")),
    row("[no_tls_hosts]", "starttlsOffered", "offered", "absent", tls("[no_tls_hosts]\n192.0.2.0/24")),
    row("minVersion", "tlsVersions", "TLSv1.2 TLSv1.3", "TLSv1.3", tls("minVersion=TLSv1.3")),
    row(
      "rejectUnauthorized",
      "tlsVersions",
      "TLSv1.2 TLSv1.3",
      "unknown: the certificate of the client, which tls.ini demands",
      tls("requestCert=true\nrejectUnauthorized=true"),
    ),
    row(
      "requireAuthorized[]",
      "tlsVersions",
      "TLSv1.2 TLSv1.3",
      "unknown: the certificate of the client, which tls.ini demands",
      tls("requestCert=true\nrequireAuthorized[]=587"),
    ),
    row("auth/flat_file", "authBeforeTls", "PLAIN", "none", without("auth/flat_file"), private_),
    row(
      "methods",
      "authBeforeTls",
      "PLAIN",
      "CRAM-MD5",
      swaps("config/auth_flat_file.ini", "PLAIN", "CRAM-MD5"),
      private_,
    ),
    row("auth/flat_file", "authMechanisms", "PLAIN", "none", without("auth/flat_file")),
    row("methods", "authMechanisms", "PLAIN", "LOGIN", swaps("config/auth_flat_file.ini", "PLAIN", "LOGIN")),
    row("auth/auth_proxy", "authMechanisms", "PLAIN", "LOGIN PLAIN", plugins("auth/auth_proxy")),
    row("auth/auth_bridge", "authMechanisms", "PLAIN", "LOGIN PLAIN", plugins("auth/auth_bridge")),
    row("auth/auth_vpopmaild", "authMechanisms", "PLAIN", "LOGIN PLAIN", plugins("auth/auth_vpopmaild")),
    row("relay_acl_allow", "authGate", "mail", "none", adds("config/relay_acl_allow", "192.0.2.0/24"), {
      given: relay("acl=true"),
    }),
    row("relay_acl_allow", "relay", "closed", "open", adds("config/relay_acl_allow", "192.0.2.0/24"), {
      given: relay("acl=true"),
    }),
    row("relay.acl", "relay", "open", "closed", adds("config/relay.ini", "acl=false"), {
      given: both(relay(""), adds("config/relay_acl_allow", "192.0.2.0/24")),
    }),
    row("relay.all", "relay", "closed", "open", relay("all=true"), { port: 2525 }),
    row(
      "relay.dest_domains",
      "relay",
      "open",
      "closed",
      both(
        adds("config/relay.ini", "dest_domains=true"),
        adds("config/relay_dest_domains.ini", "[domains]\nexample.com={}"),
      ),
      { given: relay("all=true"), port: 2525 },
    ),
    row("host_list_regex", "relay", "closed", "open", adds("config/host_list_regex", ".*"), { port: 2525 }),
    row("host_list_regex", "authGate", "rcpt", "none", adds("config/host_list_regex", ".*"), { port: 2525 }),
    row("early_talker", "earlyPipelining", "accepted", "unknown: the pause of early_talker", plugins("early_talker")),
    row("karma", "relay", "open", "unknown: whom the plugin karma refuses", plugins("karma"), {
      given: relay("all=true"),
      port: 2525,
    }),
    row("cert", "certificateFile", "elsewhere", "none", swaps("config/tls.ini", "cert=tls_cert.pem", "cert=")),
    row(
      "haproxy.hosts",
      "authGate",
      "mail",
      "unknown: the clients of the proxy (connection.ini, haproxy.hosts)",
      adds("config/connection.ini", "[haproxy]\nhosts[]=192.0.2.10"),
    ),
  ],
};
