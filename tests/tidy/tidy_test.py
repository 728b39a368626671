"""The tidy test finds what it is meant to find: one planted fault per rule, and a clean tree."""

import json

import coverage
import kind_names
import pytest
import tidy
import unused
from cpp_text import functions
from tree import Tree

LATER = "TO" + "DO"

# name -> (path, text, what the finding says)
FAULTS = {
    "long line": ("base/a.cc", "int a;  // " + "x" * 100 + "\n", "columns, at most 100"),
    "space at end": ("base/a.cc", "int a; \n", "space at the end"),
    "long file": ("base/a.cc", "int a;\n" * 701, "701 lines"),
    "long function": ("base/a.cc", "void f() {\n" + "  g();\n" * 69 + "}\n", "a function of 71"),
    "long method": (
        "base/a.cc",
        "struct S {\n  int f() const {\n" + "    g();\n" * 70 + "  }\n};\n",
        "a function of 72",
    ),
    "long python function": (
        "tests/e2e/a_test.py",
        "def f():\n" + "    g()\n" * 70,
        "a function of 71",
    ),
    "file name": ("base/camelCase.cc", "", "snake_case"),
    "header without comment": ("base/a.h", "#pragma once\n", "begins with a comment"),
    "header without pragma": ("base/a.h", "// A.\n", "#pragma once"),
    "vague type": ("base/a.cc", "class RowManager {};\n", "RowManager"),
    "vague enum": ("base/a.cc", "enum class ColorHelper { red };\n", "ColorHelper"),
    "vague file": ("base/string_util.cc", "", "not that it helps"),
    "endl": ("base/a.cc", "void f() { std::cout << std::endl; }\n", "flushes"),
    "namespace": ("base/a.cc", "using namespace std;\n", "using namespace std"),
    "printed secret": ("base/a.cc", "void f() { out << key.reveal(); }\n", "secret is printed"),
    "later": ("base/a.cc", f"// {LATER}: all of it\n", LATER),
    "machine path": ("docs/a.md", "See " + "/ro" + "ot/notes.\n", "somebody's machine"),
    "sleeping test": ("tests/base/a_test.cc", "void f() { usl" + "eep(1); }\n", "not time"),
    "skipped test": ("tests/base/a_test.cc", "void f() { GTEST_" + "SKIP(); }\n", "it is removed"),
    "skipped python": ("tests/e2e/a_test.py", "pytest." + "skip('x')\n", "it is removed"),
    "wrong way": ("reconcilers/a.cc", '#include "cloud/cloud.h"\n', "does not include"),
    "forgotten include": ("base/a.cc", "std::vector<int> a;\n", "without an include of vector"),
    "no such include": ("base/a.cc", '#include "base/nothing.h"\n', "not a file of the tree"),
    "curl outside": ("controller/a.cc", "#include <curl/curl.h>\n", "only cloud includes"),
    "yaml outside": ("cli/a.cc", "#include <yaml-cpp/yaml.h>\n", "only manifests includes"),
    "unused header": ("base/a.h", "// A.\n#pragma once\n", "nothing includes this header"),
    "unknown library": ("base/a.cc", "#include <boost/any.hpp>\n", "no known package"),
    "unlisted library": ("cli/a.cc", "#include <gflags/gflags.h>\n", "is not in scripts/apt"),
    "unused library": ("scripts/apt-packages.txt", "libgflags-dev\n", "never included"),
    "unlisted import": ("tests/e2e/a_test.py", "import numpy\n", "import numpy"),
    "unpinned": ("scripts/requirements.txt", "moto>=5\n", "an exact version"),
    "no reason": ("scripts/apt-packages.txt", "libfoo-dev\n", "`libfoo-dev`"),
    "dead link": ("docs/a.md", "[x](b.md)\n", "b.md: no such file"),
    "dead anchor": ("docs/a.md", "# One\n[x](#two)\n", "#two: no such heading"),
    "make target": ("docs/a.md", "Run `make everything`.\n", "make everything"),
    "lost fault": ("docs/faults.md", "| F1 | a | b | c | tests/no_test.cc |\n", "F2 is missing"),
    "fault without a test": ("docs/faults.md", "| F1 | a | b | c | none |\n", "F1 has no test"),
    "fault of no test": ("docs/faults.md", "| F1 | a | b | c | tests/no.cc X |\n", "no such test"),
    "unknown rule": ("base/a.cc", "int a;  // as aws-rules E99: never\n", "E99 is no rule"),
    "unused constant": (
        "base/a.cc",
        "namespace {\nconstexpr int kA = 1;\n}  // namespace\n",
        "kA is not used",
    ),
    "unused script": ("scripts/a.sh", "true\n", "nothing calls this script"),
}


