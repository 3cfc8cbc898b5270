"""The generator, on a small API with everything that ours uses."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tools import breaking, protos

THING = """
syntax = "proto3";
package ampline.thing.v1;

import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/api/field_behavior.proto";
import "google/protobuf/descriptor.proto";

extend google.protobuf.MethodOptions {
  string permission = 50999;
}

// Keeps things.
service ThingService {
  // Returns one.
  rpc GetThing(Thing) returns (Thing) {
    option (google.api.http) = {get: "/v1/{name=things/*}"};
    option (permission) = "read";
  }
}

// A thing.
message Thing {
  string name = 1 [(google.api.field_behavior) = IDENTIFIER];
  int32 weight = 2 [(buf.validate.field).int32.gte = 1];
}
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder of sources with one API in it."""
    file = tmp_path / "protos/ampline/thing/v1/thing.proto"
    file.parent.mkdir(parents=True)
    file.write_text(THING)
    return tmp_path / "protos"


def descriptors(sources: Path, name: str) -> Path:
    """The descriptor set of the sources."""
    made = sources.parent / name
    assert protos.write_descriptors(sources, made) == 0
    return made


def test_modules_and_their_stubs_are_written(sources: Path, tmp_path: Path) -> None:
    assert protos.write_modules(sources, tmp_path) == 0
    made = {path.name for path in (tmp_path / "ampline/thing/v1").iterdir()}
    kinds = ("pb2.py", "pb2.pyi", "pb2_grpc.py", "pb2_grpc.pyi")
    assert made == {f"thing_{kind}" for kind in kinds}
    assert (tmp_path / "buf/validate/validate_pb2.py").is_file()


def test_descriptors_hold_imports_comments_and_error_details(sources: Path) -> None:
    made = FileDescriptorSet.FromString(descriptors(sources, "made.binpb").read_bytes())
    files = {file.name: file for file in made.file}
    assert {protos.VALIDATE, protos.ERROR_DETAILS, "google/api/http.proto"} <= files.keys()
    comments = files["ampline/thing/v1/thing.proto"].source_code_info.location
    assert " Keeps things.\n" in [comment.leading_comments for comment in comments]


def test_a_mistake_is_the_compilers_exit_code(
    sources: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    next(iter(protos.proto_files(sources))).write_text(
        THING.replace("int32 weight", "int33 weight")
    )
    assert protos.write_modules(sources, tmp_path) != 0
    assert '"int33" is not defined' in capfd.readouterr().err


@pytest.mark.parametrize(
    ("change", "breaks"),
    [
        (("int32 weight = 2", "string weight = 2"), True),
        (("int32 weight", "int32 mass"), True),
        (("// A thing.", "// A thing, told better."), False),
        (("int32 weight", "int32 height = 3;\n  int32 weight"), False),
    ],
)
def test_changes_that_clients_would_feel_are_found(
    sources: Path, change: tuple[str, str], breaks: bool
) -> None:
    before = descriptors(sources, "before.binpb")
    rules = "[(buf.validate.field).int32.gte = 1]"
    changed = THING.replace(*change)
    text = changed.replace(rules, "") if "string weight" in changed else changed
    next(iter(protos.proto_files(sources))).write_text(text)
    assert bool(breaking.compare(before, descriptors(sources, "now.binpb"))) is breaks
