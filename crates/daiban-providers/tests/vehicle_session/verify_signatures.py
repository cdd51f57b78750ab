"""Verifies signed requests, independently of the program that sent them.

Reads a JSON list of requests, {"method", "url", "headers", "body"} with the body in base64 or null, from standard input and
the key from the first argument. Says how many there were, or what is wrong with the first that is not well signed.
"""

import base64
import hashlib
import hmac
import json
import sys
from urllib.parse import urlsplit


def string_to_sign(request, headers):
    parts = urlsplit(request["url"])
    pairs = sorted(parts.query.split("&"), key=lambda pair: pair.split("=")[0])
    body = base64.b64decode(request["body"] or "")
    return "\n".join(
        [
            headers["accept"],
            "x-api-signature-nonce:" + headers["x-api-signature-nonce"],
            "x-api-signature-version:" + headers["x-api-signature-version"],
            "",
            "&".join(pairs),
            base64.b64encode(hashlib.md5(body).digest()).decode(),
            headers["x-timestamp"],
            request["method"],
            parts.path,
        ]
    )


def verify(request, key, nonces):
    names = [name.lower() for name, _ in request["headers"]]
    assert len(names) == len(set(names)), "a header is there twice"
    headers = {name.lower(): value for name, value in request["headers"]}
    nonce = headers["x-api-signature-nonce"]
    assert nonce not in nonces, "a nonce is used twice"
    nonces.add(nonce)
    digest = hmac.new(key, string_to_sign(request, headers).encode(), hashlib.sha1).digest()
    expected = base64.b64encode(digest).decode()
    assert headers["x-signature"] == expected, f"{headers['x-signature']} should be {expected}"


def main():
    key = sys.argv[1].encode()
    requests = json.load(sys.stdin)
    nonces = set()
    for number, request in enumerate(requests):
        try:
            verify(request, key, nonces)
        except (AssertionError, KeyError) as error:
            sys.exit(f"request {number}, {request['method']} {request['url']}: {error!r}")
    print(len(requests))


main()
