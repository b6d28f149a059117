"""What runs in Swift's own Python, for tests/servers/swift.

rings CONF KIND=PORT...   where accounts, containers and objects are; all in one
                          process: swift-ring-builder would be started nine times
serve CONF KIND           one of the servers

Swift looks for swift.conf in one place of the machine: here it is told another,
so that nothing but CONF is read."""
import sys

import swift.common.utils

VERB, CONF, *REST = sys.argv[1:]


def rings():
    from swift.common.ring import RingBuilder
    for one in REST:
        kind, port = one.split("=")
        builder = RingBuilder(2, 1, 0)
        builder.add_dev(dict(id=0, region=1, zone=1, weight=1.0,
                             ip="127.0.0.1", port=int(port), device="d1",
                             meta=""))
        builder.rebalance()
        builder.get_ring().save(f"{CONF}/{kind}.ring.gz")


def serve():
    from swift.common.wsgi import run_wsgi
    kind = REST[0]
    sys.exit(run_wsgi(f"{CONF}/{kind}-server.conf", f"{kind}-server",
                      verbose=True))


swift.common.utils.SWIFT_CONF_FILE = f"{CONF}/swift.conf"
{"rings": rings, "serve": serve}[VERB]()
