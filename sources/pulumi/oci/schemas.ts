/** The schema of each type of Oracle Cloud Infrastructure that is read, by type token. */
export const ociSchemas: Readonly<Record<string, string>> = {
  "oci:Core/securityList:SecurityList": "oci/security-list.json",
  "oci:Core/defaultSecurityList:DefaultSecurityList": "oci/default-security-list.json",
  "oci:Core/networkSecurityGroup:NetworkSecurityGroup": "oci/network-security-group.json",
  "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule":
    "oci/network-security-group-security-rule.json",
  "oci:Core/subnet:Subnet": "oci/subnet.json",
  "oci:Core/vcn:Vcn": "oci/vcn.json",
  "oci:Core/instance:Instance": "oci/instance.json",
  "oci:Core/vnicAttachment:VnicAttachment": "oci/vnic-attachment.json",
};
