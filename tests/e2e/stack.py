"""Manifests of a whole stack (Role, Cluster, NodeGroup) that leaves nothing behind when deleted."""

STACK = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata:
  name: {name}
spec:
  trust:
    accounts: ["123456789012"]
    externalIdFrom: {{env: BYOC_E2E_EXTERNAL_ID}}
  policies:
    managed: [AmazonS3ReadOnlyAccess]
    inline:
      - name: look
        document:
          Version: "2012-10-17"
          Statement: [{{Effect: Allow, Action: ["ec2:Describe*"], Resource: "*"}}]
---
apiVersion: byoc.dev/v1alpha1
kind: Cluster
metadata:
  name: {name}
spec:
  roleRef: {{name: {name}}}
  region: us-west-2
  instanceTypes: [t3.xlarge]
  network: {{cidr: 10.20.0.0/16, zones: [a, b], nat: Single}}
  storage:
    bucket: {{name: {name}-data}}
  deletionPolicy: {{bucket: Delete}}
  tags: {{team: e2e}}
---
apiVersion: byoc.dev/v1alpha1
kind: NodeGroup
metadata:
  name: {name}-workers
spec:
  clusterRef: {{name: {name}}}
  instanceTypes: [t3.xlarge]
  min: 1
  max: 4
  labels: {{work: e2e}}
"""

REGIONS = ("us-east-1", "us-west-2")
EXTERNAL_ID = "e2e-external-id-0001"
ENVIRONMENT = {"BYOC_E2E_EXTERNAL_ID": EXTERNAL_ID}


def write_stack(folder, name="e2e"):
    """The path of a manifest directory in `folder` that holds the stack."""
    path = folder / f"manifests-{name}"
    path.mkdir()
    (path / "stack.yaml").write_text(STACK.format(name=name), encoding="utf-8")
    return path
