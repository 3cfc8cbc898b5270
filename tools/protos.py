"""Generates the Python modules and the descriptor set from protos/.

Everything comes from installed packages: the compiler from grpcio-tools, google/*.proto from
googleapis-common-protos, and the descriptor of buf/validate/validate.proto out of protovalidate.
The output is built in a temporary folder and moved into place only when all of it was made, so a
mistake in a .proto leaves the last good modules alone.

    python -m tools.protos           generate, unless nothing changed
    python -m tools.protos --check   exit 1 when the modules are missing or older than protos/
"""

import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from sysconfig import get_path

from tools import stamp

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "protos"
TARGET = ROOT / "clients" / "python"
PACKAGES = (Path("ampline/v1"), Path("ampline/gateway/v1"), Path("buf/validate"))
DESCRIPTORS = Path("ampline/v1/descriptors.binpb")
STAMP = Path("ampline/v1/.digest")
GENERATORS = ("grpcio-tools", "googleapis-common-protos", "protovalidate", "mypy-protobuf")
# No .proto of ours imports it, yet Envoy needs it to turn the details of an error into JSON.
ERROR_DETAILS = "google/rpc/error_details.proto"
VALIDATE = "buf/validate/validate.proto"


def main(arguments: list[str]) -> int:
    """Runs the command; returns the exit code."""
    expected = digest_of_inputs()
    if stamp.matches(TARGET / STAMP, expected):
        return 0
    if "--check" in arguments:
        print("The generated modules do not match protos/: run `make protos`.", file=sys.stderr)
        return 1
    return regenerate(expected)


def digest_of_inputs() -> str:
    """A digest of all that the output depends on: sources, this file, the generators' versions."""
    versions = [f"{name}=={version(name)}" for name in GENERATORS]
    return stamp.digest([Path(__file__), *proto_files(SOURCES)], versions)


def proto_files(sources: Path) -> list[Path]:
    return sorted(sources.rglob("*.proto"))


def regenerate(expected: str) -> int:
    """Makes everything anew and stamps it; returns the compiler's exit code."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET, prefix=".protos-") as name:
        folder = Path(name)
        code = write_modules(SOURCES, folder) or write_descriptors(SOURCES, folder / DESCRIPTORS)
        if code == 0:
            (folder / PACKAGES[0] / "__init__.py").write_text('"""Generated from protos/."""\n')
            (folder / STAMP).write_text(expected)
            install(folder)
    return code


def write_modules(sources: Path, folder: Path) -> int:
    """Writes messages, services and their type stubs; returns the compiler's exit code."""
    messages = (f"--python_out={folder}", f"--mypy_out=quiet:{folder}")
    services = (f"--grpc_python_out={folder}", f"--mypy_grpc_out=quiet:{folder}")
    return protoc(sources, *messages, VALIDATE) or protoc(sources, *services, only_services=True)


def write_descriptors(sources: Path, file: Path) -> int:
    """Writes the FileDescriptorSet, with imports and comments; returns the compiler's exit code."""
    whole = ("--include_imports", "--include_source_info")
    return protoc(sources, f"--descriptor_set_out={file}", *whole, ERROR_DETAILS)


def protoc(sources: Path, *arguments: str, only_services: bool = False) -> int:
    """Compiles `sources`, with Google's protos and the validation rules in sight."""
    from grpc_tools import protoc as compiler

    files = proto_files(sources)
    if only_services:
        files = [file for file in files if "\nservice " in file.read_text()]
    folders = (sources, get_path("purelib"), Path(compiler.__file__).parent / "_proto")
    plugins = [
        f"--plugin={Path(sys.executable).parent / plugin}"
        for plugin in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")
    ]
    with tempfile.NamedTemporaryFile() as rules:
        rules.write(validate_descriptors())
        rules.flush()
        sight = [f"--descriptor_set_in={rules.name}", *(f"-I{folder}" for folder in folders)]
        return int(compiler.main(["protoc", *sight, *plugins, *arguments, *map(str, files)]))


def validate_descriptors() -> bytes:
    """The serialized FileDescriptorSet of buf/validate/validate.proto and what it imports."""
    from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
    from protovalidate._gen.buf.validate.validate_pb import FieldRules

    file = FieldRules.desc().file
    protos = [dependency.proto.to_binary() for dependency in [*file.dependencies, file]]
    files = [FileDescriptorProto.FromString(proto) for proto in protos]
    return FileDescriptorSet(file=files).SerializeToString()


def install(folder: Path) -> None:
    """Moves the new files to their places, and removes those of sources that are gone."""
    for package in PACKAGES:
        (TARGET / package).mkdir(parents=True, exist_ok=True)
    made = set(files_below(folder))
    for path in sorted(made, key=lambda path: path == STAMP):
        (folder / path).replace(TARGET / path)
    for path in set(files_below(TARGET)) - made:
        (TARGET / path).unlink()


def files_below(folder: Path) -> Iterator[Path]:
    """The files of the generated packages below `folder`, relative to it."""
    for package in PACKAGES:
        for path in (folder / package).iterdir():
            if path.is_file():
                yield path.relative_to(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
