import { InputError } from "../model/errors.js";

/** The keywords of IANA's registry "Protocol Numbers", with the spellings of /etc/protocols and of clouds for some of them. */
const names: ReadonlySet<string> = new Set(
  `
  ip icmp igmp ggp ipencap ipip ipv4 st tcp cbt egp igp bbn-rcc-mon nvp nvp-ii pup argus emcon xnet chaos udp
  mux dcn-meas hmp prm xns-idp trunk-1 trunk-2 leaf-1 leaf-2 rdp irtp iso-tp4 netblt mfe-nsp merit-inp dccp
  3pc idpr xtp ddp idpr-cmtp tp++ il ipv6 ipv6-encap sdrp ipv6-route ipv6-frag idrp rsvp gre dsr bna esp
  ipv6-crypt ah ipv6-auth i-nlsp swipe narp mobile min-ipv4 tlsp skip ipv6-icmp icmpv6 icmp6 ipv6-nonxt
  ipv6-opts cftp sat-expak kryptolan rvd ippc sat-mon visa ipcv cpnx cphb wsn pvp br-sat-mon sun-nd wb-mon
  wb-expak iso-ip vmtp secure-vmtp vines ttp iptm nsfnet-igp dgp tcf eigrp ospf ospfigp sprite-rpc larp mtp
  ax.25 micp scc-sp etherip encap gmtp ifmp pnni pim aris scps qnx a/n ipcomp snp compaq-peer ipx-in-ip vrrp
  carp pgm l2tp ddx iatp stp srp uti smp sm ptp isis fire crtp crudp sscopmce iplt sps pipe sctp fc
  rsvp-e2e-ignore mobility-header udplite mpls-in-ip manet shim6 wesp rohc ethernet aggfrag nsh any all *
  `
    .trim()
    .split(/\s+/),
);

/** A name in lower case; a host's own /etc/protocols may have others. */
export function isProtocolName(word: string): boolean {
  return names.has(word);
}

/**
 * A protocol as it is written, its name or number among those that there are (IANA, "Protocol Numbers"; -1 is every one).
 * @throws InputError for another name or number.
 */
export function checkedProtocol(text: string, at: string): string {
  const word = text.trim().toLowerCase();
  const mend = "Write `tcp` or 6; -1 is every one.";
  if (!/^-?\d+$/.test(word)) {
    if (isProtocolName(word)) return text;
    throw new InputError(at, `"${text}" is not the name of a protocol`, mend);
  }
  const number = Number(word);
  if (number >= -1 && number <= 255) return text;
  throw new InputError(at, `${number} is not the number of a protocol (0 to 255)`, mend);
}
