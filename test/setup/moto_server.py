"""moto on loopback, with VPC Block Public Access, which moto 5.2.5 does not have: it stores what it is told."""
import os
import sys
import threading

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.server import main


def options_of(backend):
    return backend.__dict__.setdefault(
        "block_public_access",
        {"InternetGatewayBlockMode": "off", "State": "default-state", "ExclusionsAllowed": "allowed"},
    )


def exclusions_of(backend):
    return backend.__dict__.setdefault("block_public_access_exclusions", {})


def describe_options(self):
    return ActionResult({"VpcBlockPublicAccessOptions": options_of(self.ec2_backend)})


def modify_options(self):
    options = options_of(self.ec2_backend)
    options.update(InternetGatewayBlockMode=self._get_param("InternetGatewayBlockMode"), State="update-complete")
    return ActionResult({"VpcBlockPublicAccessOptions": options})


def create_exclusion(self):
    exclusions = exclusions_of(self.ec2_backend)
    vpc, subnet = self._get_param("VpcId"), self._get_param("SubnetId")
    kind, name = ("vpc", vpc) if vpc else ("subnet", subnet)
    exclusion = {
        "ExclusionId": f"vpcbpa-exclude-{len(exclusions):017x}",
        "InternetGatewayExclusionMode": self._get_param("InternetGatewayExclusionMode"),
        "ResourceArn": f"arn:aws:ec2:{self.region}:{self.current_account}:{kind}/{name}",
        "State": "create-complete",
    }
    exclusions[exclusion["ExclusionId"]] = exclusion
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def describe_exclusions(self):
    return ActionResult({"VpcBlockPublicAccessExclusions": list(exclusions_of(self.ec2_backend).values())})


EC2Response.describe_vpc_block_public_access_options = describe_options
EC2Response.modify_vpc_block_public_access_options = modify_options
EC2Response.create_vpc_block_public_access_exclusion = create_exclusion
EC2Response.describe_vpc_block_public_access_exclusions = describe_exclusions

# It ends with its standard input, so that it outlives no test run, however that ended. Port 0: the system picks one.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
