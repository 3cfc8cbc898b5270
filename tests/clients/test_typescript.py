"""The TypeScript client: by itself, and against a running platform in Node and in Chromium."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.portal.conftest import chromium
from tests.running import ROOT
from tests.whole_platform import WholePlatform, start_platform
from tools import typescript
from tools.typescript import CLIENT, environment

__all__ = ["chromium"]  # a fixture of the browser's tests

ORIGIN = "https://app.example"
"""Of a page that may call the shared platform."""
DONE = ["pages", "repeats", "refusals", "events"]
DEADLINE = 60


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The client, as `make typescript` builds it."""
    assert typescript.main() == 0


def node(*arguments: str) -> str:
    """What a program prints."""
    command = ["node", *arguments]
    ran = subprocess.run(
        command,
        cwd=CLIENT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_calls_and_events() -> None:
    tests = sorted(str(path) for path in (CLIENT / "tests").glob("*.test.ts"))
    told = node("--test", "--test-timeout=20000", "--test-reporter=tap", *tests)
    assert "# pass 0" not in told
    assert "# fail 0" in told


def test_every_service_has_its_name() -> None:
    print_them = "console.log(JSON.stringify(Object.keys(new Client())))"
    script = f"import {{ Client }} from 'ampline'; {print_them}"
    names = json.loads(node("--input-type=module", "--eval", script))
    assert set(map(typescript.camel_case, typescript.service_names())) <= set(names)


def test_node_speaks_grpc(platform: WholePlatform) -> None:
    told = node("tests/platform/node.ts", platform.address, platform.key, "node")
    assert told.split() == DONE


def test_the_readme(platform: WholePlatform) -> None:
    (example,) = re.findall(r"```ts\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    code = example.replace("127.0.0.1:8080", platform.address)
    told = node("--input-type=module-typescript", "--eval", f"const KEY = '{platform.key}'; {code}")
    assert told.splitlines()[-1] == "RESOURCE_NOT_FOUND locations/nowhere"


def test_node_speaks_tls(tmp_path: Path, fresh_database_url: Callable[[], str]) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-out", str(certificate), "-keyout", str(key)]
    make = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", *subject, *files]
    subprocess.run(make, check=True, capture_output=True)
    started = start_platform(tmp_path, fresh_database_url(), AMPLINE_TLS=f"{certificate},{key}")
    try:
        told = node("tests/platform/node.ts", started.address, started.key, "tls", str(certificate))
        assert told.split() == DONE
    finally:
        started.running.stop()


@pytest.mark.asyncio(loop_scope="session")
async def test_browsers_speak_grpc_web(
    platform: WholePlatform, chromium: Browser, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.js"
    options = ["--bundle", "--format=iife", "--platform=browser", f"--outfile={bundle}"]
    node("node_modules/.bin/esbuild", "tests/platform/browser.ts", *options)
    page = await chromium.new_page(permissions=["local-network-access"])
    await page.route(f"{ORIGIN}/", lambda route: route.fulfill(body="", content_type="text/html"))
    await page.goto(f"{ORIGIN}/")
    await page.add_script_tag(path=bundle)
    call = "([address, key]) => visitPlatform(address, key, 'chromium')"
    assert await page.evaluate(call, [platform.url, platform.key]) == DONE
    await page.context.close()


def test_the_package_has_what_it_needs_and_nothing_else() -> None:
    npm = typescript.run("npm", "pack", "--dry-run", "--json", "--silent", told=b"")
    files = [each["path"] for each in json.loads(npm)[0]["files"]]
    assert {"package.json", "README.md", "dist/node.js", "dist/browser.d.ts"} <= set(files)
    assert "dist/gen/ampline/v1/session_pb.d.ts" in files
    assert not [each for each in files if each.startswith(("src/", "tests/"))]
