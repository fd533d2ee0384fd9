"""A passkey as a browser hands it over: its public half, for whoever is not asked to use it."""

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)


def passkey_credential() -> dict[str, Any]:
    """Return what allauth stores of a new passkey for localhost."""
    key = secrets.token_bytes(16)
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    public = ES256({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
    attested = AttestedCredentialData.create(b"\0" * 16, key, public)
    said = AuthenticatorData.create(
        sha256(b"localhost"), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, attested
    )
    client = CollectedClientData.create("webauthn.create", b"question", "http://localhost")
    return {
        "id": websafe_encode(key),
        "rawId": websafe_encode(key),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", said, {})),
        },
        "clientExtensionResults": {},
    }
