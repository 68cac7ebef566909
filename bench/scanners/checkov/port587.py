"""checkov ships no check for port 587. These are its own base classes, as its checks for 22 and 3389 use them, at 587."""

from checkov.common.models.enums import CheckCategories
from checkov.terraform.checks.resource.aws.AbsNACLUnrestrictedIngress import AbsNACLUnrestrictedIngress
from checkov.terraform.checks.resource.aws.AbsSecurityGroupUnrestrictedEgress import AbsSecurityGroupUnrestrictedEgress
from checkov.terraform.checks.resource.aws.AbsSecurityGroupUnrestrictedIngress import AbsSecurityGroupUnrestrictedIngress
from checkov.terraform.checks.resource.azure.NSGRulePortAccessRestricted import NSGRulePortAccessRestricted
from checkov.terraform.checks.resource.gcp.AbsGoogleComputeFirewallUnrestrictedIngress import (
    AbsGoogleComputeFirewallUnrestrictedIngress,
)

PORT = 587

AbsSecurityGroupUnrestrictedIngress(check_id="PORT587_IN_AWS_GROUP", port=PORT)
AbsNACLUnrestrictedIngress(check_id="PORT587_IN_AWS_ACL", port=PORT)
AbsSecurityGroupUnrestrictedEgress(check_id="PORT587_OUT_AWS_GROUP", port=PORT)
AbsGoogleComputeFirewallUnrestrictedIngress(
    name=f"No Google firewall rule opens {PORT}",
    id="PORT587_IN_GOOGLE",
    categories=[CheckCategories.NETWORKING],
    supported_resources=["google_compute_firewall"],
    port=PORT,
)
NSGRulePortAccessRestricted(name=f"No Azure rule opens {PORT}", check_id="PORT587_IN_AZURE", port=PORT)
