/** The last line of what `port587 check` says in each situation: read and agreed with one by one, not only recorded. */
export const lastLines: Readonly<Record<string, string>> = {
  "client: drops":
    "Port 587 of mail.example.test does not answer: this machine's own firewall: chain at_output drops this (nft -j list ruleset#inet lab at_output handle 2).",
  "client: drops the answers":
    "Port 587 of mail.example.test does not answer: this machine's own firewall: chain at_input drops this (nft -j list ruleset#inet lab at_input handle 2).",
  "client: drops, IPv6":
    "Port 587 of mail6.example.test does not answer: this machine's own firewall: chain at_output drops this (nft -j list ruleset#inet lab at_output handle 2).",
  "client: drops, and two controls fail alike, without helpers":
    "Port 587 of mail.example.test does not answer: an egress filter for port 587 on this side: this machine's own firewall, the network's firewall or the internet provider.",
  "client: drops, without helpers":
    "Port 587 of mail.example.test does not answer: a packet filter for port 587 somewhere between here and mail.example.test.",
  "client: lets nothing out but the web":
    "Port 587 of mail.example.test does not answer: this machine's own firewall: chain at_output drops this (nft -j list ruleset#inet lab at_output handle 3).",
  "client: no route for IPv6":
    "Port 587 of dual.example.test works, but over IPv6 (2001:db8:c::25) it is stopped: this machine's own rules or routes let nothing out to it.",
  "client: rejects with port-unreachable":
    "Port 587 of mail.example.test is refused: this machine's own firewall: chain at_output rejects this (nft -j list ruleset#inet lab at_output handle 2).",
  "client: resets":
    "Port 587 of mail.example.test is refused: this machine's own firewall: chain at_output rejects this (nft -j list ruleset#inet lab at_output handle 2).",
  "client: route prohibits":
    "Port 587 of mail.example.test is blocked here: this machine's own rules or routes let nothing out to it.",
  "client: route to nowhere":
    "Port 587 of mail.example.test is blocked here: this machine's own rules or routes let nothing out to it.",
  "firewall: admits everyone but this client":
    "Port 587 of mail.example.test does not answer: the server's side drops port 587: the last device before the server (203.0.113.2) or the server itself.",
  "firewall: an inspection that masks STARTTLS":
    "Port 587 of mail.example.test answers, but the last device before the server (203.0.113.2) answers in the server's place: a transparent mail proxy.",
  "firewall: answers host-unreachable":
    "Port 587 of mail.example.test cannot be reached: the last device before the server (203.0.113.2) rejects port 587.",
  "firewall: answers net-prohibited":
    "Port 587 of mail.example.test cannot be reached: the last device before the server (203.0.113.2) rejects port 587.",
  "firewall: answers protocol-unreachable":
    "Port 587 of mail.example.test cannot be reached: the last device before the server (203.0.113.2) rejects port 587.",
  "firewall: drops":
    "Port 587 of mail.example.test does not answer: the last device before the server (203.0.113.2) or the server itself drops port 587, or something on the way back drops its answers.",
  "firewall: drops before it routes":
    "Port 587 of mail.example.test does not answer: the internet provider's first router (198.51.100.1) or the last device before the server (203.0.113.2) drops port 587.",
  "firewall: drops everything":
    "Port 587 of mail.example.test does not answer: mail.example.test is down, or a firewall of its network drops everything.",
  "firewall: drops the answers":
    "Port 587 of mail.example.test does not answer: the last device before the server (203.0.113.2) or the server itself drops port 587, or something on the way back drops its answers.",
  "firewall: drops, IPv6":
    "Port 587 of mail6.example.test does not answer: the last device before the server (2001:db8:b::2) or the server itself drops port 587, or something on the way back drops its answers.",
  "firewall: drops, and the controls answer":
    "Port 587 of mail.example.test does not answer: the server's side drops port 587: the last device before the server (203.0.113.2) or the server itself.",
  "firewall: drops, and the controls answer, without helpers":
    "Port 587 of mail.example.test does not answer: the server's side drops port 587: its own firewall or one before it.",
  "firewall: prohibits":
    "Port 587 of mail.example.test cannot be reached: the last device before the server (203.0.113.2) rejects port 587.",
  "firewall: prohibits, IPv6":
    "Port 587 of mail6.example.test cannot be reached: the last device before the server (2001:db8:b::2) rejects port 587.",
  "firewall: prohibits, without helpers":
    "Port 587 of mail.example.test cannot be reached: a router or firewall on the way, before the server or on it, prohibits port 587.",
  "firewall: rejects with port-unreachable":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) rejects port 587.",
  "firewall: resets":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "firewall: resets, IPv6":
    "Port 587 of mail6.example.test is refused: the last device before the server (2001:db8:b::2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "firewall: resets, and the controls answer":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "firewall: route to nowhere":
    "Port 587 of mail.example.test does not answer: mail.example.test is down, or a firewall of its network drops everything.",
  "host: 421 to this client":
    "Port 587 of mail.example.test answers 421 4.7.0: the server refuses this client for now (rate limit, reputation, or overload).",
  "host: 554 to this client":
    "Port 587 of mail.example.test answers 554 5.7.1: the server refuses this client (block list, reputation, or an access rule).",
  "host: SSH on the port":
    'Port 587 of mail.example.test does not speak SMTP: what listens there speaks SSH: "SSH-2.0-OpenSSH_9.2".',
  "host: a certificate that nobody trusts":
    "Port 587 of mail.example.test answers, but its certificate is not trusted: the server's own, or that of a device before it that intercepts TLS.",
  "host: a load balancer without targets closes":
    "Port 587 of mail.example.test closes the connection before it greets: the server's side drops it at once (load balancer without healthy targets, allow-list, connection limit).",
  "host: a load balancer without targets resets":
    "Port 587 of mail.example.test resets the connection before it greets: the server's side drops it at once (load balancer without healthy targets, allow-list, connection limit).",
  "host: accepts and stays silent":
    "Port 587 of mail.example.test takes the connection, then falls silent before it greets: the server, or what stands in front of it, has nothing to say (a service that does not start, a load balancer without healthy targets).",
  "host: drops":
    "Port 587 of mail.example.test does not answer: the last device before the server (203.0.113.2) or the server itself drops port 587, or something on the way back drops its answers.",
  "host: drops everything":
    "Port 587 of mail.example.test does not answer: mail.example.test is down, or a firewall of its network drops everything.",
  "host: drops the answers":
    "Port 587 of mail.example.test does not answer: the last device before the server (203.0.113.2) or the server itself drops port 587, or something on the way back drops its answers.",
  "host: drops the answers, IPv6":
    "Port 587 of mail6.example.test does not answer: the last device before the server (2001:db8:b::2) or the server itself drops port 587, or something on the way back drops its answers.",
  "host: drops the answers, with a control":
    "Port 587 of mail.example.test does not answer: the server's side drops port 587: the last device before the server (203.0.113.2) or the server itself.",
  "host: drops, IPv6":
    "Port 587 of mail6.example.test does not answer: the last device before the server (2001:db8:b::2) or the server itself drops port 587, or something on the way back drops its answers.",
  "host: drops, and the controls answer":
    "Port 587 of mail.example.test does not answer: the server's side drops port 587: the last device before the server (203.0.113.2) or the server itself.",
  "host: drops, without helpers":
    "Port 587 of mail.example.test does not answer: a packet filter for port 587 somewhere between here and mail.example.test.",
  "host: greets late": "Port 587 of mail.example.test works, after a greet delay of 6 s.",
  "host: no STARTTLS":
    "Port 587 of mail.example.test answers, but the server, or a device before it, does not offer STARTTLS.",
  "host: no listener":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: no listener at all":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: no listener, IPv6":
    "Port 587 of mail6.example.test is refused: the last device before the server (2001:db8:b::2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: prohibits":
    "Port 587 of mail.example.test cannot be reached: the server itself answers that port 587 is prohibited or cannot be reached.",
  "host: prohibits, IPv6":
    "Port 587 of mail6.example.test cannot be reached: the server itself answers that port 587 is prohibited or cannot be reached.",
  "host: rejects with port-unreachable":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: rejects with port-unreachable, IPv6":
    "Port 587 of mail6.example.test is refused: the last device before the server (2001:db8:b::2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: resets":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: resets the TLS handshake":
    "Port 587 of mail.example.test resets the connection in the TLS handshake: a device before the server that inspects TLS, or the server's TLS itself.",
  "host: resets, and the controls answer":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: resets, without helpers":
    "Port 587 of mail.example.test is refused: no service listens on port 587, or a firewall on the way or on the server rejects it.",
  "host: tarpit":
    'Port 587 of mail.example.test does not speak SMTP as it should: what listens there begins a greeting and does not end it: "220-please wait".',
  "nothing is wrong": "Port 587 of mail.example.test works.",
  "nothing is wrong, IPv6": "Port 587 of mail6.example.test works.",
  "provider: a proxy that closes":
    "Port 587 of mail.example.test closes the connection before it greets: the internet provider's first router (198.51.100.1) answers in the server's place: a transparent mail proxy.",
  "provider: a proxy that closes, before all servers, without helpers":
    "Port 587 of mail.example.test closes the connection before it greets: a mail proxy on this side: port 587 of every host that was tried takes connections and does not greet.",
  "provider: a proxy that masks STARTTLS, of all servers":
    "Port 587 of mail.example.test answers, but the internet provider's first router (198.51.100.1) answers in the server's place: a transparent mail proxy.",
  "provider: a proxy that strips STARTTLS":
    "Port 587 of mail.example.test answers, but the internet provider's first router (198.51.100.1) answers in the server's place: a transparent mail proxy.",
  "provider: answers host-prohibited":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: answers host-unreachable":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: answers net-unreachable":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: answers no-route, IPv6":
    "Port 587 of mail6.example.test cannot be reached: the internet provider's first router (2001:db8:a::1) rejects port 587.",
  "provider: answers protocol-unreachable":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: drops":
    "Port 587 of mail.example.test does not answer: the internet provider's first router (198.51.100.1) or the last device before the server (203.0.113.2) drops port 587.",
  "provider: drops IPv4 alone":
    "Port 587 of dual.example.test works, but over IPv4 (192.0.2.25) it is stopped: the internet provider's first router (198.51.100.1) or the last device before the server (203.0.113.2) drops port 587.",
  "provider: drops IPv6 alone":
    "Port 587 of dual.example.test works, but over IPv6 (2001:db8:c::25) it is stopped: the internet provider's first router (2001:db8:a::1) or the last device before the server (2001:db8:b::2) drops port 587.",
  "provider: drops all mail ports, as some clouds do":
    "Port 587 of mail.example.test does not answer: the internet provider's first router (198.51.100.1) drops port 587; port 465 likewise.",
  "provider: drops before it routes":
    "Port 587 of mail.example.test does not answer: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) drops port 587.",
  "provider: drops port 25 as many do":
    "Port 25 of mail.example.test does not answer: the internet provider's first router (198.51.100.1) drops port 25.",
  "provider: drops the answers":
    "Port 587 of mail.example.test does not answer: the last device before the server (203.0.113.2) or the server itself drops port 587, or something on the way back drops its answers.",
  "provider: drops the answers, IPv6":
    "Port 587 of mail6.example.test does not answer: the last device before the server (2001:db8:b::2) or the server itself drops port 587, or something on the way back drops its answers.",
  "provider: drops the answers, with a control":
    "Port 587 of mail.example.test does not answer: an egress filter for port 587 on this side: the network's firewall or the internet provider, on the way there or back.",
  "provider: drops, IPv6":
    "Port 587 of mail6.example.test does not answer: the internet provider's first router (2001:db8:a::1) or the last device before the server (2001:db8:b::2) drops port 587.",
  "provider: drops, and a control fails alike":
    "Port 587 of mail.example.test does not answer: the internet provider's first router (198.51.100.1) drops port 587.",
  "provider: drops, and two controls fail alike":
    "Port 587 of mail.example.test does not answer: the internet provider's first router (198.51.100.1) drops port 587.",
  "provider: drops, and two controls fail alike, without helpers":
    "Port 587 of mail.example.test does not answer: an egress filter for port 587 on this side: this machine's own firewall, the network's firewall or the internet provider.",
  "provider: drops, without helpers":
    "Port 587 of mail.example.test does not answer: a packet filter for port 587 somewhere between here and mail.example.test.",
  "provider: intercepts TLS of all servers, without helpers":
    "Port 587 of mail.example.test answers, but a device on this side intercepts TLS: CN=lab interceptor has issued the certificates of different servers.",
  "provider: intercepts TLS with its own certificate":
    "Port 587 of mail.example.test answers, but the internet provider's first router (198.51.100.1) answers in the server's place: a transparent mail proxy.",
  "provider: lets web traffic out and rejects the rest":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587; port 465 likewise.",
  "provider: no route to the server":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) knows no way to mail.example.test: a route is missing, or the server is down.",
  "provider: prohibits":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: prohibits, IPv6":
    "Port 587 of mail6.example.test cannot be reached: the internet provider's first router (2001:db8:a::1) rejects port 587.",
  "provider: rejects with port-unreachable":
    "Port 587 of mail.example.test is refused: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: rejects with port-unreachable, IPv6":
    "Port 587 of mail6.example.test is refused: the internet provider's first router (2001:db8:a::1) rejects port 587.",
  "provider: resets":
    "Port 587 of mail.example.test is refused: the internet provider's first router (198.51.100.1) or the last device before the server (203.0.113.2) rejects port 587.",
  "provider: resets, and two controls fail alike":
    "Port 587 of mail.example.test is refused: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: route prohibits":
    "Port 587 of mail.example.test cannot be reached: the internet provider's first router (198.51.100.1) rejects port 587.",
  "provider: takes STARTTLS from all servers, without helpers":
    "Port 587 of mail.example.test answers, but a mail proxy on this side takes STARTTLS away.",
  "router drops IPv4, host resets IPv6":
    "Port 587 of dual.example.test does not answer: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) drops port 587; over IPv6 (2001:db8:c::25) it is stopped: the last device before the server (2001:db8:b::2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "router: a proxy that says nothing":
    "Port 587 of mail.example.test takes the connection, then falls silent before it greets: your own router (192.168.1.1) answers in the server's place: a transparent mail proxy.",
  "router: answers host-unreachable":
    "Port 587 of mail.example.test cannot be reached: your own router (192.168.1.1) rejects port 587.",
  "router: answers net-unreachable":
    "Port 587 of mail.example.test cannot be reached: your own router (192.168.1.1) rejects port 587.",
  "router: drops":
    "Port 587 of mail.example.test does not answer: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) drops port 587.",
  "router: drops before it routes":
    "Port 587 of mail.example.test does not answer: this machine's own firewall or your own router (192.168.1.1) drops port 587.",
  "router: drops the answers":
    "Port 587 of mail.example.test does not answer: the last device before the server (203.0.113.2) or the server itself drops port 587, or something on the way back drops its answers.",
  "router: drops the answers, with a control":
    "Port 587 of mail.example.test does not answer: an egress filter for port 587 on this side: the network's firewall or the internet provider, on the way there or back.",
  "router: drops, IPv6":
    "Port 587 of mail6.example.test does not answer: your own router (fd00:587::1) or the internet provider's first router (2001:db8:a::1) drops port 587.",
  "router: drops, and a control fails alike":
    "Port 587 of mail.example.test does not answer: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) drops port 587.",
  "router: intercepts TLS with its own certificate":
    "Port 587 of mail.example.test answers, but your own router (192.168.1.1) answers in the server's place: a transparent mail proxy.",
  "router: prohibits":
    "Port 587 of mail.example.test cannot be reached: your own router (192.168.1.1) rejects port 587.",
  "router: prohibits, IPv6":
    "Port 587 of mail6.example.test cannot be reached: your own router (fd00:587::1) rejects port 587.",
  "router: rejects with port-unreachable":
    "Port 587 of mail.example.test is refused: your own router (192.168.1.1) rejects port 587.",
  "router: resets":
    "Port 587 of mail.example.test is refused: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) rejects port 587.",
  "router: resets, IPv6":
    "Port 587 of mail6.example.test is refused: your own router (fd00:587::1) or the internet provider's first router (2001:db8:a::1) rejects port 587.",
  "router: resets, without helpers":
    "Port 587 of mail.example.test is refused: no service listens on port 587, or a firewall on the way or on the server rejects it.",
  "provider: loses the first two SYNs":
    "Port 587 of mail.example.test answers only now and then: 2 of 3 connections got through: a limit on connections in a time, a way that loses packets, or one of several servers behind the address is down.",
  "host: loses the first two SYNs":
    "Port 587 of mail.example.test answers only now and then: 2 of 3 connections got through: a limit on connections in a time, a way that loses packets, or one of several servers behind the address is down.",
  "firewall: loses three of four SYNs, without helpers":
    "Port 587 of mail.example.test answers only now and then: 1 of 3 connections got through: a limit on connections in a time, a way that loses packets, or one of several servers behind the address is down.",
  "firewall: rejects the first SYN of three, without helpers":
    "Port 587 of mail.example.test answers only now and then: 2 of 3 connections got through: a limit on connections in a time, a way that loses packets, or one of several servers behind the address is down.",
  "firewall: at most two connections in a time":
    "Port 587 of mail.example.test answers once, but further connections are not, as where a client may make few in a time.",
  "router: resets, and the server is far away":
    "Port 587 of mail.example.test is refused: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) rejects port 587.",
  "firewall: resets, and the server is far away":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "host: no listener, far away":
    "Port 587 of mail.example.test is refused: the last device before the server (203.0.113.2) or the server itself refuses: no service listens on port 587, or a firewall rejects instead of dropping.",
  "router: resets, and the server is far away, without helpers":
    "Port 587 of mail.example.test is refused: something on the way, nearer than the server, rejects port 587.",
  "provider: resets, and the server is far away, without helpers":
    "Port 587 of mail.example.test is refused: something on the way, nearer than the server, rejects port 587.",
  "firewall: resets, and the server is far away, without helpers":
    "Port 587 of mail.example.test is refused: something on the way, nearer than the server, rejects port 587.",
  "host: no listener, far away, without helpers":
    "Port 587 of mail.example.test is refused: no service listens on port 587, or a firewall on the way or on the server rejects it.",
  "router: a proxy that closes, and the server is far away, without helpers":
    "Port 587 of mail.example.test closes the connection before it greets: something on the way, nearer than the server, takes the connections in its place: a transparent mail proxy.",
  "provider: intercepts TLS with its own certificate, and the server is far away, without helpers":
    "Port 587 of mail.example.test answers, but something on the way, nearer than the server, answers in its place: a transparent mail proxy.",
};
