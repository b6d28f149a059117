"""Name the files below some folders that hold a secret, packed ones by what
they unpack to: hold.py SECRET... -- FOLDER..."""
import gzip
import os
import sys
import zlib

cut = sys.argv.index("--")
secrets = [s.encode() for s in sys.argv[1:cut]]
for top in sys.argv[cut + 1:]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                data = f.read()
            if name.endswith(".gz"):
                try:
                    data = gzip.decompress(data)
                except (OSError, EOFError, zlib.error):
                    pass
            if any(s in data for s in secrets):
                print(path)
