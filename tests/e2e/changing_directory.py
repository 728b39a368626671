"""A directory of manifests that somebody works in: files appear, change, move, break and vanish."""

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}}}
spec:
  description: version {version}
  trust: {{services: [ec2.amazonaws.com]}}
  instanceProfile: true
  policies:
    inline:
      - name: look
        document:
          Version: "2012-10-17"
          Statement: [{{Effect: Allow, Action: ["ec2:Describe*"], Resource: "*"}}]
"""

# Most of its resources have neither a name nor a token: a second look must find them by tag.
CLUSTER = """\
apiVersion: byoc.dev/v1alpha1
kind: Cluster
metadata: {{name: {name}}}
spec:
  region: us-east-1
  instanceTypes: [t3.xlarge]
  network: {{zones: [a, b], nat: None}}
  storage: {{registry: true}}
  deletionPolicy: {{bucket: Delete, registry: Delete}}
  tags: {{version: "{version}"}}
"""


class ChangingDirectory:
    """`path` holds the files, `wanted` what they ask for: {"role/r1": version}.

    No name comes twice: those of deleted Clusters are not given again. One Cluster at a time:
    in moto all of them have the same identity provider.
    """

    def __init__(self, path, chance, objects_max=10, clusters_max=1):
        self.path = path
        self.wanted = {}
        self._chance = chance
        self._objects_max = objects_max
        self._clusters_max = clusters_max
        self._files = {}  # by object
        self._broken = None  # an object whose file is half-written
        self._count = 0
        path.mkdir()

    def change(self):
        """One random change."""
        if self._broken:
            return self.mend()
        steps = [self._add, self._edit, self._move, self._break, self._drop]
        if len(self.wanted) < self._objects_max // 2:
            steps = [self._add]
        return self._chance.choice(steps)()

    def mend(self):
        """Afterwards every file is whole."""
        if self._broken:
            self._write(self._broken)
        self._broken = None

    def drop(self, name):
        self._files.pop(name).unlink()
        del self.wanted[name]

    def _add(self):
        if len(self.wanted) >= self._objects_max:
            return self._drop()
        self._count += 1
        clusters = sum(name.startswith("cluster/") for name in self.wanted)
        cluster = clusters < self._clusters_max and self._chance.random() < 0.2
        name = f"cluster/c{self._count}" if cluster else f"role/r{self._count}"
        self.wanted[name] = 1
        self._files[name] = self.path / f"{self._count}.yaml"
        return self._write(name)

    def _edit(self):
        name = self._any()
        self.wanted[name] += 1
        self._write(name)

    def _move(self):
        name = self._any()
        folder = self.path / self._chance.choice("abc")
        folder.mkdir(exist_ok=True)
        self._files[name] = self._files[name].rename(folder / self._files[name].name)

    def _break(self):
        self._broken = self._any()
        self._files[self._broken].write_text("kind: Role\nmetadata: {name: \n")

    def _drop(self):
        self.drop(self._any())

    def _any(self):
        return self._chance.choice(sorted(self.wanted))

    def _write(self, name):
        kind, _, short = name.partition("/")
        text = (CLUSTER if kind == "cluster" else ROLE).format(
            name=short, version=self.wanted[name]
        )
        file = self._files[name]
        if self._chance.random() < 0.5:  # as editors save, or in place
            file.write_text(text)
            return
        new = file.with_suffix(".yaml.new")
        new.write_text(text)
        new.rename(file)
