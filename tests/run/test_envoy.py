"""Envoy's configuration is valid, says what the settings say, and leaves no service out."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.running import ROOT
from tools.run.envoy import rendered

TEMPLATE = (ROOT / "envoy.yaml").read_text()
DESCRIPTORS = ROOT / "clients/python/ampline/v1/descriptors.binpb"
SETTINGS = {
    "AMPLINE_LISTEN": "0.0.0.0",
    "AMPLINE_PORT": "443",
    "AMPLINE_GRPC_PORT": "1001",
    "AMPLINE_OCPP_PORT": "1002",
    "AMPLINE_PORTAL_PORT": "1003",
    "AMPLINE_FILES_PORT": "1004",
    "AMPLINE_PAYMENTS_PORT": "1005",
    "AMPLINE_PROXIES_IN_FRONT": "2",
    "AMPLINE_CORS_ORIGINS": "https://a.example, https://b.example",
    "AMPLINE_DESCRIPTORS": str(DESCRIPTORS),
}


def test_without_settings_it_stays_as_it_is() -> None:
    assert rendered(TEMPLATE, {}) == TEMPLATE
    assert rendered(TEMPLATE, dict.fromkeys(SETTINGS, "")) == TEMPLATE


def test_every_setting_has_its_place() -> None:
    result = rendered(TEMPLATE, SETTINGS)
    for line in (
        'address: "0.0.0.0"',
        "port_value: 443",
        "port_value: 1001",
        "port_value: 1002",
        "port_value: 1003",
        "port_value: 1004",
        "port_value: 1005",
        "xff_num_trusted_hops: 2",
        'allow_origin_string_match: [{"exact": "https://a.example"}, {"exact": "https://b.example"}]',
        f"proto_descriptor: {json.dumps(str(DESCRIPTORS))}",
    ):
        assert re.search(rf"^\s+{re.escape(line)}$", result, re.MULTILINE), line
    assert re.findall("# AMPLINE_.*", result) == ["# AMPLINE_TLS"]


@pytest.mark.parametrize("settings", [{}, SETTINGS, {"AMPLINE_CORS_ORIGINS": "*"}])
def test_envoy_takes_it(settings: dict[str, str], tmp_path: Path) -> None:
    assert_valid(settings, tmp_path)


def test_envoy_takes_a_certificate(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x"
    files = ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    settings = {"AMPLINE_TLS": f"{certificate},{key}"}
    assert "DownstreamTlsContext" in rendered(TEMPLATE, settings)
    assert_valid(settings, tmp_path)


def assert_valid(settings: dict[str, str], tmp_path: Path) -> None:
    """Envoy accepts the configuration with these settings, and finds nothing deprecated in it."""
    file = tmp_path / "envoy.yaml"
    file.write_text(rendered(TEMPLATE, settings))
    envoy = Path(sys.executable).with_name("envoy")
    command = [str(envoy), "--mode", "validate", "--config-path", str(file)]
    command += ["--log-level", "warning"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_setting_cannot_add_lines() -> None:
    result = rendered(TEMPLATE, {"AMPLINE_LISTEN": '"\nadmin: {}\n#'})
    assert "\nadmin:" not in result


def test_every_service_with_a_path_is_transcoded() -> None:
    files = FileDescriptorSet.FromString(DESCRIPTORS.read_bytes()).file
    ours = [file for file in files if file.package == "ampline.v1"]
    services = sorted(f"ampline.v1.{each.name}" for file in ours for each in file.service)
    assert re.findall(r"^\s+- (ampline\.v1\.\w+)$", TEMPLATE, re.MULTILINE) == services
