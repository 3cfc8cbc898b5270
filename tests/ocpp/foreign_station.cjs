// A station on npm's ocpp-rpc, in strict mode: it checks every answer of the central system, and
// every call of it, against its own schemas. Prints "ready" after a whole visit, then answers
// what it is told until the process is ended, with one line for each call.
const { RPCClient } = require("ocpp-rpc");

const [endpoint, identity, password] = process.argv.slice(2);
const station = new RPCClient({
  endpoint,
  identity,
  password,
  protocols: ["ocpp1.6"],
  strictMode: true,
  reconnect: false,
  callTimeoutMs: 10_000,
});

const answers = {
  RemoteStartTransaction: { status: "Accepted" },
  RemoteStopTransaction: { status: "Rejected" },
  Reset: { status: "Accepted" },
  UnlockConnector: { status: "Unlocked" },
  ChangeAvailability: { status: "Scheduled" },
  ChangeConfiguration: { status: "RebootRequired" },
  GetConfiguration: {
    configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "60" }],
    unknownKey: ["Nonsense"],
  },
  TriggerMessage: { status: "NotImplemented" },
};
for (const [action, answer] of Object.entries(answers)) {
  station.handle(action, ({ params }) => {
    console.log(JSON.stringify({ action, params }));
    return answer;
  });
}
station.on("strictValidationFailure", ({ error }) => fail(error));
station.on("badMessage", ({ error }) => fail(error));

function fail(error) {
  console.error(error);
  process.exit(1);
}

const at = (minutes) => new Date(Date.now() - (30 - minutes) * 60_000).toISOString();

async function visit() {
  await station.connect();
  const told = [];
  const call = async (action, payload) => {
    const answer = await station.call(action, payload);
    told.push([action, answer]);
    return answer;
  };
  await call("BootNotification", { chargePointVendor: "Vendor", chargePointModel: "Model" });
  await call("Heartbeat", {});
  await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
  await call("Authorize", { idTag: "AAAA" });
  const { transactionId } = await call("StartTransaction", {
    connectorId: 1,
    idTag: "AAAA",
    meterStart: 1000,
    timestamp: at(0),
  });
  const meterValue = [{ timestamp: at(5), sampledValue: [{ value: "3000", unit: "Wh" }] }];
  await call("MeterValues", { connectorId: 1, transactionId, meterValue });
  await call("StopTransaction", { transactionId, idTag: "AAAA", meterStop: 6000, timestamp: at(9) });
  await call("FirmwareStatusNotification", { status: "Idle" });
  await call("DiagnosticsStatusNotification", { status: "Idle" });
  await call("DataTransfer", { vendorId: "v", data: "d" });
  console.log(JSON.stringify({ action: "ready", params: told }));
}

visit().catch(fail);
