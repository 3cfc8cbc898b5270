"""Configuration templates."""

from ampline.v1.configuration_template_pb2 import ConfigurationTemplate
from server.domain.device_model import Attribute, Wanted
from server.resources.configuration_keys import to_setting, to_wanted
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models

MAPPING = Mapping(
    ConfigurationTemplate,
    models.ConfigurationTemplate,
    derived={"search_text": lambda template: fold(template.display_name)},
)

_ATTRIBUTES = {0, *Attribute}  # where none is said, it is the actual value


def wanted_by(settings: bytes | None) -> list[Wanted]:
    """What a template's row wants, by the bytes of its settings."""
    return list(map(to_wanted, ConfigurationTemplate.FromString(bytes(settings or b"")).settings))


def faults_of(template: ConfigurationTemplate) -> dict[str, str]:
    """A template names each setting once, and none that is a secret."""
    faults, seen = {}, set()
    for place, each in enumerate(template.settings):
        if each.setting.attribute not in _ATTRIBUTES:
            continue  # which the rules in the proto refuse
        setting, field = to_setting(each.setting), f"settings[{place}].setting.key"
        if not setting.key:
            faults[field] = "is required"
        elif setting.is_secret:
            faults[field] = "is a secret: it is set on each charger by itself"
        elif setting in seen:
            faults[field] = "is named twice"
        seen.add(setting)
    return faults
