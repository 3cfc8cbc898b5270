"""How settings are written in 2.x: a component, a variable, which of its values."""

from typing import Any

from server.domain.device_model import Attribute, Setting
from server.ocpp.schemas import Payload

ATTRIBUTES = {
    Attribute.ACTUAL: "Actual",
    Attribute.TARGET: "Target",
    Attribute.MIN_SET: "MinSet",
    Attribute.MAX_SET: "MaxSet",
}
_READ = {word: attribute for attribute, word in ATTRIBUTES.items()}


def component(setting: Setting) -> Payload:
    """ComponentType."""
    evse: Payload = {"id": setting.evse}
    if setting.connector:
        evse["connectorId"] = setting.connector
    return {
        "name": setting.component,
        **({"instance": setting.component_instance} if setting.component_instance else {}),
        **({"evse": evse} if setting.evse else {}),
    }


def variable(setting: Setting) -> Payload:
    """VariableType."""
    return {
        "name": setting.key,
        **({"instance": setting.instance} if setting.instance else {}),
    }


def place(setting: Setting) -> Payload:
    """Component and variable; without a variable, every one of the component is meant."""
    named = {"variable": variable(setting)} if setting.key else {}
    return {"component": component(setting), **named}


def attribute(setting: Setting) -> Payload:
    """`attributeType`, left out where it is the usual one."""
    if setting.attribute is Attribute.ACTUAL:
        return {}
    return {"attributeType": ATTRIBUTES[setting.attribute]}


def read(told: Payload, attribute_type: Any = None) -> Setting:
    """The setting that an element of a charger's names."""
    component, variable = told["component"], told.get("variable") or {"name": ""}
    evse = component.get("evse") or {}
    return Setting(
        variable["name"],
        component["name"],
        component.get("instance") or "",
        variable.get("instance") or "",
        evse.get("id") or 0,
        evse.get("connectorId") or 0,
        _READ[attribute_type or "Actual"],
    )