def test_finds_two_types_of_one_name(tmp_path):
    head = "// A.\n#pragma once\n"
    tree = plant(
        tmp_path,
        {
            "base/a.h": head + "struct Later;\nstruct Answer {\n};\n",
            "base/b.h": head + "struct Later;\nstruct Answer final {\n};\n",
            "base/c.cc": '#include "base/a.h"\n#include "base/b.h"\n',
        },
    )
    found = [str(finding) for finding in tidy.findings(tree)]
    assert found == ["base/b.h:4: Answer is defined in base/a.h, too"]


LOCALS = {
    "function": "int answer(int a) {\n  return a;\n}\n",
    "constant": "constexpr int answer = 1;\n".replace("answer", "kAnswer"),
    "table": "const Row* const kRows[] = {\n    {1},\n};\n",
    "type": "struct Answer {\n  int a;\n};\n",
    "alias": "using Answers = std::set<int>;\n",
}


@pytest.mark.parametrize("kind", LOCALS)
def test_finds_two_local_names_of_a_folder(kind, tmp_path):
    text = "#include <set>\nnamespace {\nusing testing::Not;\n" + LOCALS[kind] + "}  // namespace\n"
    text += "auto used = kAnswer + kRows;\n"
    tree = plant(tmp_path, {"base/a.cc": text, "base/b.cc": text, "cli/c.cc": text})
    found = [str(finding) for finding in tidy.findings(tree)]
    assert len(found) == 1 and "is local to base/a.cc, too" in found[0], found


def test_finds_a_kind_that_is_named_outside_of_its_tables(tmp_path):
    schema = {"title": "Queue", "properties": {"kind": {"const": "Queue"}}}
    named = 'bool f(const Object& o) {\n  return o.kind == "Queue";  // "Queue"\n}\n'
    may_not = {"reconcilers/a.cc": named}
    may = ["reconcilers/queue_status.cc", "manifests/kinds.cc", "manifests/check_queue.cc"]
    files = {"schemas/queue.json": json.dumps(schema), **dict.fromkeys(may, named), **may_not}
    tree = plant(tmp_path, files)
    found = [str(finding) for finding in kind_names.kind_names(tree)]
    assert found == ['reconcilers/a.cc:2: "Queue": a kind is a member of the tables']


def test_finds_operations_and_data_that_nothing_uses(tmp_path):
    """F53"""
    field = {"type": "object", "properties": {"size": {"x-hint": "a"}, "shape": {"x-odd": True}}}
    schema = {"$schema": "s", "title": "Queue", "properties": {"spec": field}}
    texts = ["DescribeVpcs", "TagResource", "eks", "read.json", "a", "b/size", "x-hint", "regions"]
    tree = plant(tmp_path, {
        "cloud/aws/models/operations.txt":
            "# All.\nec2 DescribeVpcs\nec2 DeleteVpc\neks TagResource\necr TagResource\n",
        "reconcilers/rows.cc": "".join(f'f("{text}");\n' for text in texts) + '// "DeleteVpc"\n',
        "schemas/queue.json": json.dumps(schema),
        "schemas/quotas.json": "{}",
        "schemas/read.json": json.dumps({"asOf": "today", "regions": [{"a": 1, "c": 2}]}),
    })
    found = [str(finding) for check in unused.CHECKS for finding in check(tree)]
    assert found == [
        "cloud/aws/models/operations.txt:3: nothing calls ec2 DeleteVpc",
        "cloud/aws/models/operations.txt:5: nothing calls ecr TagResource",
        "schemas/queue.json:1: nothing reads `shape`",
        "schemas/queue.json:1: nothing reads `x-odd`",
        "schemas/quotas.json:1: nothing reads this file",
        "schemas/read.json:1: nothing reads `c`",
    ]


SHOWN = "// L1, F1\nTEST(Schema, IsWhole) {\n}\n"
ROWS = "id\tkind\tstatus\twaits\twhat\nL1\tRole\tworks\t\ta role\nA2\tApp\tnot yet\tApp\tan app\n"

# name -> (rows, test, what the finding says)
COVERAGE = {
    "a row that lost its test": (ROWS, "TEST(Schema, IsWhole) {\n}\n", "L1 has no test"),
    "a mark of no row": (ROWS, SHOWN.replace("L1", "L1, B7"), "B7 is no row of"),
    "a mark of no fault": (ROWS, SHOWN.replace("F1", "F2"), "F2 is no row of"),
    "a row that works by now": (ROWS, SHOWN.replace("L1", "L1, A2"), "it is not not yet"),
    "a row without a reason": (ROWS.replace("\tApp\tan", "\t\tan"), SHOWN, "what it waits for"),
    "an unknown status": (ROWS.replace("not yet", "soon"), SHOWN, "soon: one of works"),
    "a row twice": (ROWS + "A2\tApp\tnot yet\tApp\tan app\n", SHOWN, "in the order of their ids"),
    "a stale page": (ROWS.replace("a role", "another"), SHOWN, "is stale: make docs"),
}


