"""What the platform consists of on one machine, and how its parts find one another."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server import environment as read
from tools.run.credentials import Credentials
from tools.run.envoy import rendered
from tools.run.processes import Program

ROOT = Path(__file__).parent.parent.parent
LOOPBACK = "127.0.0.1"
PORTS = {
    "AMPLINE_PORT": 8080,
    "AMPLINE_GRPC_PORT": 8081,
    "AMPLINE_OCPP_PORT": 8082,
    "AMPLINE_PORTAL_PORT": 8083,
    "AMPLINE_FILES_PORT": 8084,
    "AMPLINE_PAYMENTS_PORT": 8085,
}
"""Where each part listens: all but the first on loopback alone."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The settings of a platform on this machine."""

    environment: Mapping[str, str]
    credentials: Credentials

    @property
    def data(self) -> Path:
        """Where everything is kept that is to outlive a restart."""
        return data_of(self.environment)

    @property
    def listen(self) -> str:
        """The address that Envoy listens at."""
        return self.environment.get("AMPLINE_LISTEN") or LOOPBACK

    @property
    def address(self) -> str:
        """host:port of the public port, as seen from this machine."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port('AMPLINE_PORT')}"

    @property
    def host(self) -> str:
        """Where the public port is connected to from this machine."""
        return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.listen, self.listen)  # noqa: S104

    def host_of(self, name: str) -> str:
        """Where a port is connected to, by the name of its setting."""
        return self.host if name == "AMPLINE_PORT" else LOOPBACK

    @property
    def url(self) -> str:
        """Where users find the platform."""
        scheme = "https" if self.has_tls else "http"
        return self.environment.get("AMPLINE_PUBLIC_URL") or f"{scheme}://{self.address}"

    @property
    def webhook_networks(self) -> str:
        """Where webhooks may lead besides public addresses: nowhere, if others can connect here."""
        told = self.environment.get("AMPLINE_WEBHOOK_NETWORKS", "")
        return told or ("" if self.listen == LOOPBACK else "none")

    @property
    def has_tls(self) -> bool:
        """Whether the public port speaks TLS."""
        return bool(self.environment.get("AMPLINE_TLS"))

    @property
    def has_demo(self) -> bool:
        """Whether there are demo data and simulated chargers; never with TLS, which is for real."""
        return self.environment.get("AMPLINE_DEMO", "1") != "0" and not self.has_tls

    @property
    def ports(self) -> tuple[str, ...]:
        """Which of them somebody listens at: the payment gateway's only if there is one."""
        has_payments = bool(self.environment.get("AMPLINE_STRIPE_KEY"))
        return tuple(name for name in PORTS if has_payments or name != "AMPLINE_PAYMENTS_PORT")

    def port(self, name: str) -> int:
        """A port by the name of its setting. ValueError names one that is none."""
        port = read.port(self.environment, name, PORTS[name])
        if not port:
            raise ValueError(f"{name}: 0 is not a port that others find")
        return port

    def server(self) -> Program:
        """API and OCPP bridge."""
        return self._python(
            "server",
            "server",
            AMPLINE_LISTEN=LOOPBACK,
            AMPLINE_OCPP_TLS_LISTEN=self.environment.get("AMPLINE_OCPP_TLS_LISTEN") or self.listen,
            AMPLINE_PUBLIC_URL=self.url,
            AMPLINE_WEBHOOK_NETWORKS=self.webhook_networks,
            AMPLINE_BOOTSTRAP_KEY=self.credentials.key,
            AMPLINE_BOOTSTRAP_OPERATOR=self.credentials.operator,
        )

    def portal(self) -> Program:
        """The operators' portal."""
        api = f"{LOOPBACK}:{self.port('AMPLINE_GRPC_PORT')}"
        return self._python(
            "portal", "portal", AMPLINE_API_ADDRESS=api, AMPLINE_PORTAL_HOST=LOOPBACK
        )

    def demo(self) -> Program:
        """Demo data and simulated chargers, through the public port like anybody's."""
        return self._python(
            "demo", "clients.demo", AMPLINE_ADDRESS=self.address, AMPLINE_KEY=self.credentials.key
        )

    def envoy(self) -> Program:
        """The public port; writes Envoy's configuration."""
        file = self.data / "envoy.yaml"
        file.write_text(rendered((ROOT / "envoy.yaml").read_text(), self._settings()))
        command = [str(Path(sys.executable).with_name("envoy")), "--config-path", str(file)]
        options = ["--disable-hot-restart", "--log-level", "warning"]
        options += ["--component-log-level", "main:error"]  # that it was stopped is no news
        return Program("envoy", [*command, *options], self.environment, ROOT)

    def _settings(self) -> dict[str, str]:
        ports = {name: str(self.port(name)) for name in PORTS}
        descriptors = ROOT / "clients/python/ampline/v1/descriptors.binpb"
        return {**self.environment, **ports, "AMPLINE_DESCRIPTORS": str(descriptors)}

    def _python(self, name: str, module: str, **settings: str) -> Program:
        """A program of ours. Only the server is told what is the server's alone."""
        inherited = {
            key: value
            for key, value in self._settings().items()
            if not key.startswith("AMPLINE_BOOTSTRAP_")
        }
        quiet = {"AMPLINE_LOG_LEVEL": "WARNING"}  # or the welcome is soon out of sight
        environment = {**quiet, **inherited, "AMPLINE_DATA": str(self.data), **settings}
        return Program(name, [sys.executable, "-m", module], environment, ROOT)


def data_of(environment: Mapping[str, str]) -> Path:
    """The folder that AMPLINE_DATA names, `var` by default."""
    return Path(environment.get("AMPLINE_DATA") or "var").absolute()
