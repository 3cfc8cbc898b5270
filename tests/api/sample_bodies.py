"""What the samples say of themselves, as JSON; references are added by who makes them."""

API_KEY = {
    "displayName": "The app",
    "role": "SERVICE",
    "permissions": ["PERMISSION_READ", "PERMISSION_CONTROL"],
    "callsPerSecond": 20,
    "expireTime": "2099-01-01T00:00:00Z",
    "labels": {"team": "app"},
}
PORTAL_OPERATOR = {
    "displayName": "Grace",
    "role": "SUPPORT",
    "password": "a long password",
    "labels": {"shift": "late"},
}
LOCATION = {
    "displayName": "Café Übersee",
    "description": [{"languageCode": "en", "text": "At the harbour"}],
    "address": {"regionCode": "NL", "locality": "Den Haag", "addressLines": ["Kade 1"]},
    "position": {"latitude": 52.1, "longitude": 4.3},
    "timeZone": "Europe/Amsterdam",
    "openingHours": {
        "weekly": [{"day": day, "opens": {}, "closes": {"hours": 24}} for day in range(1, 8)],
        "exceptions": [{"date": {"year": 2026, "month": 12, "day": 25}, "closed": True}],
    },
    "facilities": ["WIFI", "CAFE"],
    "images": [{"uri": "https://example.com/a.png", "category": "ENTRANCE"}],
    "contactEmail": "harbour@example.com",
    "externalId": "ext-1",
    "labels": {"colour": "blue"},
}
CHARGE_POINT = {
    "displayName": "Left of the door",
    "password": "correct horse battery",
    "allowedOcppVersions": ["OCPP_1_6"],
    "securityProfile": "UNSECURED_BASIC_AUTH",
    "externalId": "ext-2",
    "labels": {"row": "1"},
}
EVSE = {
    "displayLabel": "A",
    "currentType": "AC",
    "maxPowerW": 22000,
    "phases": 3,
    "connectors": [{"id": 1, "standard": "TYPE_2", "format": "SOCKET"}],
    "labels": {"side": "left"},
}
USER = {
    "givenName": "Ada",
    "familyName": "Lovelace",
    "address": {"regionCode": "GB", "locality": "London"},
    "company": "Engines",
    "labels": {"tier": "gold"},
}
ID_TAG = {"kind": "RFID", "label": "Key ring", "expireTime": "2030-01-01T00:00:00Z"}
TARIFF = {
    "displayName": "Day and night",
    "currency": "EUR",
    "taxPercent": {"value": "21"},
    "elements": [
        {
            "dimension": "ENERGY",
            "unitPrice": {"currencyCode": "EUR", "nanos": 200000000},
            "restrictions": {"startTime": {"hours": 22}, "endTime": {"hours": 6}},
        },
        {"dimension": "ENERGY", "unitPrice": {"currencyCode": "EUR", "nanos": 400000000}},
    ],
    "maxPrice": {"currencyCode": "EUR", "units": "50"},
    "labels": {"season": "all"},
}
PARTNER = {
    "kind": "SITE_HOST",
    "displayName": "Harbour Board",
    "legalName": "Harbour Board N.V.",
    "registrationNumber": "27-1234",
    "vatNumber": "NL001234567B01",
    "address": {"regionCode": "NL", "locality": "Den Haag"},
    "contacts": [{"displayName": "Grace", "purpose": "BILLING", "email": "grace@example.com"}],
    "access": ["OWN_CHARGE_POINTS", "SESSIONS"],
    "contract": {
        "currency": "EUR",
        "acRevenueSharePercent": {"value": "60"},
        "feePerSession": {"currencyCode": "EUR", "nanos": 250000000},
        "startDate": {"year": 2026, "month": 1, "day": 1},
    },
    "corporateBilling": {"enabled": True, "monthlyLimit": {"currencyCode": "EUR", "units": "900"}},
    "labels": {"quay": "north"},
}
ELECTRICITY_RATE = {
    "displayName": "Day and night",
    "currency": "EUR",
    "timeZone": "Europe/Amsterdam",
    "defaultPrice": {"currencyCode": "EUR", "nanos": 210000000},
    "taxPercent": {"value": "21"},
    "pricePeriods": [
        {
            "weekdays": [1, 2, 3, 4, 5],
            "startTime": {},
            "endTime": {"hours": 6},
            "price": {"currencyCode": "EUR", "nanos": 90000000},
        },
        {
            "date": {"year": 2026, "month": 6, "day": 21},
            "startTime": {"hours": 11},
            "endTime": {"hours": 24},
            "price": {"currencyCode": "EUR", "nanos": -20000000},
        },
    ],
    "energyMix": [
        {"source": "WIND", "percent": {"value": "62.5"}},
        {"source": "SOLAR", "percent": {"value": "37.5"}},
    ],
    "labels": {"supplier": "north"},
}
SUBSCRIPTION_PLAN = {
    "displayName": "Commuter",
    "description": [{"languageCode": "en", "text": "Two hundred a month"}],
    "billing": "POSTPAID",
    "renewalCycle": "MONTHLY",
    "baseFee": {"currencyCode": "EUR", "units": "19", "nanos": 990000000},
    "taxPercent": {"value": "21"},
    "priceIncludesTax": True,
    "freeRenewalPeriods": 1,
    "energyAllowance": {"kind": "COMBINED", "energyWh": "200000", "resetCycle": "MONTHLY"},
    "usageThreshold": {"currencyCode": "EUR", "units": "100"},
    "labels": {"season": "all"},
}
VOUCHER = {
    "amount": {"currencyCode": "EUR", "units": "25"},
    "maxUses": 3,
    "startTime": "2026-01-01T00:00:00Z",
    "endTime": "2027-01-01T00:00:00Z",
    "description": "Opening day",
    "labels": {"campaign": "spring"},
}
TRANSACTION = {
    "state": "AUTHORIZED",
    "purchase": "TOP_UP",
    "net": {"currencyCode": "EUR", "units": "20"},
    "tax": {"currencyCode": "EUR", "nanos": 0},
    "total": {"currencyCode": "EUR", "units": "20"},
    "method": "TERMINAL",
    "providerReference": "T-77-0001",
    "labels": {"terminal": "77"},
}
USER_GROUP = {"displayName": "Night shift", "description": "Drives home at six"}
VENDOR_ERROR_CODE = {
    "vendorId": "ACME",
    "title": [{"languageCode": "en", "text": "Cooling has failed"}],
    "customerAction": [{"languageCode": "de", "text": "Bitte anderen Ladepunkt nehmen"}],
    "severity": "ERROR",
    "labels": {"family": "coolant"},
}
CIRCUIT = {
    "displayName": "Basement",
    "maxCurrentA": 63,
    "schedule": [
        {"days": [1], "startTime": {"hours": 17}, "endTime": {"hours": 20}, "maxCurrentA": 40.5}
    ],
    "offlineReservedCurrentA": 3.5,
    "priorities": [{"socBand": {"maxPercent": 30}, "priority": 5, "weight": 2}],
    "labels": {"floor": "-1"},
}
WEBHOOK_ENDPOINT = {
    "displayName": "Billing",
    "url": "https://example.com/hooks?tenant=1",
    "types": ["session.*"],
    "labels": {"team": "money"},
}
FIRMWARE_IMAGE = {
    "displayName": "Spring release",
    "firmwareVersion": "2.1.0",
    "vendor": "Ampline",
    "models": ["Simulated 2"],
    "description": "Meters more often.",
    "signingCertificate": "-----BEGIN CERTIFICATE-----",
    "signature": "c2lnbmF0dXJl",
    "externalId": "fw-210",
    "labels": {"channel": "stable"},
}
FIRMWARE_CAMPAIGN = {
    "displayName": "All of them",
    "selection": {"vendor": "Ampline", "firmwareVersion": "1.0.0"},
    "maxConcurrent": 4,
    "maxFailures": 2,
    "maxAttempts": 2,
    "withoutSignature": True,
    "externalId": "campaign-1",
    "labels": {"season": "spring"},
}