def test_coverage_of_a_row(tmp_path):
    tree = plant_rows(tmp_path, ROWS, SHOWN)
    assert list(coverage.coverage(tree)) == []
    line = "| L1 | Role | a role | works | tests/base/a_test.cc Schema.IsWhole |"
    assert line in tree.text("docs/coverage.md")
    python = {"tests/e2e/a_test.py": "# L1: so\n@mark\ndef test_it(a):\n    pass\n"}
    data = {"tests/manifests/wrong/01-a.yaml": "kind: Role\n# L1\n"}
    shown, _ = coverage.marks(plant(tmp_path, python | data))
    assert shown["L1"] == ["tests/e2e/a_test.py test_it", "tests/manifests/wrong/01-a.yaml"]


@pytest.mark.parametrize("name", COVERAGE)
def test_finds_in_the_coverage(name, tmp_path):
    rows, test, says = COVERAGE[name]
    plant_rows(tmp_path, ROWS, SHOWN)
    tree = plant_rows(tmp_path, rows, test, (tmp_path / "docs/coverage.md").read_text("utf-8"))
    found = [str(finding) for finding in coverage.coverage(tree)]
    assert any(says in line for line in found), found


def plant_rows(folder, rows, test, page=None):
    files = {"docs/coverage.tsv": rows, "tests/base/a_test.cc": test}
    files["docs/faults.md"] = "| F1 | a | b | c | tests/base/a_test.cc |\n"
    tree = plant(folder, files | {"docs/coverage.md": page or ""})
    return tree if page else plant(folder, files | {"docs/coverage.md": coverage.render(tree)})


def plant(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return Tree(folder, list(files))


@pytest.mark.parametrize("name", FAULTS)
def test_finds(name, tmp_path):
    path, text, says = FAULTS[name]
    tree = plant(tmp_path, {"Makefile": "all:  ## all\n", path: text})
    found = [str(finding) for finding in tidy.findings(tree)]
    assert any(says in line for line in found), found


def test_a_clean_tree_has_no_findings(tmp_path):
    tree = plant(
        tmp_path,
        {
            "Makefile": "all:  ## everything\n",
            "README.md": "# Top\nSee [docs](docs/a.md#one-two), run `make all`.\n",
            "docs/a.md": "# One two\n",
            "base/a.h": "// A value.\n#pragma once\nnamespace byoc {\nint a();\n}\n",
            "base/table.cc": "Rows r() {\n  return {\n" + "    1,\n" * 99 + "  };\n}\n",
            "base/a.cc": '#include "base/a.h"\n\n#include <vector>\n\n// std::endl in prose.\n',
            "tests/base/a_test.cc": '#include "base/a.h"\nusing namespace std::chrono_literals;\n',
        },
    )
    assert tidy.findings(tree) == []


def test_finds_a_source_that_no_target_compiles(tmp_path):
    tree = plant(tmp_path, {"base/a.cc": "", "base/b.cc": "", "tests/fuzz/c.cc": ""})
    commands = tmp_path / "compile_commands.json"
    entry = {"directory": str(tmp_path), "file": str(tmp_path / "base/a.cc"), "command": "c++"}
    commands.write_text(json.dumps([entry]), encoding="utf-8")
    found = [str(finding) for finding in tidy.findings(tree, commands)]
    assert found == ["base/b.cc:1: no target compiles this file"]


def test_a_unit_compiles_what_it_includes(tmp_path):
    tree = plant(tmp_path, {"base/a.cc": "", "base/b.cc": "", "base/c.cc": ""})
    plant(tmp_path, {"build/units/base_1.cc": '#include "base/a.cc"\n#include "base/c.cc"\n'})
    entry = {"directory": str(tmp_path / "build"), "file": "units/base_1.cc", "command": "c++"}
    plant(tmp_path, {"build/compile_commands.json": json.dumps([entry])})
    found = tidy.findings(tree, tmp_path / "build/compile_commands.json")
    assert [str(finding) for finding in found] == ["base/b.cc:1: no target compiles this file"]


def test_functions_are_told_from_data_types_and_lambdas():
    text = """
namespace byoc {
namespace {
const Row kRows[] = {{"a", 1}, {"b", 2}};
constexpr auto kSquare = [](int x) { return x * x; };
enum class Life { ready, gone };
struct Point {
  int x = 0;
  Point(int a) : x(a) {}
  bool operator==(const Point& other) const { return x == other.x; }
};
}  // namespace
Result<int> parse(std::string_view text, int base = 10) {
  auto each = [&](char c) { return c == '{'; };
  if (text.empty()) { return 0; }
  return each(text[0]) ? 1 : 2;
}
}  // namespace byoc
"""
    heads = [function.head for function in functions(text)]
    assert heads == [
        "Point(int a) : x(a)",
        "bool operator==(const Point& other) const",
        "Result<int> parse(std::string_view text, int base = 10)",
    ]
