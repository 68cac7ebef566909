/** The type tokens of Oracle Cloud Infrastructure that tests write short. */
export const ociTypes = {
  ociList: "oci:Core/securityList:SecurityList",
  ociDefaultList: "oci:Core/defaultSecurityList:DefaultSecurityList",
  ociGroup: "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
  ociRule: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
  ociSubnet: "oci:Core/subnet:Subnet",
  ociVcn: "oci:Core/vcn:Vcn",
  ociInstance: "oci:Core/instance:Instance",
  ociVnic: "oci:Core/vnicAttachment:VnicAttachment",
  ociPublicIp: "oci:Core/publicIp:PublicIp",
} as const;
