"""Settings that chargers know by OCPP itself: asked for where all cannot be asked for at once."""

from typing import Final

from server.domain.device_model import Setting

STANDARD_KEYS: Final = tuple(
    map(
        Setting,
        (
            # OCPP 1.6, sections 9.1 to 9.4: the required keys, and those that matter here
            "AuthorizeRemoteTxRequests",
            "ClockAlignedDataInterval",
            "ConnectionTimeOut",
            "ConnectorPhaseRotation",
            "GetConfigurationMaxKeys",
            "HeartbeatInterval",
            "LocalAuthorizeOffline",
            "LocalPreAuthorize",
            "MeterValuesAlignedData",
            "MeterValuesSampledData",
            "MeterValueSampleInterval",
            "NumberOfConnectors",
            "ResetRetries",
            "StopTransactionOnEVSideDisconnect",
            "StopTransactionOnInvalidId",
            "StopTxnAlignedData",
            "StopTxnSampledData",
            "SupportedFeatureProfiles",
            "TransactionMessageAttempts",
            "TransactionMessageRetryInterval",
            "UnlockConnectorOnEVSideDisconnect",
            "WebSocketPingInterval",
            "LocalAuthListEnabled",
            "LocalAuthListMaxLength",
            "SendLocalListMaxLength",
            "ReserveConnectorZeroSupported",
            "ChargeProfileMaxStackLevel",
            "ChargingScheduleAllowedChargingRateUnit",
            "ChargingScheduleMaxPeriods",
            "MaxChargingProfilesInstalled",
            # Improved security for OCPP 1.6-J
            "SecurityProfile",
        ),
    )
)

_REQUIRED = {
    # OCPP 2.0.1, part 2, appendix 4.1: required of every charger
    "AlignedDataCtrlr": ("Interval", "Measurands", "TxEndedInterval", "TxEndedMeasurands"),
    "AuthCtrlr": ("AuthorizeRemoteStart", "LocalAuthorizeOffline", "LocalPreAuthorize"),
    "ClockCtrlr": ("DateTime", "TimeSource"),
    "OCPPCommCtrlr": (
        "FileTransferProtocols",
        "HeartbeatInterval",
        "NetworkConfigurationPriority",
        "NetworkProfileConnectionAttempts",
        "OfflineThreshold",
        "ResetRetries",
        "UnlockOnEVSideDisconnect",
    ),
    "SampledDataCtrlr": (
        "TxEndedInterval",
        "TxEndedMeasurands",
        "TxStartedMeasurands",
        "TxUpdatedInterval",
        "TxUpdatedMeasurands",
    ),
    "SecurityCtrlr": ("CertificateEntries", "OrganizationName", "SecurityProfile"),
    "TxCtrlr": (
        "EVConnectionTimeOut",
        "StopTxOnEVSideDisconnect",
        "StopTxOnInvalidId",
        "TxStartPoint",
        "TxStopPoint",
    ),
}
STANDARD_VARIABLES: Final = (
    *(Setting(key, component) for component, keys in _REQUIRED.items() for key in keys),
    Setting("ItemsPerMessage", "DeviceDataCtrlr", instance="GetReport"),
    Setting("ItemsPerMessage", "DeviceDataCtrlr", instance="GetVariables"),
    Setting("ItemsPerMessage", "DeviceDataCtrlr", instance="SetVariables"),
    Setting("MessageTimeout", "OCPPCommCtrlr", instance="Default"),
    Setting("MessageAttempts", "OCPPCommCtrlr", instance="TransactionEvent"),
    Setting("MessageAttemptInterval", "OCPPCommCtrlr", instance="TransactionEvent"),
)
