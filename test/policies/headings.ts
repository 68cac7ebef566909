/**
 * The headings of the sections that the product cites, as the texts print them: by number of the RFC, then of the section.
 * From Debian's doc-rfc-* 20230121-1, which holds every RFC up to that day; RFC 9525 from its authors' repository.
 */
export const headings: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  1035: {
    "2.3.4": "Size limits",
  },
  1912: {
    "2.1": "Inconsistent, Missing, or Bad Data",
  },
  2046: {
    "5.1.1": "Common Syntax",
  },
  2505: {
    "2.1": "Restricting unauthorized Mail Relay usage",
  },
  2920: {
    "3.1": "Client use of pipelining",
  },
  3207: {
    "3": "The STARTTLS Keyword",
    "4": "The STARTTLS Command",
    "4.1": "Processing After the STARTTLS Command",
    "4.2": "Result of the STARTTLS Command",
    "6": "Security Considerations",
  },
  3834: {
    "5": "The Auto-Submitted header field",
  },
  3848: {
    "1": "IANA Considerations",
  },
  4033: {
    "5": "Scope of the DNSSEC Document Set and Last Hop Issues",
  },
  4035: {
    "3.2.2": "The CD Bit",
    "5.5": "Resolver Behavior When Signatures Do Not Validate",
  },
  4291: {
    "2.2": "Text Representation of Addresses",
  },
  4346: {
    "7.4.1.2": "Client Hello",
  },
  4954: {
    "4": "The AUTH Command",
    "6": "Status Codes",
    "9": "Security Considerations",
  },
  5068: {
    "3.1": "Best Practices for Submission Operation",
  },
  5246: {
    "7.2.2": "Error Alerts",
    "7.4.1.2": "Client Hello",
    "7.4.1.3": "Server Hello",
    "A.5": "The Cipher Suite",
    "E.1": "Compatibility with TLS 1.0/1.1 and SSL 3.0",
  },
  5280: {
    "4.1": "Basic Certificate Fields",
    "4.1.2.5": "Validity",
    "4.1.2.5.2": "GeneralizedTime",
    "6": "Certification Path Validation",
  },
  5288: {
    "4": "TLS Versions",
  },
  5321: {
    "2.3.8": "Lines",
    "3.1": "Session Initiation",
    "3.8": "Terminating Sessions and Connections",
    "4.1.1.1": "Extended HELLO (EHLO) or HELLO (HELO)",
    "4.1.1.4": "DATA (DATA)",
    "4.1.3": "Address Literals",
    "4.2": "SMTP Replies",
    "4.2.1": "Reply Code Severities and Theory",
    "4.2.3": "Reply Codes in Numeric Order",
    "4.4": "Trace Information",
    "4.5.1": "Minimum Implementation",
    "4.5.2": "Transparency",
    "4.5.3.2.1": "Initial 220 Message: 5 Minutes",
    "4.5.3.2.6": "DATA Termination: 10 Minutes.",
    "5.1": "Locating the Target Host",
    "7.3": "VRFY, EXPN, and Security",
    "7.9": "Scope of Operation of SMTP Servers",
  },
  5322: {
    "2.1.1": "Line Length Limits",
    "2.2": "Header Fields",
    "2.2.3": "Long Header Fields",
    "3.2.2": "Folding White Space and Comments",
  },
  5487: {
    "3": "PSK, DHE_PSK, and RSA_PSK Key Exchange with SHA-256/384",
  },
  5489: {
    "3": "ECDHE_PSK-Based Cipher Suites",
  },
  5746: {
    "3.6": "Server Behavior: Initial Handshake",
  },
  6056: {
    "3.2": "Ephemeral Port Number Range",
  },
  6066: {
    "3": "Server Name Indication",
  },
  6186: {
    "3.1": "Email Submission",
    "3.4": "Priority for Domain Preferences",
    "6": "Security Considerations",
  },
  6331: {
    "1": "Introduction and Overview",
  },
  6335: {
    "5.1": "Service Name Syntax",
  },
  6409: {
    "3.1": "Submission Identification",
    "4.3": "Require Authentication",
    "6.1": "Enforce Submission Rights",
  },
  6531: {
    "4.3": "WITH Protocol Types Sub-Registry of the Mail Transmission Types Registry",
  },
  6698: {
    "2.1": "TLSA RDATA Wire Format",
    "4.1": "Usable Certificate Associations",
  },
  6761: {
    "6.4": 'Domain Name Reservation Considerations for "invalid."',
  },
  6840: {
    "5.7": "Setting the AD Bit on Queries",
  },
  6960: {
    "4.2": "Response Syntax",
    "4.2.2.2": "Authorized Responders",
  },
  7465: {
    "2": "Changes to TLS",
  },
  7505: {
    "3": "MX Resource Records Specifying Null MX",
  },
  7633: {
    "4.1": "TLS Feature",
  },
  7671: {
    "5": "Certificate-Usage-Specific DANE Updates and Guidelines",
    "8.1": "Key Rollover with Fixed TLSA Parameters",
  },
  8314: {
    "3": "Implicit TLS",
    "3.1": "Implicit TLS for POP",
    "3.2": "Implicit TLS for IMAP",
    "3.3": "Implicit TLS for SMTP Submission",
    "4": "Use of TLS by Mail Access Servers and Message Submission Servers",
    "4.1": "Deprecation of Services Using Cleartext and TLS Versions Less Than 1.1",
    "4.3": 'Recording TLS Ciphersuite in "Received" Header Field',
    "4.4": "TLS Server Certificate Requirements",
    "5.1": "Use of SRV Records in Establishing Configuration",
    "5.2": "Minimum Confidentiality Level",
    "5.3": "Certificate Validation",
    "7.3": "Submissions Port Registration",
  },
  8446: {
    "4.1.2": "Client Hello",
    "4.2.1": "Supported Versions",
    "4.2.8": "Key Share",
    "B.4": "Cipher Suites",
  },
  8460: {
    "3": "Reporting Policy",
  },
  8461: {
    "3": "Policy Discovery",
    "3.1": "MTA-STS TXT Records",
    "3.2": "MTA-STS Policies",
    "3.3": "HTTPS Policy Fetching",
    "4.1": "MX Host Validation",
  },
  8659: {
    "3": "Relevant Resource Record Set",
    "4.2": "CAA issue Property",
  },
  8996: {
    "4": "Do Not Use TLS 1.0",
    "5": "Do Not Use TLS 1.1",
  },
  8997: {
    "3": "Updates to RFC 8314",
  },
  9293: {
    "3.1": "Header Format",
  },
  9325: {
    "3.1.1": "SSL/TLS Protocol Versions",
    "3.3": "Compression",
    "3.5": "Renegotiation in TLS 1.2",
    "4.1": "General Guidelines",
    "4.5": "Public Key Length",
  },
  9525: {
    "6.3": "Matching the DNS Domain Name Portion",
  },
};
