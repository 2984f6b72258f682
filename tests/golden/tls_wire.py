# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS connections with made-up contents for tests."""
import ssl
import subprocess

import harness
from htcpcp_wire import CLIENT, SERVER


def tls_exchange(folder, messages, alpn=()):
    """The records of a TLS connection on which these are sent, and a file with its keys."""
    certificate, key, keys = folder / "cert.pem", folder / "key.pem", folder / "keys.log"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pot",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True,
                   timeout=harness.TIMEOUT_S)
    contexts = {CLIENT: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                SERVER: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)}
    contexts[SERVER].load_cert_chain(certificate, key)
    contexts[CLIENT].load_verify_locations(certificate)
    contexts[CLIENT].check_hostname = False
    contexts[CLIENT].keylog_filename = str(keys)
    if alpn:
        for context in contexts.values():
            context.set_alpn_protocols(alpn)
    wires = {side: (ssl.MemoryBIO(), ssl.MemoryBIO()) for side in contexts}
    ends = {side: contexts[side].wrap_bio(*wires[side], server_side=side == SERVER)
            for side in contexts}
    segments = []

    def carry():
        moved = True
        while moved:
            moved = False
            for side, other in (CLIENT, SERVER), (SERVER, CLIENT):
                octets = wires[side][1].read()
                if octets:
                    segments.append((side, octets))
                    wires[other][0].write(octets)
                    moved = True
                try:
                    ends[other].do_handshake()
                except ssl.SSLWantReadError:
                    pass

    try:
        ends[CLIENT].do_handshake()
    except ssl.SSLWantReadError:
        pass
    carry()
    for sender, octets in messages:
        ends[sender].write(octets)
        carry()
        ends[SERVER if sender == CLIENT else CLIENT].read()
    return segments, keys
