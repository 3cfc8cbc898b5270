"""Builds the TypeScript client: its packages, what is generated from protos/, what tsc makes.

The packages are installed by `npm ci` from the client's own lock, with the Node that the locked
Python environment brings. protoc-gen-es reads the descriptors that `make protos` made. Which
service the client has under which name is what the Python client says.

    python -m tools.typescript       build, unless nothing changed
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tools import protos, stamp

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "clients" / "typescript"
SCRIPTS = Path(sys.executable).parent
PACKAGES = CLIENT / "node_modules"
GENERATED = CLIENT / "src" / "gen"
BUILT = CLIENT / "dist"
DESCRIPTORS = protos.TARGET / protos.DESCRIPTORS
OPTIONS = "target=ts,import_extension=js"
# What is in the runtime, @bufbuild/protobuf, and what is between Envoy and the server.
NOT_OURS = ("google/protobuf/", "ampline/gateway/")


def main() -> int:
    """Brings packages, generated code and the built client up to date; returns the exit code."""
    manifests = [CLIENT / "package.json", CLIENT / "package-lock.json"]
    locked = stamp.digest(manifests)
    if not stamp.matches(PACKAGES / ".installed", locked):
        run("npm", "ci", "--silent")
        (PACKAGES / ".installed").write_text(locked)
    wanted = stamp.digest([DESCRIPTORS, Path(__file__), *sources()], [locked])
    if not stamp.matches(BUILT / ".digest", wanted):
        build()
        (BUILT / ".digest").write_text(wanted)
    return 0


def sources() -> list[Path]:
    """What is written by hand."""
    folders = (CLIENT / "src", CLIENT / "tests")
    found = [path for folder in folders for path in folder.rglob("*.ts")]
    return sorted(
        [CLIENT / "tsconfig.json", *(path for path in found if GENERATED not in path.parents)]
    )


def build() -> None:
    """Generates and compiles anew, so that nothing stays of what is gone."""
    for folder in (GENERATED, BUILT):
        shutil.rmtree(folder, ignore_errors=True)
    for name, text in generated().items():
        file = GENERATED / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for project in (".", "tests"):
        run("node", str(PACKAGES / ".bin" / "tsc"), "--project", project)


def generated() -> dict[str, str]:
    """The generated files by their names."""
    compiled = FileDescriptorSet.FromString(DESCRIPTORS.read_bytes())
    wanted = [file.name for file in compiled.file if not file.name.startswith(NOT_OURS)]
    request = CodeGeneratorRequest(
        file_to_generate=wanted, proto_file=compiled.file, parameter=OPTIONS
    )
    answer = CodeGeneratorResponse.FromString(
        run("node", str(PACKAGES / ".bin" / "protoc-gen-es"), told=request.SerializeToString())
    )
    if answer.error:
        raise RuntimeError(answer.error)
    files = {file.name: file.content for file in answer.file}
    return {**files, "services.ts": services(compiled)}


def services(compiled: FileDescriptorSet) -> str:
    """A module with the services by the names that the client has them under."""
    homes = {
        service.name: file.name.removesuffix(".proto")
        for file in compiled.file
        if file.package == "ampline.v1"
        for service in file.service
    }
    names = {camel_case(name): service for name, service in sorted(service_names().items())}
    imports = [
        f'import {{ {service} }} from "./{homes[service]}_pb.js";' for service in names.values()
    ]
    table = [f"  {name}: {service}," for name, service in names.items()]
    return "\n".join([*imports, "", "export const services = {", *table, "} as const;", ""])


def service_names() -> dict[str, str]:
    """`charge_points` → `ChargePointService`, as the Python client has them."""
    from ampline.services import Services

    class Silent:
        """A channel that nobody calls through."""

        def __getattr__(self, _: str) -> Callable[..., None]:
            return lambda *_, **__: None

    offered = Services(Silent())  # type: ignore[arg-type]
    names = (name for name in vars(Services) if not name.startswith("_"))
    return {name: type(getattr(offered, name)).__name__.removesuffix("Stub") for name in names}


def camel_case(name: str) -> str:
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def run(program: str, *arguments: str, told: bytes | None = None) -> bytes:
    """Runs one of the environment's own programs in the client's folder; returns what it says."""
    command = [str(SCRIPTS / program), *arguments]
    if told is None:
        subprocess.run(command, cwd=CLIENT, env=environment(), check=True)
        return b""
    return subprocess.run(
        command, cwd=CLIENT, env=environment(), check=True, input=told, stdout=subprocess.PIPE
    ).stdout


def environment() -> dict[str, str]:
    """With the Python environment's own `node` first in the path."""
    return {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    sys.exit(main())
